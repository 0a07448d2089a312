import ResultStore

/// Finds kernel modules in the four places where they can be.
///
/// A built-in module is not in `/proc/modules`, and Talos has no `/lib/modules` in a container.
/// - Source: modules.builtin and modules.dep in kbuild's documentation; CONFIG_IKCONFIG_PROC.
struct ModuleProbe {
    private let root: SystemRoot
    private let loaded: Set<String>?
    private let hasSysModule: Bool
    private let builtIn: Set<String>?
    private let files: Set<String>?
    private let config: [String: String]?

    /// Modules that rules ask for, with the kernel option that makes them.
    static let known: [(name: String, option: String)] = [
        ("iscsi_tcp", "CONFIG_ISCSI_TCP"), ("nvme_tcp", "CONFIG_NVME_TCP"),
        ("vfio_pci", "CONFIG_VFIO_PCI"), ("uio_pci_generic", "CONFIG_UIO_PCI_GENERIC"),
        ("ublk_drv", "CONFIG_BLK_DEV_UBLK"), ("dm_crypt", "CONFIG_DM_CRYPT"),
        ("nfs", "CONFIG_NFS_FS"), ("virtio_balloon", "CONFIG_VIRTIO_BALLOON"),
    ]

    init(root: SystemRoot) {
        self.root = root
        loaded = root.read("proc/modules").map { text in
            Set(SystemText.lines(text).compactMap { SystemText.fields($0).first })
        }
        hasSysModule = root.list("sys/module").map { !$0.isEmpty } ?? false
        let release = root.value("proc/sys/kernel/osrelease") ?? ""
        let directories =
            SystemText.isComponent(release)
            ? [
                "host/lib/modules/\(release)", "host/usr/lib/modules/\(release)",
                "lib/modules/\(release)",
            ]
            : []
        func names(_ file: String) -> Set<String>? {
            for directory in directories {
                guard let text = root.read("\(directory)/\(file)") else { continue }
                return Set(SystemText.lines(text).map(Self.name(ofLine:)))
            }
            return nil
        }
        builtIn = names("modules.builtin")
        files = names("modules.dep")
        config = root.bytes("proc/config.gz").flatMap { Gzip.unpacked($0) }.map { bytes in
            var values: [String: String] = [:]
            for line in SystemText.lines(String(decoding: bytes, as: UTF8.self)) {
                guard let (key, value) = SystemText.halves(line, at: "=") else { continue }
                values[key] = value
            }
            return values
        }
    }

    /// "nvme_tcp" of "kernel/drivers/nvme/host/nvme-tcp.ko.zst: kernel/…".
    private static func name(ofLine line: Substring) -> String {
        let path = SystemText.halves(line, at: ":")?.before ?? String(line)
        let file = SystemText.lastComponent(path)
        let base = SystemText.halves(file, at: ".")?.before ?? file
        return String(
            decoding: base.utf8.map { $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : $0 },
            as: UTF8.self
        )
    }

    func state(_ name: String, option: String) -> Reading<NodeFacts.Module> {
        if loaded?.contains(name) == true { return .known(.loaded) }
        if builtIn?.contains(name) == true || config?[option] == "y" { return .known(.builtIn) }
        // A built-in module with parameters has a directory there, too.
        if root.exists("sys/module/\(name)") { return .known(loaded == nil ? .loaded : .builtIn) }
        guard loaded != nil || hasSysModule else { return unknown }
        if files?.contains(name) == true || config?[option] == "m" { return .known(.available) }
        guard builtIn != nil || config != nil else { return unknown }
        return .known(.absent)
    }

    private var unknown: Reading<NodeFacts.Module> {
        .unknown(
            UnknownFact(
                "which kernel modules are built in",
                help: "mount the node's / at /host, or a kernel with /proc/config.gz"
            )
        )
    }
}
