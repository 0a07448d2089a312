/// How the numbers came about, in plain words.
enum MethodText {
    static func html(isEtcd: Bool, isNetwork: Bool, isLadder: Bool, isComparison: Bool) -> String {
        var paragraphs = [
            "<b>Rounds.</b> A load is held for equal rounds after a warm-up. Every operation is timed by the thread that did it, and each round keeps a histogram with cells at most 0.8 % wide. Nothing is sampled and no outlier is dropped.",
            "<b>Percentiles</b> are those of all rounds together. p99 is the time that 99 of 100 operations did not exceed. One with fewer than 100 operations beyond it is marked “~”, one with fewer than 20 is not printed. The maximum always is.",
            "<b>Intervals.</b> “±” and the bands are 95 % intervals: whole rounds are drawn again, with replacement, because slow operations come in bursts and a burst must stay together. Verdicts use 99 %. The same file gives the same interval.",
        ]
        if isEtcd {
            paragraphs.append(
                "<b>etcd.</b> The load is etcd’s own: its records, its segments, its commits, at fixed intended times, so that a late write counts as late. The limits are etcd’s: WAL fsync p99 below 10 ms, backend commit p99 below 25 ms. A raft loop that is held up for 100 ms misses a heartbeat."
            )
        }
        if isNetwork {
            paragraphs.append(
                "<b>Network.</b> The bytes that Longhorn’s engine and a replica exchange, answered from memory, so that no disk is in the numbers."
            )
        }
        if isLadder {
            paragraphs.append(
                "<b>The latency model.</b> Each step of the ladder adds one component to the one below. The formula adds means; the refined prediction adds whole distributions and takes the slowest of the replicas. “Measured” was timed in this run, “derived” follows from measured terms, “assumed” comes from elsewhere. What nobody measured is in no sum."
            )
        }
        if isComparison {
            paragraphs.append(
                "<b>Comparisons</b> are of results with the same workload and the same method. Ratios take the two runs as independent. Intervals that overlap say nothing about who is ahead; that the runs were made under equal conditions is for the reader to judge, from the environment of each."
            )
        }
        paragraphs.append(
            "<b>Doubts.</b> A run watches the machine: processor time that was stolen, other I/O on the disk, timers that are late, flushes that cost nothing. What it saw stands under the warnings; a contaminated run gets no clean verdict."
        )
        let text = paragraphs.map { "<p>\($0)</p>" }.joined()
        return "<h2>How these numbers were made</h2><div class=\"method\">\(text)</div>"
    }
}
