/// What the settings in force mean, with Proxmox's defaults.
///
/// - Source: `$confdesc` in PVE/QemuServer.pm; the GUI's wizard has other defaults than the file.
extension VirtualMachine {
    func value(_ key: String) -> String? { settings[key]?.value }

    func number(_ key: String) -> Int? { value(key).flatMap { Int($0) } }

    func properties(_ key: String) -> PropertyString? { value(key).map { PropertyString($0) } }

    /// Where a setting stands; the file when it does not.
    func place(_ key: String) -> Location { Location(file, line: settings[key]?.line) }

    /// "101", from the file's name; nil when it has none.
    package var identifier: String? {
        let name = ConfigText.parts(file, at: UInt8(ascii: "/")).last ?? file
        let digits = name.hasSuffix(".conf") ? String(name.dropLast(5)) : name
        return ConfigText.isDigits(digits) && digits.utf8.count < 10 ? digits : nil
    }

    /// The Proxmox node, where the path tells: /etc/pve/nodes/NAME/qemu-server/101.conf.
    var proxmoxNode: String? {
        let parts = ConfigText.parts(file, at: UInt8(ascii: "/"))
        guard let index = parts.lastIndex(of: "nodes"), index + 1 < parts.count else { return nil }
        return parts[index + 1]
    }

    /// Windows guests are none of Talos' business.
    var isWindows: Bool {
        guard let type = value("ostype") else { return false }
        return type.hasPrefix("w") || type.hasPrefix("solaris")
    }

    var cores: Int { max(1, number("cores") ?? 1) }
    var sockets: Int { max(1, number("sockets") ?? 1) }

    /// Processors of the VM.
    var processors: Int {
        let (product, overflow) = cores.multipliedReportingOverflow(by: sockets)
        return overflow ? .max : product
    }

    /// The memory in MiB, 512 where nothing is said.
    ///
    /// "current=4096" is the newer spelling.
    var memoryMebibytes: Int {
        let text = properties("memory")
        return (text?["current"] ?? text?.unnamed).flatMap { Int($0) } ?? 512
    }

    /// "lsi" where nothing is said.
    var controller: String { value("scsihw") ?? "lsi" }

    /// The processor's type; kvm64 where nothing is said.
    var cpuType: String {
        let cpu = properties("cpu")
        return cpu?["cputype"] ?? cpu?.unnamed ?? "kvm64"
    }

    /// Flags switched on ("+aes") and off ("-pcid").
    var cpuFlags: [String] {
        ConfigText.parts(properties("cpu")?["flags"] ?? "", at: UInt8(ascii: ";"))
            .filter { !$0.isEmpty }
    }

    /// The version of "pc-q35-9.0+pve1"; nil for the newest.
    var machineVersion: [Int]? {
        guard let type = properties("machine").flatMap({ $0["type"] ?? $0.unnamed }),
            let last = ConfigText.parts(type, at: UInt8(ascii: "-")).last
        else { return nil }
        let digits = ConfigText.parts(last, at: UInt8(ascii: "+"))[0]
        let numbers = ConfigText.parts(digits, at: UInt8(ascii: ".")).map { Int($0) }
        guard numbers.count >= 2, !numbers.contains(nil) else { return nil }
        return numbers.compactMap { $0 }
    }

    var isQ35: Bool {
        (properties("machine").flatMap { $0["type"] ?? $0.unnamed } ?? "").contains("q35")
    }

    /// Disks with data: no CD-ROM, no cloud-init, no EFI variables, no TPM state.
    var disks: [Drive] { drives.filter(\.isDisk) }
}
