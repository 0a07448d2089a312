import IOEngines
import Workloads

/// Sends puts at their intended times, whatever the disk does meanwhile.
final class LoadGenerator {
    private let thread: WorkerThread
    private let control: RunControl

    /// Starts sending at once, until `end()` or the end of the run.
    init(
        load: EtcdLoad,
        arrivals: ArrivalPattern,
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
            var schedule = ArrivalSchedule(pattern: arrivals, ratePerSecond: rate, seed: seed)
            let begin = MonotonicClock.now()
            while !control.isStopping && !run.isStopping {
                let due = begin + schedule.next()
                MonotonicClock.sleep(until: due)
                if control.isStopping { break }
                _ = queue.push(intended: due)
            }
        }
    }

    /// Stops sending; puts already sent are still done.
    func end(_ queue: ProposalQueue) {
        queue.end()
        control.stop()
        thread.join()
    }
}
