import Benchmarking
import HostFacts
import IOEngines
import ResultStore
import TargetSafety
import Units

/// One run of the etcd benchmark on a resolved target, with the facts and conditions around it.
///
/// Owns scratch, claim and mount for as long as the run lasts; they are gone when `run` returns or throws.
struct EtcdSession {
    /// What a run leaves behind.
    struct Measurement {
        var facts: TargetFacts
        var host: HostRecord
        var noise: NoiseFloor?
        var conditions: Conditions
        var outcome: EtcdBenchmark.Outcome
    }

    let request: EtcdRequest
    let target: ResolvedTarget
    let cancellation: Cancellation
    let runStart: UInt64
    let progress: ProgressReporter

    func run() throws -> Measurement {
        switch target.kind {
        case .directory:
            return try onDirectory(target.realPath)
        case .file:
            return try onFile()
        case .blockDevice:
            return try onDevice()
        }
    }

    private func onDirectory(_ path: String) throws -> Measurement {
        let scratch = try ScratchDirectory.create(
            in: path,
            needing: request.plan.bytesNeeded(segmentBytes: request.options.segmentBytes)
        )
        // The closure takes the path, not the scratch: capturing a noncopyable value that is consumed
        // later crashes the 6.3.1 compiler.
        let scratchPath = scratch.path
        let facts = HostProbe().target(path: path)
        let measurement = measure(facts) { root in
            var benchmark = EtcdBenchmark(
                directory: scratchPath,
                options: request.options,
                plan: request.plan,
                target: facts,
                root: root,
                cancellation: cancellation,
                runStart: runStart,
                progress: { progress.show($0) }
            )
            return benchmark.run()
        }
        let removal = Self.remove(scratch)
        // The run's own error is the one to report; a vanished disk cannot be cleaned.
        if let removal, measurement.outcome.failure == nil { throw removal }
        return measurement
    }

    private static func remove(_ scratch: consuming ScratchDirectory) -> SafetyError? {
        do throws(SafetyError) {
            try scratch.remove()
            return nil
        } catch {
            return error
        }
    }

    /// A file target names where scratch goes: beside the file, on the same filesystem.
    ///
    /// The file itself must not exist or be tbench's own scratch; etcd's pattern needs several files.
    private func onFile() throws -> Measurement {
        throw CommandError(
            operation: "etcd",
            subject: target.path,
            reason: "\(target.path) is a file",
            hint: "give its directory"
        )
    }

    private func onDevice() throws -> Measurement {
        throw CommandError(
            operation: "etcd",
            subject: target.path,
            reason: "\(target.path) is a block device",
            hint: "give a directory"
        )
    }

    /// Surrounds the benchmark with the noise floor before and the conditions during it.
    private func measure(
        _ facts: TargetFacts,
        _ body: (SystemRoot) -> EtcdBenchmark.Outcome
    ) -> Measurement {
        let root = SystemRoot()
        let host = HostProbe(root: root).host()
        progress.announce("noise floor", runStart: runStart)
        let noise = NoiseFloorProbe.measure(durationNanoseconds: 500_000_000)
        let sampler = ConditionsSampler(
            root: root,
            deviceNames: ConditionsSampler.deviceNames(for: facts)
        )
        let before = sampler.sample()
        let outcome = body(root)
        let conditions = ConditionsSampler.difference(
            before,
            sampler.sample(),
            ownDeviceWrites: nil
        )
        return Measurement(
            facts: facts,
            host: host,
            noise: noise,
            conditions: conditions,
            outcome: outcome
        )
    }
}
