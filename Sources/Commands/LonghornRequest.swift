import ArgumentTable
import Benchmarking
import IOEngines
import TargetSafety
import Units
import Workloads

/// What a command line of `tbench longhorn` asks for on a resolved target.
struct LonghornRequest {
    let dataEngine: LonghornDataEngine
    let target: ResolvedTarget
    let consent: DestroyConsent
    let seed: UInt64
    let tags: [String: String]
    /// kbench's jobs, short; nil when they are not asked for.
    let kbench: Profile?
    /// Of V2's deep queues and of kbench.
    let engine: JobSpec.Engine
    let engineFallbackReason: String?
    private let sizeBytes: Int64
    private let runtimeNanoseconds: UInt64
    private let slices: Int
    private let revisionCounter: Bool
    private let volumes: Int

    init(_ command: ParsedCommand) throws {
        let target = try TargetResolver.resolve(command.positional("target") ?? ".")
        let isQuick = command.flag("quick")
        self.target = target
        seed = UInt64(command.integer("seed") ?? 7)
        tags = command.pairs("tag").reduce(into: [:]) { $0[$1.key] = $1.value }
        consent = command.string("destroy-data").map(DestroyConsent.named) ?? .none
        dataEngine =
            command.string("data-engine").flatMap(LonghornDataEngine.init(rawValue:))
            ?? (target.kind == .blockDevice ? .v2 : .v1)
        revisionCounter = command.flag("revision-counter")
        volumes = command.integer("volumes") ?? 1
        runtimeNanoseconds =
            command.nanoseconds("runtime") ?? (isQuick ? 500_000_000 : 3_200_000_000)
        slices = isQuick ? 5 : 8
        let usual: Int64 = isQuick ? 640 << 20 : dataEngine == .v2 ? 8 << 30 : 2 << 30
        sizeBytes =
            command.bytes("size").map { Int64(clamping: $0) / (1 << 20) * (1 << 20) } ?? usual
        let found = try EngineProbe.resolve(
            .auto,
            preferred: dataEngine == .v2 ? [.ioUring, .libaio] : [.libaio, .ioUring],
            capacity: 128
        )
        let engine = JobSpec.Engine(rawValue: found.engine.rawValue) ?? .sync
        self.engine = engine
        let usesQueues = dataEngine == .v2 || command.flag("kbench")
        engineFallbackReason = usesQueues ? found.fallbackReason : nil
        kbench =
            command.flag("kbench")
            ? try Self.shortened(Profile.embedded("kbench"), engine, isQuick: isQuick) : nil
        try refuseContradictions()
    }

    private func refuseContradictions() throws {
        func refuse(_ flag: String, _ reason: String, _ hint: String) -> CommandError {
            CommandError(
                operation: "longhorn",
                subject: flag,
                reason: "\(flag): \(reason)",
                hint: hint
            )
        }
        if sizeBytes < ReplicaDiskPlan.smallestBytes {
            throw refuse(
                "--size",
                "there is no room for overwrites, first touches and holes in so little",
                "give at least \(QuantityText.bytes(UInt64(ReplicaDiskPlan.smallestBytes)))"
            )
        }
        if dataEngine == .v2, target.kind == .directory {
            throw refuse(
                "--data-engine v2",
                "V2 keeps replicas on a raw device, and \(target.path) is a directory",
                "name a block device, or leave --data-engine out"
            )
        }
        if consent != .none, target.kind != .blockDevice {
            throw CommandError.onlyForDevices("--destroy-data", target)
        }
        if dataEngine == .v2, revisionCounter {
            throw refuse("--revision-counter", "only V1 has one", "leave it out")
        }
        if volumes > 1, target.kind != .directory {
            throw refuse(
                "--volumes",
                "each volume is a file of its own, and \(target.path) is a \(target.kind.rawValue)",
                "name a directory"
            )
        }
    }

    /// kbench's quick mode, and shorter still: twelve jobs of one to two seconds.
    private static func shortened(
        _ profile: Profile,
        _ engine: JobSpec.Engine,
        isQuick: Bool
    ) -> Profile {
        profile.mapJobs { job in
            job.engine = engine
            job.runtimeNanoseconds = isQuick ? 1_000_000_000 : 2_000_000_000
            job.rampNanoseconds = isQuick ? 100_000_000 : 300_000_000
            job.timeBased = true
        }
    }

    /// What to measure where so many bytes may be used.
    ///
    /// - Parameter available: of a device's region; nil where a file is made as large as it has to be.
    /// - Returns: the plan; below the smallest size where too little is available.
    func plan(available: Int64? = nil) -> ReplicaDiskPlan {
        func plan(_ size: Int64) -> ReplicaDiskPlan {
            ReplicaDiskPlan(
                dataEngine: dataEngine,
                hasFilesystem: target.kind != .blockDevice && dataEngine == .v1,
                sizeBytes: size,
                runtimeNanoseconds: runtimeNanoseconds,
                slices: slices,
                revisionCounter: revisionCounter,
                volumes: volumes
            )
        }
        guard let available else { return plan(sizeBytes) }
        // V1's rebuild needs half of the file once more.
        let reserve: Int64 = 2 << 20
        let share = dataEngine == .v1 ? max(0, available - reserve) / 3 * 2 : available - reserve
        return plan(min(sizeBytes, share / (1 << 20) * (1 << 20)))
    }

    /// The least a device must have.
    var smallestDeviceBytes: UInt64 {
        let bytes = ReplicaDiskPlan.smallestBytes
        return UInt64(dataEngine == .v1 ? bytes / 2 * 3 : bytes) + 4 << 20
    }

    /// The normalised workload, for the record and its identity.
    func spec(_ plan: ReplicaDiskPlan, isDirect: Bool) -> [String: String] {
        [
            "data_engine": dataEngine.rawValue, "size_bytes": String(plan.sizeBytes),
            "runtime_ns": String(runtimeNanoseconds), "slices": String(slices),
            "revision_counter": String(revisionCounter), "volumes": String(volumes),
            "seed": String(seed), "direct": String(isDirect), "kbench": String(kbench != nil),
            "cases": plan.groups.flatMap(\.cases).map(\.name).joined(separator: " "),
        ]
    }
}
