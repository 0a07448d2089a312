import ArgumentTable
import Benchmarking
import IOEngines
import TargetSafety
import Units
import Workloads

/// What a command line of `tbench etcd` asks for, in the terms of the benchmark.
struct EtcdRequest {
    let target: String
    let plan: EtcdPlan
    let options: EtcdOptions
    let engineRequested: EngineChoice
    let engineFallbackReason: String?
    let consent: DestroyConsent
    let filesystem: ScratchFilesystem?
    let tags: [String: String]
    let outputDirectory: String?
    let format: String

    init(_ command: ParsedCommand) throws {
        target = command.positional("target") ?? "."
        format = command.string("output-format") ?? "text"
        outputDirectory = command.string("output-dir")
        tags = command.pairs("tag").reduce(into: [:]) { $0[$1.key] = $1.value }
        consent = command.string("destroy-data").map(DestroyConsent.named) ?? .none
        filesystem = command.string("filesystem").flatMap(ScratchFilesystem.init(rawValue:))
        engineRequested = command.string("ioengine").flatMap(EngineChoice.init(rawValue:)) ?? .auto
        // sync first: etcd makes these very calls, and it came out closest to it.
        let resolved = try EngineProbe.resolve(
            engineRequested,
            preferred: [.sync, .ioUring, .libaio]
        )
        engineFallbackReason = resolved.fallbackReason
        plan = Self.plan(command)
        options = EtcdOptions(
            compatibility: command.string("compat").flatMap(EtcdCompatibility.init(rawValue:))
                ?? .v3_5,
            payload: command.string("data").flatMap(PayloadKind.init(rawValue:)) ?? .random,
            arrivals: command.string("arrivals").flatMap(EtcdArrivals.init(rawValue:)) ?? .limiter,
            transport: command.string("transport").flatMap(PutTransport.init(rawValue:)) ?? .tcp,
            segmentBytes: command.bytes("segment-size") ?? 64_000_000,
            engine: resolved.engine,
            seed: UInt64(command.integer("seed") ?? 7),
            walDirectory: command.string("wal-dir")
        )
    }

    private static func plan(_ command: ParsedCommand) -> EtcdPlan {
        var load = command.string("load").flatMap(EtcdLoad.named(_:)) ?? .small
        if let rate = command.number("rate") { load = load.at(rate: rate) }
        if command.flag("closed") {
            load.ratePerSecond = nil
            load.name += ", closed loop"
        }
        if let clients = command.integer("clients") { load.clients = clients }
        if let bytes = command.bytes("key-size") { load.keyBytes = Int(bytes) }
        if let bytes = command.bytes("value-size") { load.valueBytes = Int(bytes) }
        let rounds = command.integer("rounds") ?? 25
        return EtcdPlan(
            load: load,
            extras: !command.flag("only-load"),
            compareFioRecipe: command.flag("compare-fio-recipe"),
            besideLonghorn: command.string("beside") == "longhorn",
            minimumRounds: min(5, rounds),
            maximumRounds: rounds,
            roundNanoseconds: command.nanoseconds("round-time") ?? 2_000_000_000,
            maximumNanoseconds: command.nanoseconds("max-time") ?? 70_000_000_000,
            adaptive: command.flag("early-stop")
        )
    }

    /// The normalised workload, for the record and its identity.
    var spec: [String: String] {
        var spec = options.spec
        spec["load"] = plan.load.name
        spec["rate_per_second"] = plan.load.ratePerSecond.map { "\($0)" } ?? "closed"
        spec["clients"] = String(plan.load.clients)
        spec["key_bytes"] = String(plan.load.keyBytes)
        spec["value_bytes"] = String(plan.load.valueBytes)
        spec["round_ns"] = String(plan.roundNanoseconds)
        return spec
    }
}
