import ResultStore
import Units

/// Reads one block device's directory in `/sys`.
///
/// - Source: Documentation/ABI/stable/sysfs-block and testing/sysfs-block-device of the kernel.
struct DeviceReader {
    let root: SystemRoot

    /// Everything `/sys` says about the device; what it does not say stays nil.
    ///
    /// A partition carries the queue's facts of its disk, because it shares that queue.
    func facts(_ name: String, at directory: String, isPartition: Bool) -> DeviceFacts {
        var facts = DeviceFacts(name: name)
        facts.sizeBytes = root.number("\(directory)/size").flatMap { Quantity.product($0, 512) }
        facts.readOnly = root.flag("\(directory)/ro")
        readQueue(&facts, at: isPartition ? "\(directory)/../queue" : "\(directory)/queue")
        if isPartition {
            facts.transport = "partition"
            facts.byId = byId(name, serial: serial(at: "\(directory)/.."))
            return facts
        }
        facts.model = model(at: directory)
        facts.firmware =
            root.value("\(directory)/device/firmware_rev") ?? root.value("\(directory)/device/rev")
        let serial = serial(at: directory)
        facts.serialHash = serial.map(Self.hash)
        facts.byId = byId(name, serial: serial) ?? mapperId(at: directory)
        facts.driver = driver(name, at: directory)
        facts.transport = transport(name, at: directory, driver: facts.driver)
        facts.backing = backing(at: directory)
        return facts
    }

    private func readQueue(_ facts: inout DeviceFacts, at queue: String) {
        facts.logicalBlockBytes = root.number("\(queue)/logical_block_size")
        facts.physicalBlockBytes = root.number("\(queue)/physical_block_size")
        facts.rotational = root.flag("\(queue)/rotational")
        facts.scheduler = root.value("\(queue)/scheduler").map(Self.chosen)
        facts.requests = root.number("\(queue)/nr_requests")
        facts.writeCache = root.value("\(queue)/write_cache")
        facts.fua = root.flag("\(queue)/fua")
        facts.discardMaxBytes = root.number("\(queue)/discard_max_bytes")
        facts.maxSectorsKib = root.number("\(queue)/max_sectors_kb")
        facts.writebackThrottleUsec = root.value("\(queue)/wbt_lat_usec").flatMap { Int64($0) }
    }

    /// "mq-deadline" of "none [mq-deadline] kyber".
    static func chosen(_ line: String) -> String {
        let words = SystemText.fields(line)
        guard let word = words.first(where: { $0.hasPrefix("[") && $0.hasSuffix("]") }) else {
            return line
        }
        return String(word.dropFirst().dropLast())
    }

    /// The first 16 hexadecimal digits: 64 bits tell a site's disks apart and hide the serial.
    static func hash(_ serial: String) -> String { String(SHA256.hex(serial).prefix(16)) }

    private func model(at directory: String) -> String? {
        let model =
            root.value("\(directory)/device/model") ?? root.value("\(directory)/device/name")
        // virtio-blk's vendor is a number: "0x1af4".
        let vendor = root.value("\(directory)/device/vendor").flatMap {
            $0.hasPrefix("0x") || $0 == "ATA" ? nil : $0
        }
        guard let model else { return nil }
        guard let vendor, !model.hasPrefix(vendor) else { return model }
        return "\(vendor) \(model)"
    }

    private func serial(at directory: String) -> String? {
        if let serial = root.value("\(directory)/device/serial") { return serial }
        if let serial = root.value("\(directory)/serial") { return serial }
        // SCSI: the unit serial number page; a 4-byte header, then ASCII. Source: SPC-4 §7.8.
        guard let page = root.bytes("\(directory)/device/vpd_pg80"), page.count > 4 else {
            return nil
        }
        let text = SystemText.printable(String(decoding: page.dropFirst(4), as: UTF8.self))
        return text.isEmpty ? nil : text
    }

    private func driver(_ name: String, at directory: String) -> String? {
        if let uuid = root.value("\(directory)/dm/uuid") {
            let kind = SystemText.split(uuid, at: "-").first?.lowercased() ?? ""
            return switch kind {
            case "crypt", "lvm", "mpath": kind
            default: "device-mapper"
            }
        }
        if let level = root.value("\(directory)/md/level") { return level }
        // A SCSI disk's driver is always "sd"; the adapter's tells virtio from SATA.
        if let adapter = scsiAdapter(at: directory) { return adapter }
        let links = ["\(directory)/device/driver", "\(directory)/device/device/driver"]
        for link in links {
            if let driver = root.link(link) {
                let name = SystemText.printable(SystemText.lastComponent(driver))
                if !name.isEmpty { return name }
            }
        }
        return nil
    }

    /// The adapter of a SCSI disk: "virtio_scsi", "ahci", "vmw_pvscsi", "storvsc_host_t".
    private func scsiAdapter(at directory: String) -> String? {
        guard
            let path = root.link("\(directory)/device"),
            case let address = SystemText.lastComponent(path),
            let host = SystemText.split(address, at: ":").first,
            SystemText.isDigits(host),
            address.utf8.contains(UInt8(ascii: ":"))
        else { return nil }
        return root.value("sys/class/scsi_host/host\(host)/proc_name")
            .map { $0 == "Virtio SCSI HBA" ? "virtio_scsi" : $0 }
    }

