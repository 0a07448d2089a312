import IOEngines
import ResultStore
import Units
import Workloads

/// What reaches the image's file for what a guest asks: counted by QEMU itself, below the format.
///
/// A small image of its own, with QEMU's blklogwrites between format and file, so that the measured disk is left
/// alone. The guest's part is a write of 4 KiB to a place of its own and a flush, again and again.
package struct FlushAudit: Sendable, Equatable {
    /// What the guest asked for; a guest sends no flushes to a write-through disk.
    package var guestWrites: Int
    package var guestFlushes: Int
    /// What arrived at the file.
    package var fileWrites: Int
    package var fileBytes: UInt64
    /// Flushes, and writes that had to be durable.
    package var fileFlushes: Int

    private static let pairs = 32
    private static let imageBytes: UInt64 = 8 << 20
    private static let blockBytes = 4096

    /// Counts; takes some tenths of a second.
    ///
    /// - Parameters:
    ///   - combination: the settings.
    ///   - tools: QEMU's programs.
    ///   - stem: a path in the scratch for files of its own.
    ///   - seed: of the data.
    /// - Returns: what was counted.
    /// - Throws: `VirtualDiskError`, also where this QEMU has no blklogwrites.
    static func run(
        _ combination: DiskCombination,
        tools: QemuTools,
        stem: String,
        seed: UInt64
    ) throws(VirtualDiskError) -> FlushAudit {
        let fillBase: (DiskCombination, String) throws(VirtualDiskError) -> Void = {
            (plain, path) throws(VirtualDiskError) in
            let daemon = try StorageDaemon.start(
                tools,
                plain,
                image: path,
                byteCount: imageBytes,
                stem: "\(stem).base",
                client: .nbd
            )
            try ScratchImage.fill(
                try daemon.open(),
                byteCount: imageBytes,
                seed: seed,
                isCancelled: { false }
            )
            daemon.stop()
        }
        let image = try ScratchImage.create(
            combination,
            stem: stem,
            byteCount: imageBytes,
            tools: tools,
            fill: fillBase
        )
        if image.isFilledBefore { try fillBase(combination, image.path) }
        let log = "\(stem).writes"
        do throws(EngineError) {
            _ = try FileDescriptor.open(log, [.readWrite, .create])
        } catch {
            throw VirtualDiskError(error)
        }
        let daemon = try StorageDaemon.start(
            tools,
            combination,
            image: image.path,
            byteCount: imageBytes,
            stem: "\(stem).count",
            client: .nbd,
            log: log
        )
        // What opening the image costs is no answer to anything the guest did.
        let before = try WriteLog.read(log)
        try exercise(try daemon.open(), flushes: !combination.cache.isWriteThrough, seed: seed)
        let after = try WriteLog.read(log)
        daemon.stop()
        return FlushAudit(
            guestWrites: pairs,
            guestFlushes: combination.cache.isWriteThrough ? 0 : pairs,
            fileWrites: after.writes - before.writes,
            fileBytes: after.bytes - before.bytes,
            fileFlushes: after.flushes - before.flushes
        )
    }

    private static func exercise(
        _ disk: any ExportedDisk,
        flushes: Bool,
        seed: UInt64
    ) throws(VirtualDiskError) {
        do throws(EngineError) {
            let memory = try AlignedBuffer(byteCount: blockBytes)
            var source = PayloadSource(kind: .random, seed: seed &+ 1)
            for index in 0..<pairs {
                source.fill(memory.mutableBytes)
                // A cluster of its own each time, also with clusters of 128 KiB.
                try disk.write(memory.mutableBytes, at: UInt64(index) * (128 << 10))
                if flushes { try disk.flush() }
            }
        } catch {
            throw VirtualDiskError(error)
        }
    }

    /// The figures as they stand in a phase's counters.
    var counters: [String: Double] {
        [
            "audit_guest_writes": Double(guestWrites),
            "audit_guest_flushes": Double(guestFlushes),
            "audit_file_writes": Double(fileWrites),
            "audit_file_bytes": Double(fileBytes),
            "audit_file_flushes": Double(fileFlushes),
        ]
    }
}
