import Benchmarking
import HostFacts
import IOEngines
import ResultStore
import TargetSafety
import Units
import Workloads

/// One run of a profile on a resolved target; owns scratch and claim for as long as it lasts.
struct RunSession {
    /// What a run leaves behind.
    struct Measurement {
        var facts: TargetFacts
        var host: HostRecord
        var noise: NoiseFloor
        var conditions: Conditions
        var outcome: JobBenchmark.Outcome
        var warnings: [Warning]
        /// What was run: the profile, or the points of a sweep.
        var profile: Profile
    }

    let request: RunRequest
    let target: ResolvedTarget
    let cancellation: Cancellation
    let runStart: UInt64
    let progress: ProgressReporter

    func run() throws -> Measurement {
        let readsOnly = !request.profile.destructive
        switch target.kind {
        case .directory:
            return try onDirectory()
        case .file where readsOnly && target.exists:
            return try reading(bytes: Int64(clamping: target.sizeBytes))
        case .blockDevice where readsOnly:
            let facts = HostProbe().target(path: target.realPath)
            return try reading(bytes: Int64(clamping: facts.stack.first?.sizeBytes ?? 0))
        case .file:
            return try onFile()
        case .blockDevice:
            return try onDevice()
        }
    }

    private func onDirectory() throws -> Measurement {
        let leftovers = try Leftovers.remove(target.realPath)
        let bytes = request.sizeBytes
        let scratch = try ScratchDirectory.create(
            in: target.realPath,
            needing: UInt64(bytes) + 16 << 20
        )
        let path = "\(scratch.path)/data"
        let file = try FileDescriptor.open(path, [.readWrite, .create, .exclusive])
        try file.allocate(offset: 0, length: bytes)
        let place = JobTarget(
            path: path,
            offset: 0,
            byteCount: bytes,
            isReadOnly: false,
            directory: scratch.path
        )
        var measurement = measure(place, HostProbe().target(path: target.realPath), layOut: true)
        try Cleanup.keepFirst(Cleanup.error(scratch), measurement.outcome.failure)
        measurement.warnings += leftovers
        return measurement
    }

    private func onFile() throws -> Measurement {
        let file = try ScratchFile.create(at: target.path, bytes: UInt64(request.sizeBytes))
        let place = JobTarget(
            path: file.path,
            offset: Int64(ScratchFile.dataOffset),
            byteCount: Int64(clamping: file.byteCount),
            isReadOnly: false
        )
        let facts = HostProbe().target(path: target.realPath)
        let measurement = measure(place, facts, layOut: true)
        try Cleanup.keepFirst(Cleanup.error(file), measurement.outcome.failure)
        return measurement
    }

    private func onDevice() throws -> Measurement {
        let claim = try DeviceClaim.claim(
            target.path,
            destroyData: request.consent,
            minimumBytes: 1 << 20,
            command: "tbench run \(request.profile.name)"
        )
        try claim.writeMark()
        let place = JobTarget(
            path: claim.path,
            offset: Int64(clamping: claim.regionOffset),
            byteCount: min(request.sizeBytes, Int64(clamping: claim.regionBytes)),
            isReadOnly: false
        )
        let facts = HostProbe().target(path: target.realPath)
        let measurement = measure(place, facts, layOut: true)
        try Cleanup.keepFirst(Cleanup.error(claim), measurement.outcome.failure)
        return measurement
    }

    /// A profile that only reads takes what is there, and never opens it for writing.
    private func reading(bytes: Int64) throws -> Measurement {
        guard request.consent == .none else {
            throw CommandError(
                operation: "run",
                subject: target.path,
                reason:
                    "--destroy-data is for profiles that write, and \(request.profile.name) only reads",
                hint: "leave --destroy-data out"
            )
        }
        let place = JobTarget(path: target.realPath, offset: 0, byteCount: bytes, isReadOnly: true)
        return measure(place, HostProbe().target(path: target.realPath), layOut: false)
    }

    private func measure(
        _ place: JobTarget,
        _ facts: TargetFacts,
        layOut: Bool
    ) -> Measurement {
        let host = HostProbe().host()
        let surroundings = Surroundings(facts: facts, progress: progress, runStart: runStart)
        var runner = SweepRunner(
            request: request,
            cancellation: cancellation,
            runStart: runStart,
            progress: progress
        )
        let ownCost = EngineCost.measure(request.profile)
        let (outcome, measuredNoise, conditions) = surroundings.observe {
            runner.run(on: place, layOut: layOut)
        }
        var noise = measuredNoise
        noise.engineCostNs = ownCost
        return Measurement(
            facts: facts,
            host: host,
            noise: noise,
            conditions: conditions,
            outcome: outcome,
            warnings: [],
            profile: runner.profile
        )
    }
}
