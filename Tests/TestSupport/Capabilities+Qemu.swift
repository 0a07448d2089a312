import Foundation
package import Testing

extension Trait where Self == ConditionTrait {
    /// The test exports disks with QEMU's storage daemon.
    package static var requiresQemuStorage: Self {
        .enabled("needs qemu-img and qemu-storage-daemon") {
            Capability.demanded || Capability.hasQemuStorage
        }
    }

    /// The test boots a guest: QEMU and the kernel that `scripts/setup --all` unpacks.
    package static var requiresGuest: Self {
        .enabled("needs qemu-system-x86_64 and the kernel of scripts/setup --all") {
            Capability.demanded || Capability.hasGuest
        }
    }
}

extension Capability {
    package static let hasQemuStorage =
        Shell.hasCommand("qemu-img") && Shell.hasCommand("qemu-storage-daemon")

    package static let hasGuest =
        hasQemuStorage && Shell.hasCommand("qemu-system-x86_64") && guestKernel != nil

    /// The kernel image that `scripts/setup --all` unpacks; nil where it was never run.
    package static let guestKernel: String? = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().path
        let boot = "\(root)/.build/guest/boot"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: boot)) ?? []
        return names.filter { $0.hasPrefix("vmlinuz-") }.sorted().last.map { "\(boot)/\($0)" }
    }()
}
