package import ResultStore
import Statistics
package import Units

/// Doubts about a replica's disk that the numbers themselves raise.
package enum LonghornDoubts {
    /// From here on a first touch is not the filesystem's book-keeping alone.
    private static let expensiveTouch = 3.0
    /// From here on holes hold writes up.
    private static let stallRatio = 3.0
    /// Sixteen at a time reach less than this multiple of one at a time: they wait for each other.
    private static let serialRatio = 1.5
    /// No device answers a cache flush in so short a time.
    private static let impossibleFlushNs = 15_000.0

    /// - Parameter record: with its phases and metrics.
    /// - Returns: one warning a doubt.
    package static func warnings(_ record: ResultRecord) -> [Warning] {
        [
            noDisk(record), pageCache(record), freeFlush(record), firstTouch(record),
            serialTouch(record), firstCluster(record), punchStalls(record),
        ]
        .compactMap { $0 }
    }

    private static func noDisk(_ record: ResultRecord) -> Warning? {
        guard record.target.filesystem?.type == "tmpfs" else { return nil }
        return Warning(
            code: "no-disk",
            severity: .contaminated,
            text: "the target is tmpfs: memory, not a disk",
            hint: "give a directory on the disk that is to hold replicas"
        )
    }

    private static func pageCache(_ record: ResultRecord) -> Warning? {
        guard record.benchmark.spec["direct"] == "false",
            record.target.filesystem?.type != "tmpfs"
        else { return nil }
        return Warning(
            code: "page-cache",
            severity: .contaminated,
            text:
                "the filesystem has no O_DIRECT, which a replica needs: these are times of the page cache",
            hint: "Longhorn supports ext4 and XFS"
        )
    }

    private static func freeFlush(_ record: ResultRecord) -> Warning? {
        guard record.target.filesystem?.type != "tmpfs",
            let flush = record.metrics["flush_p50_ns"], (flush.count ?? 0) >= 20,
            flush.value < impossibleFlushNs
        else { return nil }
        let time = QuantityText.duration(nanoseconds: flush.value)
        return Warning(
            code: "flush-costs-nothing",
            severity: .caution,
            text:
                "fdatasync after a write takes \(time) (p50): either no volatile cache lies below, or nothing is flushed, and the gap to durable is not to be believed",
            hint:
                "look for cache=unsafe, nobarrier or eatmydata, or a disk with power-loss protection"
        )
    }

    private static func ratio(_ high: String, _ low: String, _ record: ResultRecord) -> Double? {
        guard let high = record.metrics[high], let low = record.metrics[low],
            !high.flags.contains("too-few"), !low.flags.contains("too-few"), low.value > 0
        else { return nil }
        return high.value / low.value
    }

    private static func firstTouch(_ record: ResultRecord) -> Warning? {
        guard let ratio = ratio("first_touch_p50_ns", "overwrite_p50_ns", record),
            ratio >= expensiveTouch
        else { return nil }
        return Warning(
            code: "first-touch-expensive",
            severity: .caution,
            text:
                "the first write to a block takes \(QuantityText.threeDigits(ratio)) × an overwrite (p50): the filesystem allocates, and perhaps a thin disk, a qcow2 image or a zvol below it",
            hint: "tbench info shows what lies below; a preallocated virtual disk takes this away"
        )
    }

    private static func serialTouch(_ record: ResultRecord) -> Warning? {
        guard let touch = ratio("first_touch_iops_16", "first_touch_iops_1", record),
            let over = ratio("write_iops_16", "write_iops_1", record),
            touch < serialRatio, over >= 2 * serialRatio
        else { return nil }
        let type = record.target.filesystem?.type ?? "this filesystem"
        return Warning(
            code: "first-touch-serial",
            severity: .note,
            text:
                "sixteen first touches at a time are \(QuantityText.threeDigits(touch)) × as fast as one at a time, overwrites \(QuantityText.threeDigits(over)) ×: \(type) allocates one after the other",
            hint: type == "ext4" ? "measure a directory on XFS beside it" : nil
        )
    }

    private static func firstCluster(_ record: ResultRecord) -> Warning? {
        guard let ratio = ratio("first_cluster_p50_ns", "later_cluster_p50_ns", record),
            ratio >= expensiveTouch
        else { return nil }
        return Warning(
            code: "first-touch-expensive",
            severity: .caution,
            text:
                "the first write into a 1 MiB cluster takes \(QuantityText.threeDigits(ratio)) × a later one (p50): the device is thin; what SPDK itself does to allocate comes on top",
            hint: "a preallocated virtual disk takes this away"
        )
    }

    private static func punchStalls(_ record: ResultRecord) -> Warning? {
        guard let ratio = ratio("punching_overwrite_p99_ns", "overwrite_p99_ns", record),
            ratio >= stallRatio
        else { return nil }
        return Warning(
            code: "punch-stalls",
            severity: .caution,
            text:
                "while holes are punched the p99 of a write is \(QuantityText.threeDigits(ratio)) × what it is otherwise; Longhorn moreover stops all I/O of the volume for each",
            hint: "run fstrim in the volumes at quiet hours"
        )
    }
}
