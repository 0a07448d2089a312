package import HostFacts
import IOEngines
package import ResultStore
import Statistics
package import Units
import Workloads

/// `tbench etcd` on one place: the verdict's load, then how far the disk goes and why.
///
/// The caller owns the place, which must be empty, and cleans it up; this type only fills it. On a raw region only the
/// load and the ramp run: there is nothing to allocate and no directory for the rest.
package struct EtcdBenchmark {
    /// What was measured, also when the run ended early.
    package struct Outcome {
        package var phases: [PhaseRecord]
        package var warnings: [Warning]
        /// From the start of the run to the end of the verdict's load.
        package var timeToVerdictNanoseconds: UInt64
        /// What ended the run early: an error, or nil.
        package var failure: BenchmarkError?
        package var wasInterrupted: Bool
    }

    private let place: EtcdPlace
    let options: EtcdOptions
    let plan: EtcdPlan
    private let device: DeviceSampler
    let cancellation: Cancellation
    private let report: (Progress) -> Void
    private let runStart: UInt64
    private var phases: [PhaseRecord] = []
    private var warnings: [Warning] = []
    private var verdictAt: UInt64 = 0

    package init(
        place: EtcdPlace,
        options: EtcdOptions,
        plan: EtcdPlan,
        target: TargetFacts,
        root: SystemRoot,
        cancellation: Cancellation,
        runStart: UInt64,
        progress: @escaping (Progress) -> Void
    ) {
        self.place = place
        self.options = options
        self.plan = plan
        self.cancellation = cancellation
        self.runStart = runStart
        report = progress
        device = DeviceSampler(root: root, target: target)
    }

    /// Runs everything the plan holds; what was measured before an error is kept.
    package mutating func run() -> Outcome {
        do throws(BenchmarkError) {
            guard case .directory(let directory) = place else {
                try verdictAndRamp(kind: "device")
                return outcome(nil)
            }
            if plan.compareFioRecipe { try fioRecipe(directory) }
            try verdictAndRamp(kind: "verdict")
            if plan.extras {
                try sequential(directory)
                try recoveryAndSteady(directory)
            }
            return outcome(nil)
        } catch {
            return outcome(error)
        }
    }

    private func outcome(_ failure: BenchmarkError?) -> Outcome {
        let answered = verdictAt == 0 ? MonotonicClock.now() : verdictAt
        return Outcome(
            phases: phases,
            warnings: warnings,
            timeToVerdictNanoseconds: answered - runStart,
            failure: failure,
            wasInterrupted: cancellation.isRequested
        )
    }

    private mutating func fioRecipe(_ directory: String) throws(BenchmarkError) {
        guard !cancellation.isRequested else { return }
        announce("fio recipe")
        let phase = SequentialPhase.fioRecipe(nanoseconds: 10_000_000_000)
        phases.append(
            try phase.run(in: directory, runStart: runStart, cancellation: cancellation)
        )
    }

    private mutating func sequential(_ directory: String) throws(BenchmarkError) {
        guard !cancellation.isRequested else { return }
        announce("sequential")
        let phase = SequentialPhase.heavy(options.payload, nanoseconds: 1_500_000_000)
        phases.append(
            try phase.run(in: directory, runStart: runStart, cancellation: cancellation)
        )
    }

    private mutating func verdictAndRamp(kind: String) throws(BenchmarkError) {
        let member = try EtcdMember(
            place: place,
            options: options,
            tree: BackendTree()
        )
        var outcomes: [PhaseOutcome] = []
        var failure: BenchmarkError?
        do throws(BenchmarkError) {
            try member.start()
            var runner = runner(member)
            outcomes.append(try runner.run(verdictPhase(kind: kind)))
            verdictAt = MonotonicClock.now()
            if plan.besideLonghorn, case .directory(let directory) = place {
                try beside(&runner, &outcomes, in: directory)
            }
            if plan.extras { try ramp(&runner, &outcomes) }
        } catch {
            failure = error
        }
        member.stop()
        noteTransport(of: member)
        keep(outcomes, of: member)
        if let failure { throw failure }
    }

    /// Says when puts did not travel as asked.
    private mutating func noteTransport(of member: EtcdMember) {
        guard options.transport == .tcp, member.transportInUse != PutTransport.tcp.rawValue else {
            return
        }
        warnings.append(
            Warning(
                code: "transport-fallback",
                severity: .note,
                text: "loopback TCP is not possible here; puts went through Unix sockets",
                hint: "a real etcd is reached over TCP; ip link show lo tells whether lo is up"
            )
        )
    }

    private func verdictPhase(kind: String) -> LoadPhase {
        let spent = MonotonicClock.now() - runStart
        let extras = plan.extras ? EtcdPlan.extrasNanoseconds : 0
        let left = plan.maximumNanoseconds - min(plan.maximumNanoseconds, spent + extras)
        let fitting = Int(left / plan.roundNanoseconds)
        let rule = EtcdStopRule(plan: plan)
        return LoadPhase(
            name: plan.load.name,
            kind: kind,
            load: plan.load,
            warmUpNanoseconds: 1_000_000_000,
            roundNanoseconds: plan.roundNanoseconds,
            maximumRounds: max(1, min(plan.maximumRounds, fitting)),
            stop: { rounds in rule.reason(rounds) }
        )
    }

    /// Doubles the load until a budget breaks, a short second a step.
    private func ramp(
        _ runner: inout PhaseRunner,
        _ outcomes: inout [PhaseOutcome]
    ) throws(BenchmarkError) {
        let base = plan.load.ratePerSecond == nil ? EtcdLoad.small : plan.load
        for rate in [1000.0, 2000, 4000, 8000, 15000] where rate > (base.ratePerSecond ?? 0) {
            guard !cancellation.isRequested else { return }
            var load = base.at(rate: rate)
            load.clients = max(base.clients, Int(rate / 15))
            let outcome = try runner.run(
                LoadPhase(
                    name: "ramp \(load.name)",
                    kind: "ramp",
                    load: load,
                    warmUpNanoseconds: 200_000_000,
                    roundNanoseconds: 800_000_000,
                    maximumRounds: 1,
                    stop: { _ in nil }
                )
            )
            outcomes.append(outcome)
            let step = outcome.rounds.first.flatMap { runner.member.rounds()[$0.number] } ?? [:]
            if !RampStep(latency: step, outcome: outcome).isInsideBudget { return }
        }
    }

    private mutating func recoveryAndSteady(_ directory: String) throws(BenchmarkError) {
        guard !cancellation.isRequested else { return }
        announce("recovery")
        let steady = "\(directory)/steady"
        do throws(EngineError) {
            for path in [steady, "\(steady)/member", "\(steady)/member/snap"] {
                try FileSystemCalls.makeDirectory(path)
            }
        } catch {
            throw BenchmarkError(error)
        }
        let (record, bytes) = try RecoveryPhase().run(
            path: "\(steady)/member/snap/db",
            maximumNanoseconds: 2_000_000_000,
            runStart: runStart,
            cancellation: cancellation
        )
        phases.append(record)
        guard !cancellation.isRequested, bytes >= 4 << 20 else { return }
        let member = try EtcdMember(
            place: .directory(steady),
            options: options,
            tree: BackendTree(
                allocator: SteadyDatabase.allocator(bytes: bytes, seed: options.seed)
            )
        )
        var outcomes: [PhaseOutcome] = []
        var failure: BenchmarkError?
        do throws(BenchmarkError) {
            try member.start()
            var runner = runner(member)
            let load = plan.load.ratePerSecond == nil ? EtcdLoad.small : plan.load
            outcomes.append(
                try runner.run(
                    LoadPhase(
                        name: "\(load.name), steady database",
                        kind: "steady",
                        load: load,
                        warmUpNanoseconds: 300_000_000,
                        roundNanoseconds: 1_000_000_000,
                        maximumRounds: 3,
                        stop: { _ in nil }
                    )
                )
            )
        } catch {
            failure = error
        }
        member.stop()
        keep(outcomes, of: member)
        if let failure { throw failure }
    }

    private func runner(_ member: EtcdMember) -> PhaseRunner {
        let (report, runStart, plan) = (report, runStart, plan)
        return PhaseRunner(
            member: member,
            options: options,
            device: device,
            cancellation: cancellation,
            progress: { name, round, rounds, walFsync in
                let elapsed = MonotonicClock.now() - runStart
                let phase = UInt64(max(0, rounds - round)) * plan.roundNanoseconds
                let extras = plan.extras ? EtcdPlan.extrasNanoseconds : 0
                report(
                    Progress(
                        phase: name,
                        round: round,
                        rounds: rounds,
                        elapsedNanoseconds: elapsed,
                        remainingNanoseconds: phase + extras,
                        walFsync: walFsync
                    )
                )
            }
        )
    }

    private func announce(_ phase: String) {
        report(
            Progress(
                phase: phase,
                round: 0,
                rounds: 1,
                elapsedNanoseconds: MonotonicClock.now() - runStart,
                remainingNanoseconds: 0,
                walFsync: []
            )
        )
    }

    /// Turns what a stopped member recorded into phases of the record.
    private mutating func keep(_ outcomes: [PhaseOutcome], of member: EtcdMember) {
        let rounds = member.rounds()
        let slowest = member.slowest()
        for outcome in outcomes {
            phases.append(outcome.record(rounds: rounds, slowest: slowest, runStart: runStart))
        }
    }
}
