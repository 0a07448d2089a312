import TargetSafety
import Units

/// How a guest is run.
package struct GuestSettings: Sendable {
    /// Which accelerator to use.
    package enum Accelerator: String, Sendable, CaseIterable {
        /// KVM where a guest boots with it, else TCG.
        case auto
        case kvm
        case tcg
    }

    package var kernel: GuestKernel
    package var accelerator: Accelerator
    /// The path of qemu-system-x86_64.
    package var program: String
    /// "7.2.22".
    package var version: String
    package var memoryMiB: Int
    /// Whether the host takes turns on the same disks while the guest stands still.
    package var measuresHost: Bool

    /// Finds QEMU.
    ///
    /// - Throws: `VirtualDiskError`, 69, naming the package that is missing.
    package init(
        kernel: GuestKernel,
        accelerator: Accelerator,
        measuresHost: Bool = true
    ) throws(VirtualDiskError) {
        guard let program = ChildProcess.find("qemu-system-x86_64") ?? ChildProcess.find("kvm")
        else {
            throw .missingTool("qemu-system-x86_64", package: "qemu-system-x86")
        }
        self.kernel = kernel
        self.accelerator = accelerator
        self.measuresHost = measuresHost
        self.program = program
        version = try QemuTools.version(of: program)
        memoryMiB = 1024
    }

    /// The machine that "q35" stands for in this QEMU: "pc-q35-7.2"; nil where it does not say.
    func machine() -> String? {
        guard let text = try? QemuTools.run(program, ["-machine", "help"]) else { return nil }
        return Self.machine(inHelp: text)
    }

    /// Out of "q35  Standard PC (Q35 + ICH9, 2009) (alias of pc-q35-7.2)".
    static func machine(inHelp text: String) -> String? {
        for line in text.split(separator: "\n") where line.hasPrefix("q35 ") {
            let words = line.split(separator: " ")
            guard let of = words.firstIndex(of: "of"), of + 1 < words.count else { continue }
            return String(words[of + 1].prefix { $0 != ")" })
        }
        return nil
    }
}
