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
    private static let file = "file0"

    var arguments: [String] {
        blockdevs.flatMap { ["--blockdev", $0] } + exportArguments
    }

    private var blockdevs: [String] {
        guard combination.format != .null else {
            return [
                JSONText.object([
                    ("driver", .text("null-co")), ("node-name", .text(Self.format)),
                    ("size", .number(byteCount)), ("read-zeroes", .flag(true)),
                ]).rendered
            ]
        }
        var nodes = [
            fileNode(Self.file, image)
        ]
        var below = Self.file
        if let log {
            // The log itself is plain: its own flushes are nobody's business.
            nodes.append(
                JSONText.object([
                    ("driver", .text("file")), ("node-name", .text("log0")),
                    ("filename", .text(log)),
                ]).rendered
            )
            nodes.append(
                JSONText.object([
                    ("driver", .text("blklogwrites")), ("node-name", .text("count0")),
                    ("file", .text(Self.file)), ("log", .text("log0")),
                    ("log-super-update-interval", .number(1)), ("cache", cache),
                ]).rendered
            )
            below = "count0"
        }
        let driver = combination.format == .raw ? "raw" : "qcow2"
        nodes.append(
            JSONText.object([
                ("driver", .text(driver)), ("node-name", .text(Self.format)),
                ("file", .text(below)), ("discard", .text("unmap")),
                ("detect-zeroes", .text("unmap")), ("cache", cache),
            ]).rendered
        )
        return nodes
    }

    private func fileNode(_ name: String, _ path: String) -> String {
        JSONText.object([
            ("driver", .text("file")), ("node-name", .text(name)), ("filename", .text(path)),
            // Proxmox's QEMU leaves locking off, and then an image in use by a guest could be opened.
            ("locking", .text("on")), ("aio", .text(aio)), ("discard", .text("unmap")),
            ("cache", cache),
        ]).rendered
    }

    /// blklogwrites writes in sectors of 512 bytes, which io_uring and native take as well; no exception is needed.
    private var aio: String { combination.aio.rawValue }

    private var cache: JSONText {
        .object([
            ("direct", .flag(combination.cache.isDirect)),
            ("no-flush", .flag(combination.cache.ignoresFlushes)),
        ])
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
                "--nbd-server", "addr.type=fd,addr.str=\(descriptor),max-connections=8",
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
