import IOEngines
import ResultStore
import Workloads

/// A job whose every operation is one file: create or truncate, write, sync, close.
///
/// What `pveperf` times as FSYNCS/SECOND. The commit is the whole of it; write and sync are its parts.
/// - Source: pve-manager, bin/pveperf, test_fsync.
struct FileCycleLoop {
    static let classes: [OperationClass] = [.write, .sync, .commit]

    private let spec: JobSpec
    private let paths: [String]
    private let control: RunControl
    private let recorder: RoundRecorder
    private let memory: JobBlock

    init(
        _ spec: JobSpec,
        _ cycle: JobSpec.FileCycle,
        _ target: JobTarget,
        _ control: RunControl,
        _ recorder: RoundRecorder,
        seed: UInt64
    ) throws(BenchmarkError) {
        guard let directory = target.directory else {
            throw .unsupported(
                spec,
                "files of its own, on a device or a single file,",
                hint: "name a directory as the target"
            )
        }
        self.spec = spec
        self.control = control
        self.recorder = recorder
        paths = (0..<cycle.fileCount).map { "\(directory)/cycle-\($0)" }
        memory = try BenchmarkError.wrap { () throws(EngineError) in
            try JobBlock(byteCount: spec.blockCapacity, spec: spec, seed: seed)
        }
    }

    func run() throws(BenchmarkError) -> JobTotals {
        var totals = JobTotals()
        let begin = MonotonicClock.now()
        let deadline = spec.runtimeNanoseconds.map { begin + $0 + spec.rampNanoseconds } ?? .max
        var index = 0
        do throws(EngineError) {
            while !control.isStopping, MonotonicClock.now() < deadline {
                if !spec.timeBased, index == paths.count { break }
                let bytes = memory.next()
                let start = MonotonicClock.now()
                let file = try FileDescriptor.open(
                    paths[index % paths.count],
                    [.writeOnly, .create, .truncate],
                    permissions: 0o600
                )
                let opened = MonotonicClock.now()
                _ = try file.write(bytes, at: 0)
                let written = MonotonicClock.now()
                if spec.fsyncEvery > 0 { try file.fsync() }
                if spec.fdatasyncEvery > 0 { try file.fdatasync() }
                let synced = MonotonicClock.now()
                try file.close()
                let end = MonotonicClock.now()
                recorder.record(0, start: opened, nanoseconds: written - opened)
                recorder.record(1, start: written, nanoseconds: synced - written)
                recorder.record(2, start: start, nanoseconds: end - start)
                if control.round >= 0 { totals.add(isRead: false, bytes: UInt64(bytes.count)) }
                index += 1
            }
        } catch {
            throw BenchmarkError(error)
        }
        return totals
    }
}

/// One block of data, new each time.
final class JobBlock {
    private let memory: AlignedBuffer
    private let byteCount: Int
    private var fill: BlockFill

    init(byteCount: Int, spec: JobSpec, seed: UInt64) throws(EngineError) {
        memory = try AlignedBuffer(byteCount: (byteCount + 4095) / 4096 * 4096, alignment: 4096)
        self.byteCount = byteCount
        fill = BlockFill(
            compressPercent: spec.compressPercent,
            dedupePercent: spec.dedupePercent,
            seed: seed
        )
    }

    func next() -> UnsafeRawBufferPointer {
        let buffer = UnsafeMutableRawBufferPointer(start: memory.pointer, count: byteCount)
        fill.fill(buffer)
        return UnsafeRawBufferPointer(buffer)
    }
}
