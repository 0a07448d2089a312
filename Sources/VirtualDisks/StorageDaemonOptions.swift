import ResultStore

/// The command line of qemu-storage-daemon for one combination.
///
/// Cache options stand on the format node and on the file node, as Proxmox sets them: with -blockdev nothing
/// is inherited, and no-flush on one of them alone would flush half.
/// - Source: qemu-storage-daemon(1); qapi/block-core.json, qapi/block-export.json.
struct StorageDaemonOptions: Equatable {
    /// How the disk is reached.
    enum Export: Equatable {
        /// Over the listening socket that the daemon gets as this descriptor.
        case nbd(descriptor: Int32)
        /// As a file that is mounted over this one.
        case fuse(mountPoint: String)
    }

    let combination: DiskCombination
    /// The image; of no use to the null device.
    let image: String
    let byteCount: UInt64
    let export: Export
    /// Where everything that reaches the file is logged; nil logs nothing.
    var log: String?

    private static let format = "format0"

    var arguments: [String] {
        Self.nodes(
            combination,
            image: image,
            byteCount: byteCount,
            suffix: "0",
            log: log
        ).flatMap { ["--blockdev", $0] } + exportArguments
    }

    /// The block nodes of one disk, the uppermost named "format" and the suffix.
    static func nodes(
        _ combination: DiskCombination,
        image: String,
        byteCount: UInt64,
        suffix: String,
        log: String? = nil
    ) -> [String] {
        guard combination.format != .null else {
            return [
                JSONText.object([
                    ("driver", .text("null-co")), ("node-name", .text("format\(suffix)")),
                    ("size", .number(byteCount)), ("read-zeroes", .flag(true)),
                ]).rendered
            ]
        }
        let cache = JSONText.object([
            ("direct", .flag(combination.cache.isDirect)),
            ("no-flush", .flag(combination.cache.ignoresFlushes)),
        ])
        var nodes = [
            JSONText.object([
                ("driver", .text("file")), ("node-name", .text("file\(suffix)")),
                ("filename", .text(image)),
                // Proxmox's QEMU leaves locking off, and then an image in use by a guest could be opened.
                ("locking", .text("on")), ("aio", .text(combination.aio.rawValue)),
                ("discard", .text("unmap")), ("cache", cache),
            ]).rendered
        ]
        if let log {
            // The log itself is plain: its own flushes are nobody's business.
            nodes += [
                JSONText.object([
                    ("driver", .text("file")), ("node-name", .text("log\(suffix)")),
                    ("filename", .text(log)),
                ]).rendered,
                JSONText.object([
                    ("driver", .text("blklogwrites")), ("node-name", .text("count\(suffix)")),
                    ("file", .text("file\(suffix)")), ("log", .text("log\(suffix)")),
                    ("log-super-update-interval", .number(1)), ("cache", cache),
                ]).rendered,
            ]
        }
        nodes.append(
            JSONText.object([
                ("driver", .text(combination.format == .raw ? "raw" : "qcow2")),
                ("node-name", .text("format\(suffix)")),
                ("file", .text(log == nil ? "file\(suffix)" : "count\(suffix)")),
                ("discard", .text("unmap")), ("detect-zeroes", .text("unmap")), ("cache", cache),
            ]).rendered
        )
        return nodes
    }

    private var exportArguments: [String] {
        var export: [(String, JSONText)] = [
            ("id", .text("export0")), ("node-name", .text(Self.format)), ("writable", .flag(true)),
            ("writethrough", .flag(combination.cache.isWriteThrough)),
        ]
        switch self.export {
        case .nbd(let descriptor):
            export += [("type", .text("nbd")), ("name", .text("tbench"))]
            return [
                "--nbd-server", "addr.type=fd,addr.str=\(descriptor),max-connections=0",
                "--export", JSONText.object(export).rendered,
            ]
        case .fuse(let mountPoint):
            export += [
                ("type", .text("fuse")), ("mountpoint", .text(mountPoint)),
                ("growable", .flag(false)),
            ]
            return ["--export", JSONText.object(export).rendered]
        }
    }
}
