package import ResultStore
import Statistics
import Units

/// What the disk side of `tbench longhorn` concludes.
///
/// Longhorn documents one limit that a disk alone can break: a replica that does not answer for eight seconds is dropped. What a
/// volume can reach here is said, not judged.
package enum LonghornVerdict {
    /// How long an engine waits for a replica before it drops it.
    ///
    /// - Source: longhorn-engine, engine-replica-timeout, 8 s by default.
    static let replicaTimeoutNs: UInt64 = 8_000_000_000
    /// A write this long leaves too little of it for network and engine: tbench's own limit.
    static let uneasyNs: UInt64 = 2_000_000_000

    /// - Parameter record: with its phases, metrics and warnings.
    /// - Returns: the verdict; nil where no write of a replica was measured.
    package static func judge(_ record: ResultRecord) -> VerdictRecord? {
        guard record.metrics["overwrite_p50_ns"] != nil else { return nil }
        let isContaminated = record.warnings.contains { $0.severity == .contaminated }
        let timeout = timeoutCheck(record)
        return VerdictRecord(
            grade: isContaminated ? .inconclusive : timeout.grade,
            headline: isContaminated
                ? "the run was disturbed, or was not about a disk; see the warnings"
                : headline(record, timeout.grade),
            checks: [timeout],
            cause: "",
            advice: advice(record, timeout.grade)
        )
    }

    /// The longest write of a replica, whatever else the disk was doing.
    private static func timeoutCheck(_ record: ResultRecord) -> VerdictCheck {
        let longest = record.phases
            .filter { $0.kind == "disk" && !$0.name.hasPrefix("durable") }
            .map { (name: $0.name, maximum: $0.pooled([.write]).maximum) }
            .max { $0.maximum < $1.maximum }
        let maximum = longest?.maximum ?? 0
        let grade: VerdictRecord.Grade =
            maximum >= replicaTimeoutNs ? .fail : maximum >= uneasyNs ? .borderline : .pass
        return VerdictCheck(
            name: "longest write",
            limit: "< 8 s",
            measured: "\(QuantityText.duration(nanoseconds: maximum)) (\(longest?.name ?? "–"))",
            grade: grade,
            source: "replica timeout",
            reason: grade == .borderline
                ? "over 2 s leaves little for the network, the engine and a busier disk" : nil
        )
    }

    private static func headline(_ record: ResultRecord, _ grade: VerdictRecord.Grade) -> String {
        func time(_ name: String) -> String {
            guard let metric = record.metrics[name], !metric.flags.contains("too-few") else {
                return "–"
            }
            return QuantityText.duration(nanoseconds: metric.value)
        }
        if grade == .fail {
            return "a write took longer than the 8 s that Longhorn waits for a replica"
        }
        var text =
            "a replica on this disk writes 4 KiB in \(time("overwrite_p50_ns")), "
            + "p99 \(time("overwrite_p99_ns"))"
        if let most = mostWrites(record) {
            let volume = record.benchmark.spec["data_engine"] == "v2" ? "V2" : "V1"
            text +=
                "; one \(volume) volume reaches \(QuantityText.threeFigures(most)) writes/s at most"
        }
        return text
    }

    /// What one volume can reach: 16 in flight, each as fast as one alone, or what 16 or 128 really reached.
    static func mostWrites(_ record: ResultRecord) -> Double? {
        func value(_ name: String) -> Double? { record.metrics[name]?.value }
        if record.benchmark.spec["data_engine"] == "v2" { return value("write_iops_128") }
        return [
            value("volume_write_iops_bound"), value("write_iops_16"),
        ]
        .compactMap { $0 }.min()
    }

    private static func advice(_ record: ResultRecord, _ grade: VerdictRecord.Grade) -> String {
        if grade == .fail || grade == .borderline {
            return
                "find what held the disk up (see the slowest I/Os in the record) before replicas do"
        }
        return record.warnings.contains { $0.code == "first-touch-expensive" }
            ? "a new volume is this slow until each block was written once; preallocate the virtual disk"
            : ""
    }
}

extension QuantityText {
    /// A rate to three digits, grouped: "31 200".
    static func threeFigures(_ value: Double) -> String {
        guard value.isFinite, value >= 0, value < 9e15 else { return "–" }
        var scale = 1.0
        while value / scale >= 1000 { scale *= 10 }
        return value < 100
            ? threeDigits(value) : count(UInt64((value / scale).rounded() * scale))
    }
}
