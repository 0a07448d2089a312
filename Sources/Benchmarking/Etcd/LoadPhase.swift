import HostFacts
import IOEngines
import ResultStore
import Statistics
import Workloads

/// A load to hold for some rounds on one member.
struct LoadPhase {
    var name: String
    var kind: String
    var load: EtcdLoad
    var warmUpNanoseconds: UInt64
    var roundNanoseconds: UInt64
    var maximumRounds: Int
    /// Says why to stop, given the rounds so far; nil to go on.
    var stop: ([[OperationClass: HistogramSnapshot]]) -> String?
}

/// What a phase measured, before its slow threads have handed everything over.
struct PhaseOutcome {
    var plan: LoadPhase
    /// Numbers of its rounds on the member, and each round's length.
    var rounds: [(number: Int, nanoseconds: UInt64)]
    var begin: UInt64
    var end: UInt64
    var counters: [String: Double]
    var stopReason: String
    /// Puts that waited for a free client at most; far above the clients means overload.
    var largestBacklog: Int
    var refused: Int
}

/// Runs phases on one member and numbers its rounds.
struct PhaseRunner {
    let member: EtcdMember
    let options: EtcdOptions
    let device: DeviceSampler
    let cancellation: Cancellation
    let progress: (String, Int, Int, [HistogramSnapshot]) -> Void
    private var nextRound = 0

    init(
        member: EtcdMember,
        options: EtcdOptions,
        device: DeviceSampler,
        cancellation: Cancellation,
        progress: @escaping (String, Int, Int, [HistogramSnapshot]) -> Void
    ) {
        self.member = member
        self.options = options
        self.device = device
        self.cancellation = cancellation
        self.progress = progress
    }

    /// Warms up, holds the load for its rounds, lets outstanding puts finish.
    ///
    /// - Throws: the failure of any of the member's threads.
    mutating func run(_ plan: LoadPhase) throws(BenchmarkError) -> PhaseOutcome {
        var plan = plan
        let generator: LoadGenerator
        do throws(EngineError) {
            plan.load = try member.prepare(plan.load)
            generator = try LoadGenerator(
                load: plan.load,
                arrivals: options.arrivals,
                seed: options.seed &+ UInt64(nextRound),
                queue: member.queue,
                run: member.control
            )
        } catch {
            throw BenchmarkError(error)
        }
        pause(until: MonotonicClock.now() + plan.warmUpNanoseconds)
        let firstRound = nextRound
        let deviceBefore = device.sample()
        var outcome = PhaseOutcome(
            plan: plan,
            rounds: [],
            begin: MonotonicClock.now(),
            end: 0,
            counters: [:],
            stopReason: "fixed",
            largestBacklog: 0,
            refused: 0
        )
        // What the member counts is read next to the first and the last round, as its histograms are.
        let memberBefore = memberCounters()
        while !isOver {
            let start = MonotonicClock.now()
            member.control.round = nextRound
            pause(until: start + plan.roundNanoseconds)
            outcome.rounds.append((nextRound, MonotonicClock.now() - start))
            nextRound += 1
            // The next round begins while this one is judged; it is dropped if the answer is to stop.
            member.control.round = nextRound
            if outcome.rounds.count >= plan.maximumRounds { break }
            if let reason = reasonToStop(plan, from: firstRound) {
                outcome.stopReason = reason
                break
            }
        }
        member.control.round = RunControl.notRecording
        let memberAfter = memberCounters()
        // The round that was begun and dropped keeps its number, so that nothing of it is taken for another.
        nextRound += 1
        outcome.end = MonotonicClock.now()
        outcome.counters = difference(memberBefore, memberAfter)
            .merging(difference(deviceBefore, device.sample())) { own, _ in own }
        if cancellation.isRequested { outcome.stopReason = "interrupted" }
        generator.end(member.queue)
        let state = member.queue.state()
        outcome.largestBacklog = state.largestBacklog
        outcome.refused = state.refused
        drain()
        if let failure = member.control.failure { throw failure }
        return outcome
    }

    private var isOver: Bool { cancellation.isRequested || member.control.isStopping }

    private func reasonToStop(_ plan: LoadPhase, from first: Int) -> String? {
        member.nudge()
        MonotonicClock.sleep(nanoseconds: 3_000_000)
        let all = member.rounds()
        // The backend hands over within 100 ms; commits of the last round may count at the next look.
        let finished = (first..<nextRound).compactMap { all[$0] }
        progress(
            plan.name,
            nextRound - first,
            plan.maximumRounds,
            finished.map { round in
                HistogramSnapshot.merged(OperationClass.walFsync.compactMap { round[$0] })
            }
        )
        return plan.stop(finished)
    }

    /// Sleeps in short steps, so that a signal or a failure ends it soon.
    private func pause(until deadline: UInt64) {
        while !isOver {
            let now = MonotonicClock.now()
            if now >= deadline { return }
            MonotonicClock.sleep(until: min(deadline, now + 50_000_000))
        }
    }

    /// Lets outstanding puts finish and the threads hand over; at most five seconds on a stalled disk.
    private func drain() {
        let deadline = MonotonicClock.now() + 5_000_000_000
        while !isOver, member.queue.state().waiting > 0, MonotonicClock.now() < deadline {
            MonotonicClock.sleep(nanoseconds: 5_000_000)
        }
        member.nudge()
        // The backend looks at the round each time its 100 ms timer ends.
        pause(until: MonotonicClock.now() + 130_000_000)
    }

    private func memberCounters() -> [String: Double] {
        var values = member.counters.values()
        if let tally = member.tally {
            values["guest_writes"] = Double(tally.writes)
            values["guest_bytes"] = Double(tally.writtenBytes)
            values["guest_syncs"] = Double(tally.syncs)
        }
        return values
    }

    private func difference(
        _ before: [String: Double],
        _ after: [String: Double]
    ) -> [String: Double] {
        after.reduce(into: [:]) { result, entry in
            result[entry.key] = entry.value - (before[entry.key] ?? 0)
        }
    }
}