    private func transport(_ name: String, at directory: String, driver: String?) -> String? {
        if root.exists("\(directory)/dm") { return "device-mapper" }
        if root.exists("\(directory)/md") { return "md" }
        if let known = Self.transports.first(where: { Self.matches(name, $0.prefix) }) {
            guard known.name == "nvme" else { return known.name }
            let link = root.value("\(directory)/device/transport")
            return link.map { $0 == "pcie" || $0.isEmpty ? "nvme" : "nvme-\($0)" } ?? "nvme"
        }
        guard Self.matches(name, "sd") || Self.matches(name, "sr") else {
            return driver == "virtio_blk" ? "virtio-blk" : nil
        }
        let path = root.link(directory) ?? ""
        if driver == "virtio_scsi" { return "virtio-scsi" }
        if path.contains("/usb") { return "usb" }
        if path.contains("/session") { return "iscsi" }
        if path.contains("/end_device-") { return "sas" }
        if path.contains("/ata") { return "sata" }
        return "scsi"
    }

    /// Kernel names by prefix.
    ///
    /// - Source: Documentation/admin-guide/devices.txt.
    private static let transports: [(prefix: String, name: String)] = [
        ("nvme", "nvme"), ("vd", "virtio-blk"), ("loop", "loop"), ("zram", "zram"), ("nbd", "nbd"),
        ("rbd", "rbd"), ("drbd", "drbd"), ("mmcblk", "mmc"), ("xvd", "xen-blk"), ("pmem", "pmem"),
        ("ram", "ram"), ("zd", "zvol"), ("bcache", "bcache"), ("ublkb", "ublk"), ("nullb", "null"),
        ("dasd", "dasd"), ("md", "md"), ("dm-", "device-mapper"),
    ]

    /// Whether `name` is `prefix` and then something that is not a longer word: "vda", not "vdpa…".
    private static func matches(_ name: String, _ prefix: String) -> Bool {
        guard name.hasPrefix(prefix), name.utf8.count > prefix.utf8.count else { return false }
        let rest = name.dropFirst(prefix.count)
        return prefix.count > 2 || prefix == "md" || prefix == "zd"
            ? rest.first?.isASCII == true && rest.first?.isNumber == true
            : rest.allSatisfy { $0.isASCII && $0.isLetter }
    }

    /// "/var/img (direct I/O off)", for a loop device.
    private func backing(at directory: String) -> String? {
        guard let file = root.value("\(directory)/loop/backing_file") else { return nil }
        var notes: [String] = []
        if let direct = root.flag("\(directory)/loop/dio") {
            notes.append(direct ? "direct I/O on" : "direct I/O off")
        }
        if let offset = root.number("\(directory)/loop/offset"), offset > 0 {
            notes.append("offset \(offset)")
        }
        return notes.isEmpty ? file : "\(file) (\(notes.joined(separator: ", ")))"
    }

    /// "dm-name-vg-data", the name udev gives, where `/dev/disk` is not there to ask.
    private func mapperId(at directory: String) -> String? {
        root.value("\(directory)/dm/name").map { "dm-name-\($0)" }
    }

    /// The stable name in `/dev/disk/by-id`, with the serial number in it replaced by its hash.
    ///
    /// `/host/dev` is where a debug pod has the node's names.
    private func byId(_ name: String, serial: String?) -> String? {
        for directory in ["dev/disk/by-id", "host/dev/disk/by-id"] {
            let names = (root.list(directory) ?? []).filter { entry in
                root.link("\(directory)/\(entry)").map(SystemText.lastComponent) == name
            }
            let best = names.min { first, second in
                let ranks = (Self.rank(first), Self.rank(second))
                return ranks.0 == ranks.1 ? first < second : ranks.0 < ranks.1
            }
            if let best { return SystemText.printable(Self.masked(best, serial: serial)) }
        }
        return nil
    }

    /// Names with the model first, bare world-wide names last.
    private static func rank(_ name: String) -> Int {
        let bare = ["wwn-", "nvme-eui.", "nvme-uuid.", "nvme-nvme.", "lvm-pv-uuid-", "dm-uuid-"]
        if bare.contains(where: { name.hasPrefix($0) }) { return 2 }
        let afterBus = SystemText.halves(name, at: "-")?.after ?? ""
        return name.hasPrefix("scsi-") && afterBus.first != "0" ? 1 : 0
    }

    static func masked(_ name: String, serial: String?) -> String {
        guard let serial, !isMachineKey(serial) else { return name }
        let hash = hash(serial)
        var text = name
        // udev writes blanks as underscores.
        let underscored = String(serial.map { $0 == " " ? "_" : $0 })
        for form in [serial, underscored] where form.utf8.count >= 4 {
            text = replacing(form, by: hash, in: text)
        }
        return text
    }

    /// Whether a "serial" is only the slot in a VM's configuration, such as Proxmox's "drive-scsi0".
    static func isMachineKey(_ serial: String) -> Bool {
        guard serial.hasPrefix("drive-") else { return false }
        let key = serial.dropFirst("drive-".count)
        return ["scsi", "virtio", "sata", "ide"].contains { bus in
            key.hasPrefix(bus) && SystemText.isDigits(key.dropFirst(bus.count))
        }
    }

    private static func replacing(_ part: String, by other: String, in text: String) -> String {
        var result: [UInt8] = []
        var rest = Array(text.utf8)[...]
        let part = Array(part.utf8)
        while !rest.isEmpty {
            if rest.starts(with: part) {
                result.append(contentsOf: other.utf8)
                rest = rest.dropFirst(part.count)
            } else {
                result.append(rest.removeFirst())
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
