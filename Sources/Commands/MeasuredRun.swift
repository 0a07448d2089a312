import Benchmarking
import ResultStore
import Workloads

/// What a command that measures leaves behind.
struct MeasuredRun {
    var record: ResultRecord
    /// Why it ended early; the record holds what was measured until then.
    var failure: BenchmarkError?
    /// The jobs that were run; nil where there are none.
    var profile: Profile?
}
