import ArgumentTable
import Workloads

/// Longer explanations behind `tbench help TOPIC`.
enum HelpTopics {
    static let all = [methods, jobs, replicas, ModelTable.topic, RegressionTable.topic, safety]

    private static let methods = HelpTopic(
        name: "methods",
        summary: "How numbers, intervals and verdicts are made.",
        text: """
            A load is held for equal rounds after a warm-up; each round keeps its own histogram of \
            every operation, in buckets at most 0.8 % wide.

            A percentile is that of all rounds together. Its interval comes from drawing the rounds \
            again 2000 times with replacement (block bootstrap), so that bursts stay together. A \
            percentile with fewer than 20 samples beyond it is not printed; with fewer than 100 it \
            is marked "~". The maximum always is printed.

            A limit such as "p99 < 10 ms" is judged on the share of operations above 10 ms: pass if \
            the whole 95 % interval of that share lies below 1 %, fail if it lies above, borderline \
            if it includes 1 %.

            A run ends early when both answers are clear, whether good or bad, or the interval is \
            tight; never because the answer looks good.

            Latency of a put counts from its intended start, so a stall is felt by every put that \
            should have been sent during it.
            """
    )

    private static let jobs = HelpTopic(
        name: "jobs",
        summary: "What a profile's jobs say, how their latency is counted, sweeps, verification.",
        text: """
            A profile is JSON5: answers, expect, destructive, file_size, defaults, phases with jobs, \
            thresholds. 'Profiles/' in the source has eight to start from. A job's keys are fio's: \
            \(jobKeys). A fio job file (*.fio) takes fio's own, with fio's numbers; an \
            option that tbench cannot keep to as fio would is refused by line and name.

            Latency of an I/O counts from just before the system call that hands it over to the \
            moment its completion is seen; a batch shares its stamps. With rate_iops there is a \
            second one, from the moment the I/O was due (rate_process "poisson" or "linear"): what \
            a client feels that does not wait. "write + sync" is from a write's submission to the \
            end of the sync after it; linked_sync hands both over as one chain. fio's clat begins \
            after the submission on asynchronous engines, and its lat before.

            --sweep measures one job at each value. The knee is the point with the largest \
            throughput divided by mean latency (Kleinrock's power): below it more load brings more \
            throughput than it costs, above it the other way round. In an open loop a point is \
            saturated that does less than 98 % of what was offered, by more than chance, or whose \
            I/Os wait at its end ten times as long as they take and more than 10 ms.

            --verify writes blocks that carry run, offset, sequence and checksum, lets each block \
            have one I/O at a time, and reads all of them back past the page cache: lost (zeros), \
            torn (sectors of two writes), stale (an earlier write), misplaced (of another offset) \
            or corrupt (of nobody). Exit 1.
            """
    )

    /// Every key that a job may have, in the order of the table that reads them.
    private static let jobKeys = Profile.jobKeys.joined(separator: ", ")

    private static let safety = HelpTopic(
        name: "safety",
        summary: "What tbench writes to and what it never touches.",
        text: """
            A directory gets one scratch directory, removed on success, error, SIGINT and SIGTERM. A \
            file that exists and is not tbench's own scratch is never opened for writing.

            A block device is opened with O_EXCL. One that is mounted, held, swapped on or read-only \
            is refused always. One with a filesystem, partition table, RAID, LVM, LUKS, ZFS or Ceph \
            signature, or with data that is not blank, is refused unless --destroy-data names it. A \
            blank one, or one with tbench's own mark, just works and carries the mark afterwards.
            """
    )
}
