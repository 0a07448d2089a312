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
        let request = try LadderRequest(command)
        if command.flag("dry-run") { return console.output(request.summary) ? .success : .failure }
        let signals = SignalWatch(console: console)
        try signals.start()
        let reporter = ProgressReporter(
            console: console,
            isEnabled: !command.flag("quiet") && (command.string("progress") != "false")
        )
        let holdings = LadderHoldings()
        var warnings = try hold(request, holdings)
        let replicas = try LadderReplicas(
            request.replicas,
            destroyable: request.destroyable,
            directory: holdings.localDirectory ?? request.target.realPath,
            volumeBytes: UInt64(request.plan.volumeBytes)
        )
        warnings += replicas.warnings
        var top = holdings.top
        top.engine = request.engine
        let facts = HostProbe().target(path: request.target.realPath)
        let host = HostProbe().host()
        let surroundings = Surroundings(facts: facts, progress: reporter, runStart: runStart)
        let ladder = LadderRun(
            plan: request.plan,
            replicas: replicas.list,
            top: top,
            token: request.token,
            cancellation: signals.cancellation,
            runStart: runStart,
            progress: { reporter.show($0) }
        )
        let (outcome, noise, conditions) = surroundings.observe { ladder.run() }
        let failures = outcome.failures + replicas.leave(usedBytes: outcome.volumeBytes)
        reporter.finish()
        let failure = failures.first.map { BenchmarkError($0) }
        try Cleanup.keepFirst(holdings.release(), failure)
        var record = ResultRecord(
            method: Version.method,
            run: .ofThisProcess(started: started, runStart: runStart, arguments: arguments),
            benchmark: BenchmarkInfo(
                name: "longhorn",
                workload: WorkloadID.of(spec: request.spec),
                spec: request.spec,
                engine: "sync",
                engineRequested: "sync",
                engineFeatures: []
            ),
            target: facts,
            tags: request.tags,
            host: host,
            noise: noise,
            conditions: conditions,
            phases: outcome.phases,
            warnings: warnings + failures.dropFirst().map(Self.warning)
        )
        record.noteEnd(failure, signals.cancellation)
        record.metrics = LadderMetrics.derive(record)
        record.addHostWarnings()
        record.verdict = LadderVerdict.judge(record)
        return try Delivery(command: command, console: console).deliver(
            record,
            failure: failure,
            cancellation: signals.cancellation
        )
    }

    /// Takes what the run needs on this machine.
    private func hold(_ request: LadderRequest, _ holdings: LadderHoldings) throws -> [Warning] {
        // Before there is scratch of our own.
        let local = request.replicas.contains(LadderReplicas.local) ? request.target.realPath : nil
        let places = Set([local, request.mounted].compactMap(\.self))
        let warnings = try places.sorted().flatMap { try Leftovers.remove($0) }
        if local != nil {
            try holdings.addLocal(in: request.target.realPath, bytes: request.plan.volumeBytes)
        }
        if let device = request.device {
            try holdings.addDevice(device, request.consent, bytes: request.plan.volumeBytes)
        }
        if let mounted = request.mounted {
            try holdings.addMounted(mounted)
        }
        return warnings
    }

    private static func warning(_ error: ReplicationError) -> Warning {
        Warning(
            code: "replica-lost",
            severity: .caution,
            text: error.reason,
            hint: error.hint
        )
    }
}
