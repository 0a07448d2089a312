package import ResultStore
import Statistics
import Units

/// What a replicated volume costs, held against the time after which Longhorn drops a replica.
package enum LadderVerdict {
    /// The verdict on a ladder; nil where no request of a whole volume was measured.
    package static func judge(_ record: ResultRecord) -> VerdictRecord? {
        let volume = record.phases.filter { $0.ladder?.step == .fanOut && !$0.rounds.isEmpty }
        guard let headline = headline(record, volume) else { return nil }
        let longest = volume.compactMap { phase -> (String, UInt64)? in
            guard let name = phase.ladder?.operation,
                let operation = OperationClass(rawValue: name)
            else { return nil }
            return (phase.name, phase.pooled([operation]).maximum)
        }
        .max { $0.1 < $1.1 }
        guard let longest else { return nil }
        let isContaminated = record.warnings.contains { $0.severity == .contaminated }
        let grade: VerdictRecord.Grade =
            longest.1 >= LonghornVerdict.replicaTimeoutNs
            ? .fail
            : isContaminated
                ? .inconclusive
                : longest.1 >= LonghornVerdict.uneasyNs ? .borderline : .pass
        return VerdictRecord(
            grade: grade,
            headline: headline,
            checks: [
                VerdictCheck(
                    name: "longest request",
                    limit: "< 8 s",
                    measured: "\(QuantityText.duration(nanoseconds: longest.1)) (\(longest.0))",
                    grade: grade,
                    source: "replica timeout"
                )
            ],
            cause: "",
            advice: ""
        )
    }

    /// "a 4 KiB write to 3 replicas takes 151 µs, p99 288 µs; 6 158/s one at a time, 5 583/s with 16 in flight".
    private static func headline(_ record: ResultRecord, _ volume: [PhaseRecord]) -> String? {
        for operation in ["write", "read"] {
            let phase = volume.first { $0.ladder?.operation == operation && $0.ladder?.depth == 1 }
            guard let point = phase?.ladder,
                let p50 = record.metrics["volume_\(operation)_p50_ns"],
                let rate = record.metrics["volume_\(operation)_per_second"]
            else { continue }
            let number =
                point.replicas.count == 1 ? "1 replica" : "\(point.replicas.count) replicas"
            let target = operation == "write" ? "to \(number)" : "from one of \(number) in turn"
            var text =
                "a 4 KiB \(operation) \(target) takes \(QuantityText.duration(nanoseconds: p50.value))"
            if let p99 = record.metrics["volume_\(operation)_p99_ns"],
                !p99.flags.contains("too-few")
            {
                text += ", p99 \(QuantityText.duration(nanoseconds: p99.value))"
            }
            text += "; \(QuantityText.threeFigures(rate.value))/s one at a time"
            if let deep = record.metrics["volume_\(operation)_16_per_second"] {
                text += ", \(QuantityText.threeFigures(deep.value))/s with 16 in flight"
            }
            return text
        }
        return nil
    }

}
