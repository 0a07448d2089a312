import IOEngines
import Workloads

/// Sends puts at their intended times, whatever the disk does meanwhile.
final class LoadGenerator {
    /// What the Go runtime sleeps at least, and its step.
    private static let runtimeStep: UInt64 = 1_000_000

    private let thread: WorkerThread
    private let control: RunControl

    /// Starts sending at once, until `end()` or the end of the run.
    init(
        load: EtcdLoad,
        arrivals: EtcdArrivals,
        seed: UInt64,
        queue: ProposalQueue,
        run: RunControl
    ) throws(EngineError) {
        let control = RunControl()
        self.control = control
        queue.begin(load)
        guard let rate = load.ratePerSecond else {
            // A closed loop feeds itself; the thread only waits for its end.
            thread = try WorkerThread(name: "load") {}
            return
        }
        thread = try WorkerThread(name: "load") {
            var schedule = ArrivalSchedule(
                pattern: arrivals.schedule,
                ratePerSecond: rate,
                seed: seed
            )
            let begin = MonotonicClock.now()
            while !control.isStopping && !run.isStopping {
                var due = begin + schedule.next()
                if arrivals == .limiter {
                    due = Self.sleepAsGoDoes(until: due, queue) {
                        control.isStopping || run.isStopping
                    }
                } else {
                    MonotonicClock.sleep(until: due)
                }
                if control.isStopping { break }
                _ = queue.push(intended: due)
            }
        }
    }

    /// Sleeps for whole milliseconds, anew whenever a message wakes the clients, until a time has passed.
    ///
    /// - Returns: When the put may be said to begin: as late after `due` as a timer can be, two steps at most. What is
    ///   later than that is delay, and its latency says so.
    private static func sleepAsGoDoes(
        until due: UInt64,
        _ queue: ProposalQueue,
        unless isOver: () -> Bool
    ) -> UInt64 {
        while true {
            let now = MonotonicClock.now()
            if due <= now || isOver() { return max(due, min(now, due + 2 * runtimeStep)) }
            queue.waitForClientEvent(until: now + max(1, (due - now) / runtimeStep) * runtimeStep)
        }
    }

    /// Stops sending; puts already sent are still done.
    func end(_ queue: ProposalQueue) {
        queue.end()
        control.stop()
        thread.join()
    }
}
