import ArgumentTable
import Benchmarking
import Foundation
import HostFacts
import IOEngines
import Replication
import ResultStore
import TargetSafety
import Units

/// `tbench longhorn --replica …`: the ladder from a disk to a replicated volume.
struct LadderCommand {
    private let command: ParsedCommand
    private let arguments: [String]
    private let console: Console
    private let started = Date()
    private let runStart = MonotonicClock.now()

    init(_ command: ParsedCommand, arguments: [String], console: Console) {
        self.command = command
        self.arguments = arguments
        self.console = console
    }

    func run() throws -> ExitCode {
        try refuseContradictions()
        let plan = try plan()
        let names = command.strings("replica")
        guard names.count <= ReplicaSet.mostReplicas else {
            throw refuse(
                "--replica",
                "a volume of \(names.count) replicas: Longhorn has at most 20"
            )
        }
        let token = try command.string("token-file").map { try AccessToken.read($0) }
        let target = try TargetResolver.resolve(command.positional("target") ?? ".")
        let usesDisk = names.contains(LadderReplicas.local)
        guard target.kind == .directory else {
            throw refuse(
                target.path,
                "with --replica the target is a directory, on the disk that the replica 'local' is on"
            )
        }
        if command.flag("dry-run") {
            return console.output(dryRun(plan, names, target.path)) ? .success : .failure
        }
        let signals = SignalWatch(console: console)
        try signals.start()
        let reporter = ProgressReporter(
            console: console,
            isEnabled: !command.flag("quiet") && (command.string("progress") != "false")
        )
        var warnings = usesDisk ? try Leftovers.remove(target.realPath) : []
        let scratch: ScratchDirectory? =
            usesDisk
            ? try ScratchDirectory.create(
                in: target.realPath,
                needing: UInt64(plan.volumeBytes)
            ) : nil
        let replicas = try LadderReplicas(
            names,
            destroyable: command.strings("destroy-replica"),
            directory: Self.path(of: scratch) ?? target.realPath,
            volumeBytes: UInt64(plan.volumeBytes)
        )
        warnings += replicas.warnings
        let facts = HostProbe().target(path: target.realPath)
        let host = HostProbe().host()
        let surroundings = Surroundings(facts: facts, progress: reporter, runStart: runStart)
        let ladder = LadderRun(
            plan: plan,
            replicas: replicas.list,
            token: token,
            cancellation: signals.cancellation,
            runStart: runStart,
            progress: { reporter.show($0) }
        )
        let (outcome, noise, conditions) = surroundings.observe { ladder.run() }
        let failures = outcome.failures + replicas.leave(usedBytes: outcome.volumeBytes)
        reporter.finish()
        if let scratch {
            let failure = failures.first.map { BenchmarkError($0) }
            try Cleanup.keepFirst(Cleanup.error(scratch), failure)
        }
        var record = ResultRecord(
            method: Version.method,
            run: .ofThisProcess(started: started, runStart: runStart, arguments: arguments),
            benchmark: benchmark(plan, replicas.list),
            target: facts,
            tags: command.pairs("tag").reduce(into: [:]) { $0[$1.key] = $1.value },
            host: host,
            noise: noise,
            conditions: conditions,
            phases: outcome.phases,
            warnings: warnings + failures.dropFirst().map(Self.warning)
        )
        let failure = failures.first.map { BenchmarkError($0) }
        record.noteEnd(failure, signals.cancellation)
        record.addHostWarnings()
        return try Delivery(command: command, console: console).deliver(
            record,
            failure: failure,
            cancellation: signals.cancellation
        )
    }

    private static func path(of scratch: borrowing ScratchDirectory?) -> String? {
        switch scratch {
        case .some(let made): made.path
        case .none: nil
        }
    }

    private func refuseContradictions() throws {
        guard !command.strings("replica").isEmpty else {
            let flag = LadderOptions.all.first { command.wasGiven($0.long) }?.long ?? "replica"
            throw refuse(
                "--\(flag)",
                "--\(flag) is about replicas, and there is no --replica",
                "name at least one: --replica local, or --replica HOST where 'tbench serve' runs"
            )
        }
        let others = [
            "data-engine", "runtime", "revision-counter", "volumes", "kbench", "destroy-data",
        ]
        if let flag = others.first(where: { command.wasGiven($0) }) {
            throw refuse(
                "--\(flag)",
                "--\(flag) is about a disk alone, and --replica asks for a replicated volume",
                "run the two one after the other"
            )
        }
    }

    private func dryRun(_ plan: LadderPlan, _ names: [String], _ path: String) -> String {
        let local = names.contains(LadderReplicas.local) ? ", the local one below \(path)" : ""
        let size = QuantityText.bytes(UInt64(plan.volumeBytes))
        return """
            Would measure a volume of \(names.count) replicas: \(names.joined(separator: ", ")).
            Would write \(size) to each agent's scratch\(local), and within it again.
            Would run \(plan.rounds) rounds.

            """
    }

    private func plan() throws -> LadderPlan {
        let isQuick = command.flag("quick")
        let unit: UInt64 = 1 << 20
        let size = (command.bytes("size") ?? (isQuick ? 256 : 1024) * unit) / unit * unit
        return LadderPlan(
            rounds: command.wasGiven("rounds")
                ? command.integer("rounds") ?? 12 : isQuick ? 4 : 12,
            sliceNanoseconds: command.wasGiven("slice")
                ? command.nanoseconds("slice") ?? 120_000_000 : isQuick ? 60_000_000 : 120_000_000,
            volumeBytes: Int64(clamping: max(unit, size)),
            connections: command.integer("connections") ?? 2,
            loads: LadderOptions.loads(command.string("loads")),
            seed: UInt64(command.integer("seed") ?? 7),
            timeoutNanoseconds: command.nanoseconds("replica-timeout") ?? 8_000_000_000
        )
    }

    private func benchmark(_ plan: LadderPlan, _ replicas: [LadderReplica]) -> BenchmarkInfo {
        let spec = [
            "size_bytes": String(plan.volumeBytes), "connections": String(plan.connections),
            "replicas": replicas.map(\.name).joined(separator: ","),
            "loads": command.string("loads") ?? "all", "seed": String(plan.seed),
            "slice_ns": String(plan.sliceNanoseconds),
        ]
        return BenchmarkInfo(
            name: "longhorn",
            workload: WorkloadID.of(spec: spec),
            spec: spec,
            engine: "sync",
            engineRequested: "sync",
            engineFeatures: []
        )
    }

    private static func warning(_ error: ReplicationError) -> Warning {
        Warning(
            code: "replica-lost",
            severity: .caution,
            text: error.reason,
            hint: error.hint
        )
    }

    private func refuse(
        _ subject: String,
        _ reason: String,
        _ hint: String = "see tbench help longhorn"
    ) -> CommandError {
        CommandError(operation: "longhorn", subject: subject, reason: reason, hint: hint)
    }
}
