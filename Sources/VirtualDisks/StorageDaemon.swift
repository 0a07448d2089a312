import Glibc
import IOEngines
import ResultStore
import TargetSafety
import Units

/// How the benchmark reaches an exported disk.
package enum DiskClient: String, Sendable, CaseIterable {
    /// tbench's own NBD client over a Unix socket: no mount, aligned buffers, flush and discard.
    case nbd
    /// A file that QEMU mounts; every request goes through the kernel.
    case fuse
}

/// A qemu-storage-daemon that exports one image, ended when its owner goes.
struct StorageDaemon: ~Copyable {
    let process: ServiceProcess
    /// The NBD socket or the mounted file.
    let endpoint: String
    let client: DiskClient

    /// How long a daemon may take until its disk can be used.
    private static let startSeconds = 10.0

    /// Starts it and waits until the disk can be used.
    ///
    /// - Parameters:
    ///   - tools: where QEMU's programs are.
    ///   - combination: how the disk is put together.
    ///   - image: its path; of no use to the null device.
    ///   - byteCount: the disk's size.
    ///   - stem: a path in the scratch that the daemon's own files begin with.
    ///   - client: how it is reached.
    ///   - log: where everything that reaches the file is logged; nil logs nothing.
    /// - Returns: the daemon, whose disk can be used.
    /// - Throws: `VirtualDiskError` with the daemon's own last words where it ended.
    static func start(
        _ tools: QemuTools,
        _ combination: DiskCombination,
        image: String,
        byteCount: UInt64,
        stem: String,
        client: DiskClient,
        log: String? = nil
    ) throws(VirtualDiskError) -> StorageDaemon {
        switch client {
        case .nbd:
            try startNBD(tools, combination, image, byteCount, stem, log)
        case .fuse:
            try startFUSE(tools, combination, image, byteCount, stem, log)
        }
    }

    /// The disk, for what is done to it outside a measurement.
    func open() throws(VirtualDiskError) -> any ExportedDisk {
        do throws(EngineError) {
            switch client {
            case .nbd: return try NBDDisk(socket: endpoint)
            case .fuse: return try FileDisk(path: endpoint)
            }
        } catch {
            throw VirtualDiskError(error)
        }
    }

    consuming func stop() {
        process.stop()
    }

    private static func startNBD(
        _ tools: QemuTools,
        _ combination: DiskCombination,
        _ image: String,
        _ byteCount: UInt64,
        _ stem: String,
        _ log: String?
    ) throws(VirtualDiskError) -> StorageDaemon {
        let socket = "\(stem).sock"
        let options = StorageDaemonOptions(
            combination: combination,
            image: image,
            byteCount: byteCount,
            export: .nbd(descriptor: 3),
            log: log
        )
        let process: ServiceProcess
        do throws(EngineError) {
            // Made here and handed over, so that connecting needs no waiting and the path may be long.
            let listener = try UnixSocket.listen(at: socket)
            process = try launch(tools, options, stem, passing: listener.rawValue)
        } catch {
            throw VirtualDiskError(error)
        }
        do throws(EngineError) {
            let connection = try NBDConnection(connecting: socket)
            guard connection.byteCount >= byteCount else {
                throw EngineError(
                    operation: "export",
                    subject: image,
                    reason: "the exported disk is smaller than its image"
                )
            }
        } catch {
            throw failure(process, stem) ?? VirtualDiskError(error)
        }
        return StorageDaemon(process: process, endpoint: socket, client: .nbd)
    }

    private static func startFUSE(
        _ tools: QemuTools,
        _ combination: DiskCombination,
        _ image: String,
        _ byteCount: UInt64,
        _ stem: String,
        _ log: String?
    ) throws(VirtualDiskError) -> StorageDaemon {
        let point = "\(stem).disk"
        guard access("/dev/fuse", R_OK | W_OK) == 0 else {
            throw .noFuse("/dev/fuse is not there or not ours to use")
        }
        let options = StorageDaemonOptions(
            combination: combination,
            image: image,
            byteCount: byteCount,
            export: .fuse(mountPoint: point),
            log: log
        )
        let process: ServiceProcess
        do throws(EngineError) {
            _ = try FileDescriptor.open(point, [.readWrite, .create, .exclusive])
            process = try launch(tools, options, stem, mountPoint: point)
        } catch {
            throw VirtualDiskError(error)
        }
        let deadline = MonotonicClock.now() + UInt64(startSeconds * 1e9)
        while MonotonicClock.now() < deadline {
            var status = stat()
            if stat(point, &status) == 0, UInt64(max(0, status.st_size)) >= byteCount {
                return StorageDaemon(process: process, endpoint: point, client: .fuse)
            }
            if process.endStatus != nil, let failure = failure(process, stem) {
                throw .noFuse(failure.reason)
            }
            MonotonicClock.sleep(nanoseconds: 5_000_000)
        }
        throw .noFuse("nothing was mounted within \(Int(startSeconds)) s")
    }

    private static func launch(
        _ tools: QemuTools,
        _ options: StorageDaemonOptions,
        _ stem: String,
        passing descriptor: Int32? = nil,
        mountPoint: String? = nil
    ) throws(EngineError) -> ServiceProcess {
        do throws(SystemCallFailure) {
            return try ServiceProcess.start(
                tools.daemon,
                options.arguments,
                log: "\(stem).log",
                passing: descriptor,
                mountPoint: mountPoint
            )
        } catch {
            throw EngineError(
                operation: "start",
                subject: tools.daemon,
                reason: "\(tools.daemon) could not be started",
                cause: error
            )
        }
    }

    /// What a daemon that has ended said last; nil while it runs.
    private static func failure(
        _ process: borrowing ServiceProcess,
        _ stem: String
    ) -> VirtualDiskError? {
        // It closes its sockets a moment before it is gone.
        for _ in 0..<50 where process.endStatus == nil {
            MonotonicClock.sleep(nanoseconds: 2_000_000)
        }
        guard process.endStatus != nil else { return nil }
        return .toolFailed("qemu-storage-daemon", logText(stem))
    }

    private static func logText(_ stem: String) -> String {
        var bytes = [UInt8](repeating: 0, count: 8192)
        let count = bytes.withUnsafeMutableBytes { buffer -> Int in
            guard let file = try? FileDescriptor.open("\(stem).log", .readOnly) else { return 0 }
            return (try? file.read(into: buffer)) ?? 0
        }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}
