/// One drive of a VM: "scsi0: local-lvm:vm-101-disk-0,cache=none,size=32G".
///
/// - Source: `$drivedesc_base` in PVE/QemuServer/Drive.pm of proxmox/qemu-server.
package struct Drive: Sendable, Equatable {
    package enum Bus: String, Sendable, CaseIterable {
        case ide, sata, scsi, virtio
        case efidisk, tpmstate

        /// How many there may be.
        var limit: Int {
            switch self {
            case .ide: 4
            case .sata: 6
            case .scsi: 31
            case .virtio: 16
            case .efidisk, .tpmstate: 1
            }
        }
    }

    package let key: String
    package let bus: Bus
    package let index: Int
    package let line: Int
    package let file: String
    package let properties: PropertyString

    init?(_ setting: VirtualMachine.Setting, file: String) {
        guard let (bus, index) = Self.place(setting.key) else { return nil }
        key = setting.key
        self.bus = bus
        self.index = index
        line = setting.line
        self.file = file
        properties = PropertyString(setting.value)
    }

    /// The bus and number of "scsi0"; nil when it is no drive.
    static func place(_ key: String) -> (Bus, Int)? {
        for bus in Bus.allCases where key.hasPrefix(bus.rawValue) {
            let digits = key.dropFirst(bus.rawValue.count)
            if ConfigText.isDigits(digits), let index = Int(digits) { return (bus, index) }
        }
        return nil
    }

    /// What is inside: "local-lvm:vm-101-disk-0", "/dev/disk/by-id/…", "none".
    package var volume: String {
        properties["file"] ?? properties["volume"] ?? properties.unnamed ?? ""
    }

    /// The storage's name; nil for a device or a file outside of any.
    package var storage: String? {
        guard volume.utf8.first != UInt8(ascii: "/") else { return nil }
        return ConfigText.halves(volume, at: UInt8(ascii: ":"))?.before
    }

    func option(_ name: String) -> String? { properties[name] }

    func flag(_ name: String) -> Bool? { ConfigText.truth(properties[name]) }

    var isCDROM: Bool {
        option("media") == "cdrom" || volume == "none" || volume == "cdrom" || isCloudInit
    }

    var isCloudInit: Bool { volume.hasSuffix("cloudinit") || volume.contains("-cloudinit.") }

    var isDisk: Bool { bus != .efidisk && bus != .tpmstate && !isCDROM }

    /// The cache mode; "none" where nothing is said.
    var cache: String { option("cache") ?? "none" }

    /// "qcow2", "raw", …: what is said, else what the volume's name says; nil where only the storage knows.
    var format: String? {
        if let format = option("format") { return format }
        return ["qcow2", "raw", "vmdk", "qcow", "qed"].first { volume.hasSuffix(".\($0)") }
    }

    var sizeBytes: UInt64? { ConfigText.size(option("size")) }

    var location: Location { Location(file, line: line) }

    /// "scsi0 (local-lvm:vm-101-disk-0)".
    var name: String { volume.isEmpty ? key : "\(key) (\(volume))" }

    /// The kernel's name in a guest whose disks are all of this bus: "/dev/sda", "/dev/vdb".
    func guestDevice(among disks: [Drive]) -> String? {
        let family: (Drive) -> Bool = { drive in (drive.bus == .virtio) == (bus == .virtio) }
        let order = disks.filter(family).sorted {
            ($0.bus.rawValue, $0.index) < ($1.bus.rawValue, $1.index)
        }
        guard let place = order.firstIndex(of: self), place < 26 else { return nil }
        let letter = Character(Unicode.Scalar(UInt8(ascii: "a") + UInt8(place)))
        return "/dev/\(bus == .virtio ? "vd" : "sd")\(letter)"
    }

    /// An observation about this drive, with the options that would end it; nil takes one away.
    func observed(
        _ seen: String,
        severity: Severity? = nil,
        set options: [(String, String?)] = []
    ) -> Observation {
        Observation(
            "\(name): \(seen)",
            at: location,
            severity: severity,
            edits: options.map { .option(key: key, name: $0.0, value: $0.1) }
        )
    }
}
