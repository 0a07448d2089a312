import ResultStore
import Statistics

/// What the threads of one job recorded, round by round, pooled over the threads.
///
/// Collected while the run goes on: a recorder that nobody empties makes a new set of histograms for each round, which is
/// 180 KiB a thread and second.
struct JobRounds {
    private var rounds: [Int: [OperationClass: HistogramSnapshot]] = [:]

    /// What was recorded in a round; empty when nothing was.
    subscript(round: Int) -> [OperationClass: HistogramSnapshot] { rounds[round] ?? [:] }

    /// Takes what the threads have handed over since the last call.
    mutating func collect(from workers: some Sequence<JobWorker>) {
        for worker in workers {
            for (round, latency) in worker.recorder.collect() {
                rounds[round, default: [:]].merge(latency) { HistogramSnapshot.merged([$0, $1]) }
            }
        }
    }
}
