/// Concludes from DMI, CPU flags, clock sources, ACPI and the device tree what runs this machine.
///
/// Only what the evidence supports: a flag without a name is "unknown hypervisor".
struct HypervisorEvidence {
    let root: SystemRoot

    /// What is concluded.
    struct Conclusion: Equatable {
        /// "kvm", "qemu", "vmware", …, "none", "unknown hypervisor"; nil when nothing can be read.
        var name: String?
        /// What names the platform, as the firmware spells it.
        var platform: String?
        var unknown: [String] = []
    }

    func conclusion() -> Conclusion {
        var result = Conclusion()
        result.platform = platform()
        if root.value("sys/hypervisor/type") == "xen" {
            result.name = "xen"
        } else if let vendor = vendorName() {
            result.name = vendor
        } else if let clock = clockName() {
            result.name = clock
        } else if let tree = deviceTreeName() {
            result.name = tree
        } else {
            switch cpuFlag() {
            case true: result.name = "unknown hypervisor"
            case false: result.name = "none"
            default: result.unknown.append("hypervisor unknown: no DMI, CPU flag or device tree")
            }
        }
        return result
    }

    // MARK: What the firmware says

    private func dmi(_ field: String) -> String? {
        root.value("sys/class/dmi/id/\(field)") ?? root.value("sys/devices/virtual/dmi/id/\(field)")
    }

    private func vendorName() -> String? {
        let vendor = dmi("sys_vendor") ?? dmi("board_vendor") ?? ""
        let product = dmi("product_name") ?? ""
        switch vendor {
        case "QEMU":
            // TCG and KVM show the same firmware; only KVM offers its clock.
            return clockName() ?? "qemu"
        case "VMware, Inc.": return "vmware"
        case "Microsoft Corporation": return product == "Virtual Machine" ? "hyperv" : nil
        case "Xen": return "xen"
        case "innotek GmbH", "Oracle Corporation":
            return product == "VirtualBox" ? "virtualbox" : nil
        case "Parallels International GmbH.", "Parallels Software International Inc.":
            return "parallels"
        case "Apple Inc.": return product.contains("Virtualization") ? "apple" : nil
        default: break
        }
        // Clouds: bare-metal instances carry the same vendor, so the CPU must agree.
        let isGuest = cpuFlag() == true
        switch vendor {
        case "Amazon EC2", "Google", "DigitalOcean", "Hetzner", "Alibaba Cloud", "Scaleway":
            return isGuest ? clockName() ?? "kvm" : nil
        default:
            return product == "KVM" || product == "Standard PC (Q35 + ICH9, 2009)" ? "kvm" : nil
        }
    }

    private func platform() -> String? {
        if let acpi = acpiPlatform() { return acpi }
        var words: [String] = []
        for field in ["sys_vendor", "product_name", "product_version"] {
            guard let word = dmi(field), !Self.isFiller(word), !words.contains(word) else {
                continue
            }
            words.append(word)
        }
        if words.isEmpty, let board = dmi("board_vendor"), !Self.isFiller(board) {
            words = [board] + [dmi("board_name")].compactMap { $0 }.filter { !Self.isFiller($0) }
        }
        // Proxmox ships its own build of the UEFI firmware; SeaBIOS guests carry no such mark.
        if let bios = dmi("bios_vendor"), bios.contains("Proxmox") { words.append("(\(bios))") }
        if dmi("chassis_asset_tag") == Self.azureTag { words.append("(Azure)") }
        if !words.isEmpty { return words.joined(separator: " ") }
        if let model = root.value("proc/device-tree/model") { return model }
        let isMMIO =
            root.list("sys/bus/virtio/devices")?.isEmpty == false
            && root.link("sys/bus/virtio/devices/virtio0")?.contains("virtio-mmio") == true
        return isMMIO ? "microVM (no DMI, virtio-mmio: Firecracker or QEMU microvm)" : nil
    }

    /// - Source: cloud-init's DataSourceAzure, `ChassisAssetTag.AZURE_CLOUD`.
    private static let azureTag = "7783-7084-3265-9085-8269-3286-77"

    private static func isFiller(_ word: String) -> Bool {
        let fillers = [
            "not specified", "to be filled by o.e.m.", "default string", "system version", "none",
            "system manufacturer", "system product name", "n/a", "unknown", "1.0", "0",
        ]
        return fillers.contains(word.lowercased())
    }

    /// Firecracker has no DMI but signs its ACPI tables "FIRECK" in bytes 10 … 15.
    ///
    /// - Source: ACPI 6.5 §5.2.6 (OEMID); seen on a Firecracker guest.
    private func acpiPlatform() -> String? {
        guard let table = root.bytes("sys/firmware/acpi/tables/DSDT"), table.count >= 16 else {
            return nil
        }
        return String(decoding: table[10..<16], as: UTF8.self) == "FIRECK" ? "Firecracker" : nil
    }

    // MARK: What the kernel says

    /// A paravirtual clock is offered only by the hypervisor that provides it.
    private func clockName() -> String? {
        let directory = "sys/devices/system/clocksource/clocksource0"
        let clocks = SystemText.fields(root.value("\(directory)/available_clocksource") ?? "")
        if clocks.contains("kvm-clock") { return "kvm" }
        if clocks.contains(where: { $0.hasPrefix("hyperv_clocksource") }) { return "hyperv" }
        if clocks.contains("xen") { return "xen" }
        return nil
    }

    private func deviceTreeName() -> String? {
        let compatible = root.read("proc/device-tree/hypervisor/compatible") ?? ""
        if compatible.contains("linux,kvm") { return "kvm" }
        if compatible.contains("xen,xen") { return "xen" }
        let board = root.read("proc/device-tree/compatible") ?? ""
        return board.contains("linux,dummy-virt") ? "qemu" : nil
    }

    /// Whether the CPU says that it is virtual; nil where cpuinfo has no such flag to show (arm64).
    private func cpuFlag() -> Bool? {
        for line in SystemText.lines(root.read("proc/cpuinfo") ?? "") {
            guard let halves = SystemText.halves(line, at: ":") else { continue }
            if SystemText.printable(halves.before) == "flags" {
                return SystemText.fields(halves.after).contains("hypervisor")
            }
        }
        return nil
    }
}
