import ArgumentTable
import Benchmarking
import Foundation
import HostFacts
import IOEngines
import Rating
import Replication
import ResultStore
import TargetSafety
import Units

/// `tbench net`: the way to one other machine.
struct NetCommand {
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
        let host = command.positional("host") ?? ""
        let endpoint = try Endpoint(host)
        guard endpoint.kind != .unix else {
            throw CommandError(
                operation: "net",
                subject: host,
                reason: "\(host) is a socket on this machine, and there is no network to it",
                hint: "name another node: tbench net HOST"
            )
        }
        let token = try command.string("token-file").map { try AccessToken.read($0) }
        let plan = plan()
        let signals = SignalWatch(console: console)
        try signals.start()
        let reporter = ProgressReporter(
            console: console,
            isEnabled: !command.flag("quiet") && (command.string("progress") != "false")
        )
        // A real replica is opened if it was closed, and left as it was found.
        let real = endpoint.kind == .longhorn ? try OpenedReplica(endpoint, mayDestroy: false) : nil
        let peer =
            real?.replica
            ?? LadderReplica(
                name: endpoint.description,
                endpoint: endpoint,
                isAgent: true,
                isWritable: true
            )
        let target = TargetFacts(path: host, kind: "network")
        let machine = HostProbe().host()
        let network = NetworkRun(
            plan: plan,
            peer: peer,
            token: token,
            cancellation: signals.cancellation,
            runStart: runStart,
            progress: { reporter.show($0) }
        )
        let surroundings = Surroundings(facts: target, progress: reporter, runStart: runStart)
        let (outcome, noise, conditions) = surroundings.observe { network.run() }
        reporter.finish()
        var failure = outcome.failure
        do throws(ReplicationError) { try real?.leave(usedBytes: 0) } catch {
            failure = failure ?? error
        }
        // Nothing was measured: the reason is all there is to say.
        if let failure, outcome.phases.isEmpty { throw failure }
        var record = ResultRecord(
            method: Version.method,
            run: .ofThisProcess(started: started, runStart: runStart, arguments: arguments),
            benchmark: benchmark(plan, outcome.path),
            target: target,
            tags: command.pairs("tag").reduce(into: [:]) { $0[$1.key] = $1.value },
            host: machine,
            noise: noise,
            conditions: conditions,
            phases: outcome.phases,
            network: [outcome.path],
            warnings: outcome.warnings
        )
        let end = failure.map { BenchmarkError($0) }
        record.noteEnd(end, signals.cancellation)
        record.metrics = NetworkMetrics.derive(record)
        record.addHostWarnings()
        record.warnings += NetworkSummary.doubts(record)
        if record.run.outcome == .complete { record.verdict = NetworkVerdict.judge(record) }
        return try Delivery(command: command, console: console).deliver(
            record,
            failure: end,
            cancellation: signals.cancellation
        )
    }

    private func plan() -> NetworkPlan {
        var plan = command.flag("quick") ? NetworkPlan.quick : NetworkPlan()
        if let streams = command.integer("streams") { plan.streams = streams }
        if let rounds = command.integer("rounds") { plan.rounds = rounds }
        if let slice = command.nanoseconds("slice") {
            plan.sliceNanoseconds = slice
            plan.streamNanoseconds = max(plan.streamNanoseconds, slice)
        }
        if let limit = command.nanoseconds("limit") { plan.limitNanoseconds = limit }
        return plan
    }

    private func benchmark(_ plan: NetworkPlan, _ path: NetworkPath) -> BenchmarkInfo {
        let spec = [
            "peer_kind": path.peerKind, "streams": String(plan.streams),
            "slice_ns": String(plan.sliceNanoseconds),
            "stream_slice_ns": String(plan.streamNanoseconds), "rounds": String(plan.rounds),
        ]
        return BenchmarkInfo(
            name: "net",
            workload: WorkloadID.of(spec: spec),
            spec: spec,
            engine: "sync",
            engineRequested: "sync"
        )
    }
}
