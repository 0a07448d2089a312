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
        var warnings: [Warning]
    }

    let request: EtcdRequest
    let target: ResolvedTarget
    let cancellation: Cancellation
    let runStart: UInt64
    let progress: ProgressReporter

    func run() throws -> Measurement {
        if request.plan.besideLonghorn, target.kind != .directory {
            throw CommandError(
                operation: "etcd",
                subject: "--beside",
                reason:
                    "--beside longhorn puts a replica's file next to etcd's, and \(target.path) is a \(target.kind.rawValue)",
                hint: "name a directory on that disk"
            )
        }
        switch (target.kind, request.filesystem) {
        case (.blockDevice, let filesystem?):
            return try onFilesystem(filesystem)
        case (.blockDevice, nil):
            return try onDevice()
        case (_, _?):
            throw CommandError.onlyForDevices("--filesystem", target)
        case (_, nil) where request.consent != .none:
            throw CommandError.onlyForDevices("--destroy-data", target)
        case (.directory, nil):
            return try onDirectory(target.realPath)
        case (.file, nil):
            return try onFile()
        }
    }

    private func onDirectory(_ path: String) throws -> Measurement {
        let leftovers = try Leftovers.remove(path)
        let needed = request.plan.bytesNeeded(segmentBytes: request.options.segmentBytes)
        let scratch = try ScratchDirectory.create(in: path, needing: needed)
        // Closures take paths, not scratch: capturing a noncopyable value that is consumed later crashes
        // the 6.3.1 compiler.
        let place = EtcdPlace.directory(scratch.path)
        let facts = HostProbe().target(path: path)
        var measurement: Measurement
        if let directory = request.options.walDirectory {
            let log = try ScratchDirectory.create(in: directory, needing: needed / 2)
            measurement = measure(facts, place, walDirectory: log.path)
            try Cleanup.keepFirst(Cleanup.error(log), measurement.outcome.failure)
        } else {
            measurement = measure(facts, place, walDirectory: nil)
        }
        try Cleanup.keepFirst(Cleanup.error(scratch), measurement.outcome.failure)
        measurement.warnings += leftovers
        return measurement
    }

    /// A file target is a region like a device's, inside one file of tbench's own.
    private func onFile() throws -> Measurement {
        let bytes = max(target.exists ? target.sizeBytes : 0, 640 << 20)
        let file = try ScratchFile.create(at: target.path, bytes: bytes, direct: true)
        let region = Region(
            fileDescriptor: file.fileDescriptor,
            path: file.path,
            offset: ScratchFile.dataOffset,
            byteCount: file.byteCount
        )
        let facts = HostProbe().target(path: target.realPath)
        let measurement = measure(facts, .region(region), walDirectory: nil)
        try Cleanup.keepFirst(Cleanup.error(file), measurement.outcome.failure)
        return measurement
    }

    private func onDevice() throws -> Measurement {
        let claim = try DeviceClaim.claim(
            target.path,
            destroyData: request.consent,
            minimumBytes: Region.minimumBytes,
            direct: true
        )
        try claim.writeMark()
        let facts = HostProbe().target(path: target.realPath)
        let measurement = measure(facts, .region(Self.region(claim)), walDirectory: nil)
        try Cleanup.keepFirst(Cleanup.error(claim), measurement.outcome.failure)
        return measurement
    }

    /// The device floor first, then the same load on a filesystem made on the same device.
    private func onFilesystem(_ filesystem: ScratchFilesystem) throws -> Measurement {
        let claim = try DeviceClaim.claim(
            target.path,
            destroyData: request.consent,
            minimumBytes: max(Region.minimumBytes, filesystem.minimumBytes),
            direct: true
        )
        try claim.writeMark()
        let deviceFacts = HostProbe().target(path: target.realPath)
        let floor = benchmark(
            .region(Self.region(claim)),
            request.plan.deviceFloor,
            deviceFacts,
            walDirectory: nil
        )
        guard floor.failure == nil, !cancellation.isRequested else {
            try Cleanup.keepFirst(Cleanup.error(claim), floor.failure)
            return measurement(deviceFacts, floor)
        }
        let mount = try PrivateMount.mount(claim, filesystem: filesystem)
        let needed = request.plan.bytesNeeded(segmentBytes: request.options.segmentBytes)
        let scratch = try ScratchDirectory.create(in: mount.path, needing: needed)
        let place = EtcdPlace.directory(scratch.path)
        let facts = HostProbe().target(path: mount.path)
        var result = measure(facts, place, walDirectory: nil)
        try Cleanup.keepFirst(Cleanup.error(scratch), result.outcome.failure)
        try Cleanup.keepFirst(Cleanup.error(mount), result.outcome.failure)
        result.facts.path = target.path
        result.outcome.phases = floor.phases + result.outcome.phases
        return result
    }

    private static func region(_ claim: borrowing DeviceClaim) -> Region {
        Region(
            fileDescriptor: claim.fileDescriptor,
            path: claim.path,
            offset: claim.regionOffset,
            byteCount: claim.regionBytes
        )
    }

    private func benchmark(
        _ place: EtcdPlace,
        _ plan: EtcdPlan,
        _ facts: TargetFacts,
        walDirectory: String?
    ) -> EtcdBenchmark.Outcome {
        var options = request.options
        options.walDirectory = walDirectory
        var benchmark = EtcdBenchmark(
            place: place,
            options: options,
            plan: plan,
            target: facts,
            root: SystemRoot(),
            cancellation: cancellation,
            runStart: runStart,
            progress: { progress.show($0) }
        )
        return benchmark.run()
    }

    /// Surrounds the benchmark with the noise floor before and the conditions during it.
    private func measure(
        _ facts: TargetFacts,
        _ place: EtcdPlace,
        walDirectory: String?
    ) -> Measurement {
        let host = HostProbe().host()
        let surroundings = Surroundings(facts: facts, progress: progress, runStart: runStart)
        let (outcome, noise, conditions) = surroundings.observe {
            benchmark(place, request.plan, facts, walDirectory: walDirectory)
        }
        return Measurement(
            facts: facts,
            host: host,
            noise: noise,
            conditions: conditions,
            outcome: outcome,
            warnings: []
        )
    }

    private func measurement(
        _ facts: TargetFacts,
        _ outcome: EtcdBenchmark.Outcome
    ) -> Measurement {
        Measurement(
            facts: facts,
            host: HostProbe().host(),
            noise: nil,
            conditions: Conditions(),
            outcome: outcome,
            warnings: []
        )
    }
}
