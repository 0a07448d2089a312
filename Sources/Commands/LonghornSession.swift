import Benchmarking
import HostFacts
import IOEngines
import ResultStore
import TargetSafety
import Units
import Workloads

/// One run of the disk side of `tbench longhorn`; owns scratch and claim for as long as it lasts.
struct LonghornSession {
    /// What a run leaves behind.
    struct Measurement {
        var facts: TargetFacts
        var host: HostRecord
        var noise: NoiseFloor
        var conditions: Conditions
        var phases: [PhaseRecord]
        var features: [String]
        var failure: BenchmarkError?
        var warnings: [Warning]
        var plan: ReplicaDiskPlan
        var isDirect: Bool
    }

    let request: LonghornRequest
    let cancellation: Cancellation
    let runStart: UInt64
    let progress: ProgressReporter

    func run() throws -> Measurement {
        switch request.target.kind {
        case .directory: try onDirectory()
        case .file: try onFile()
        case .blockDevice: try onDevice()
        }
    }

    private func onDirectory() throws -> Measurement {
        let path = request.target.realPath
        let leftovers = try Leftovers.remove(path)
        let plan = request.plan()
        let scratch = try ScratchDirectory.create(in: path, needing: plan.bytesNeeded)
        let place = try ReplicaDiskPlace.files(in: scratch.path, for: plan)
        var measurement = measure(plan, place, HostProbe().target(path: path))
        try Cleanup.keepFirst(Cleanup.error(scratch), measurement.failure)
        measurement.warnings += leftovers
        return measurement
    }

    private func onFile() throws -> Measurement {
        let plan = request.plan()
        let file = try ScratchFile.create(at: request.target.path, bytes: plan.bytesNeeded)
        var place = ReplicaDiskPlace.region(
            of: file.path,
            from: Int64(ScratchFile.dataOffset),
            for: plan
        )
        place.isDirect = try Self.takesDirect(file.path)
        let measurement = measure(plan, place, HostProbe().target(path: request.target.realPath))
        try Cleanup.keepFirst(Cleanup.error(file), measurement.failure)
        return measurement
    }

    private func onDevice() throws -> Measurement {
        let claim = try DeviceClaim.claim(
            request.target.path,
            destroyData: request.consent,
            minimumBytes: request.smallestDeviceBytes,
            command: "tbench longhorn"
        )
        try claim.writeMark()
        let plan = request.plan(available: Int64(clamping: claim.regionBytes))
        let place = ReplicaDiskPlace.region(
            of: claim.path,
            from: Int64(clamping: claim.regionOffset),
            for: plan
        )
        let measurement = measure(plan, place, HostProbe().target(path: request.target.realPath))
        try Cleanup.keepFirst(Cleanup.error(claim), measurement.failure)
        return measurement
    }

    private static func takesDirect(_ path: String) throws(EngineError) -> Bool {
        do throws(EngineError) {
            _ = try FileDescriptor.open(path, [.readWrite, .direct])
            return true
        } catch {
            guard error.cause.map({ ErrnoName.of($0.errno) }) == "EINVAL" else { throw error }
            return false
        }
    }

    private func measure(
        _ plan: ReplicaDiskPlan,
        _ place: ReplicaDiskPlace,
        _ facts: TargetFacts
    ) -> Measurement {
        let host = HostProbe().host()
        let surroundings = Surroundings(facts: facts, progress: progress, runStart: runStart)
        let (outcome, noise, conditions) = surroundings.observe {
            benchmark(plan, place, DeviceRequestMeter(target: facts))
        }
        return Measurement(
            facts: facts,
            host: host,
            noise: noise,
            conditions: conditions,
            phases: outcome.phases,
            features: outcome.features,
            failure: outcome.failure,
            warnings: outcome.notes,
            plan: plan,
            isDirect: place.isDirect
        )
    }

    private func benchmark(
        _ plan: ReplicaDiskPlan,
        _ place: ReplicaDiskPlace,
        _ meter: DeviceRequestMeter?
    ) -> ReplicaDiskBenchmark.Outcome {
        var benchmark = ReplicaDiskBenchmark(
            plan: plan,
            place: place,
            engine: request.engine,
            seed: request.seed,
            meter: meter,
            cancellation: cancellation,
            runStart: runStart,
            progress: { progress.show($0) }
        )
        var outcome = benchmark.run()
        guard let profile = request.kbench, outcome.failure == nil, !cancellation.isRequested
        else { return outcome }
        let jobs = kbench(profile, plan, place)
        outcome.phases += jobs.phases
        outcome.features += jobs.features
        outcome.failure = jobs.failure
        return outcome
    }

    /// kbench's jobs on what was written before, so that they read data and overwrite blocks.
    private func kbench(
        _ profile: Profile,
        _ plan: ReplicaDiskPlan,
        _ place: ReplicaDiskPlace
    ) -> JobBenchmark.Outcome {
        let part = plan.parts.overwrite
        var benchmark = JobBenchmark(
            profile: profile.mapJobs { $0.direct = place.isDirect },
            target: JobTarget(
                path: place.head.path,
                offset: place.head.offset + part.lowerBound,
                byteCount: part.upperBound - part.lowerBound,
                isReadOnly: false
            ),
            layOut: false,
            seed: request.seed,
            cancellation: cancellation,
            runStart: runStart,
            progress: { progress.show($0) }
        )
        return benchmark.run()
    }
}
