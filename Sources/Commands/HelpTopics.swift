import ArgumentTable

/// Longer explanations behind `tbench help TOPIC`.
enum HelpTopics {
    static let all = [methods, safety]

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
