package import HostFacts
import IOEngines
package import ResultStore
package import Units
package import Workloads

/// The disk side of `tbench longhorn`: what a replica asks of its disk, case by case, the compared ones in turns.
package struct ReplicaDiskBenchmark {
    /// What was measured, also when the run ended early.
    package struct Outcome {
        /// One a case, in the order of the plan.
        package var phases: [PhaseRecord]
        /// What the engine of the deep queues could use.
        package var features: [String]
        /// What this disk cannot do and was left out.
        package var notes: [Warning]
        /// What ended the run early: an error, or nil.
        package var failure: BenchmarkError?
    }

    private let plan: ReplicaDiskPlan
    private let place: ReplicaDiskPlace
    private let engine: JobSpec.Engine
    private let seed: UInt64
    private let meter: DeviceRequestMeter?
    private let cancellation: Cancellation
    private let runStart: UInt64
    private let report: (Progress) -> Void
    private var features: Set<String> = []
    private var notes: [Warning] = []

    /// - Parameters:
    ///   - plan: what to measure; its size is that of the place's head.
    ///   - place: where.
    ///   - engine: of V2's deep queues; not `auto`.
    ///   - seed: of offsets and data.
    ///   - meter: of the device below; nil where it is not known.
    ///   - cancellation: the user's wish to end early.
    ///   - runStart: when the command began.
    ///   - progress: called between slices.
    package init(
        plan: ReplicaDiskPlan,
        place: ReplicaDiskPlace,
        engine: JobSpec.Engine,
        seed: UInt64,
        meter: DeviceRequestMeter?,
        cancellation: Cancellation,
        runStart: UInt64,
        progress: @escaping (Progress) -> Void
    ) {
        self.plan = plan
        self.place = place
        self.engine = engine
        self.seed = seed
        self.meter = meter
        self.cancellation = cancellation
        self.runStart = runStart
        report = progress
    }

    /// Prepares the files and measures every group; what was measured before an error is kept.
    package mutating func run() -> Outcome {
        var failure: BenchmarkError?
        var all: [ReplicaDiskSlices] = []
        do throws(BenchmarkError) {
            let disk = try BenchmarkError.wrap { () throws(EngineError) in
                try ReplicaDisk(plan: plan, place: place, seed: seed)
            }
            try prepare(disk)
            for group in plan.groups where !cancellation.isRequested {
                try measure(group, on: disk, into: &all)
            }
        } catch {
            failure = error
        }
        return Outcome(
            phases: all.compactMap { $0.phase(runStart: runStart, planned: plan.slices) },
            features: features.sorted(),
            notes: notes,
            failure: failure
        )
    }

    private mutating func prepare(_ disk: ReplicaDisk) throws(BenchmarkError) {
        do throws(EngineError) {
            notes += try disk.probe()
            let mebibytes = Int(disk.layOutBytes >> 20)
            try disk.layOut(until: { cancellation.isRequested }) { done in
                report(progress("laying out", Int(done >> 20), mebibytes))
            }
        } catch {
            throw BenchmarkError(error)
        }
    }

    /// Slice after slice of each case; what a case leaves behind is kept when another fails.
    private mutating func measure(
        _ group: ReplicaDiskPlan.Group,
        on disk: ReplicaDisk,
        into all: inout [ReplicaDiskSlices]
    ) throws(BenchmarkError) {
        let first = all.count
        all += group.cases.filter(disk.canDo).map(ReplicaDiskSlices.init)
        for number in 0..<plan.slices {
            for index in first..<all.count where !cancellation.isRequested {
                try slice(number, of: &all[index], on: disk)
            }
            report(progress(group.name, number + 1, plan.slices))
        }
    }

    private mutating func slice(
        _ number: Int,
        of measured: inout ReplicaDiskSlices,
        on disk: ReplicaDisk
    ) throws(BenchmarkError) {
        let spec = measured.spec
        let control = RunControl()
        let gate = StartGate(control: control)
        let length = max(1, plan.runtimeNanoseconds / UInt64(max(1, plan.slices)))
        do throws(EngineError) {
            try disk.settle(before: spec)
            let counter = try disk.startCounter(for: spec)
            defer { counter?.stop() }
            let workers = disk.workers(
                spec,
                slice: number,
                lengthNanoseconds: length,
                counter: counter,
                engine: engine,
                control: control,
                gate: gate
            )
            hold(workers, control, gate, number, length, into: &measured)
        } catch {
            throw BenchmarkError(error)
        }
        if let failure = control.failure { throw failure }
    }

    /// Lets the workers go, counts after a short warm-up and waits for what is in flight at the end: a request that stalls
    /// belongs to the slice that began it.
    private mutating func hold(
        _ workers: [any SliceWorker],
        _ control: RunControl,
        _ gate: StartGate,
        _ number: Int,
        _ length: UInt64,
        into measured: inout ReplicaDiskSlices
    ) {
        do throws(EngineError) {
            for worker in workers { try worker.start() }
        } catch {
            control.fail(BenchmarkError(error))
        }
        // Where blocks are few, the first one counts.
        let hasWarmUp = measured.spec.action != .firstCluster
        if !hasWarmUp { control.round = number }
        var start = gate.open(for: workers.count)
        if hasWarmUp {
            pause(until: start + min(length / 10, 50_000_000), workers, control)
            control.round = number
            start = MonotonicClock.now()
        }
        let before = meter?.read()
        pause(until: start + length, workers, control)
        let requests = meter?.read(since: before)
        let wasCut = cancellation.isRequested || !workers.allSatisfy(\.isFinished)
        control.stop()
        for worker in workers { worker.join() }
        for case let worker as JobWorker in workers { features.formUnion(worker.report.features) }
        measured.add(workers, from: start, wasCut: wasCut, requests: requests)
    }

    private func pause(until deadline: UInt64, _ workers: [any SliceWorker], _ control: RunControl)
    {
        while !cancellation.isRequested, !control.isStopping, !workers.allSatisfy(\.isFinished) {
            let now = MonotonicClock.now()
            if now >= deadline { return }
            MonotonicClock.sleep(until: min(deadline, now + 20_000_000))
        }
    }

    private func progress(_ phase: String, _ round: Int, _ rounds: Int) -> Progress {
        let elapsed = MonotonicClock.now() - runStart
        let planned = plan.durationNanoseconds
        return Progress(
            phase: phase,
            round: round,
            rounds: max(rounds, round),
            elapsedNanoseconds: elapsed,
            remainingNanoseconds: planned - min(planned, elapsed),
            walFsync: []
        )
    }
}
