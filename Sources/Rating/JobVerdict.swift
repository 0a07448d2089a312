package import ResultStore
import Statistics
import Units
package import Workloads

/// Holds the jobs of a profile against its thresholds.
package enum JobVerdict {
    /// - Parameters:
    ///   - record: with its phases and warnings.
    ///   - profile: whose thresholds count.
    /// - Returns: the verdict; nil for a profile without thresholds, which measures and does not judge.
    package static func judge(_ record: ResultRecord, _ profile: Profile) -> VerdictRecord? {
        guard !profile.thresholds.isEmpty else { return nil }
        let checks = profile.thresholds.map { check($0, record) }
        let isContaminated = record.warnings.contains { $0.severity == .contaminated }
        let grade: VerdictRecord.Grade =
            isContaminated ? .inconclusive : worst(checks.map(\.grade))
        return VerdictRecord(
            grade: grade,
            headline: headline(grade, profile.name, isContaminated: isContaminated),
            checks: checks,
            cause: "",
            advice: ""
        )
    }

    private static func worst(_ grades: [VerdictRecord.Grade]) -> VerdictRecord.Grade {
        [.fail, .inconclusive, .borderline].first { grades.contains($0) } ?? .pass
    }

    private static func headline(
        _ grade: VerdictRecord.Grade,
        _ name: String,
        isContaminated: Bool
    ) -> String {
        switch grade {
        case .pass: "every limit of \(name) is kept"
        case .borderline: "a limit of \(name) lies inside the interval of what was measured"
        case .fail: "a limit of \(name) is broken"
        case .inconclusive where isContaminated: "the run was disturbed; see the warnings"
        case .inconclusive: "not enough was measured for a limit of \(name)"
        }
    }

    private static func check(
        _ threshold: ProfileThreshold,
        _ record: ResultRecord
    ) -> VerdictCheck {
        let phase = record.phases.first { $0.kind == "job" && $0.name == threshold.job }
        let measured = phase.flatMap { measure(threshold, $0) }
        let sign = threshold.figure.isFloor ? "≥" : "<"
        return VerdictCheck(
            name: "\(threshold.job): \(threshold.operation.rawValue) \(threshold.figure.rawValue)",
            limit: "\(sign) \(text(threshold.limit, threshold.figure))",
            measured: measured.map { text($0.value, threshold.figure) } ?? "nothing",
            grade: measured?.grade ?? .inconclusive,
            source: threshold.why
        )
    }

    private static func measure(
        _ threshold: ProfileThreshold,
        _ phase: PhaseRecord
    ) -> (value: Double, grade: VerdictRecord.Grade)? {
        let operation: OperationClass =
            switch threshold.operation {
            case .read: .read
            case .write: .write
            case .fsync: .sync
            case .commit: .commit
            }
        let pooled = phase.pooled([operation])
        guard pooled.count > 0, phase.measuredSeconds > 0 else { return nil }
        let bootstrap = phase.bootstrap([operation])
        func compare(_ value: Double, _ interval: Interval?) -> VerdictRecord.Grade {
            let isGood =
                threshold.figure.isFloor ? value >= threshold.limit : value < threshold.limit
            guard let interval, interval.low < threshold.limit, interval.high > threshold.limit
            else { return isGood ? .pass : .fail }
            return .borderline
        }
        switch threshold.figure {
        case .rate:
            let rate = Double(pooled.count) / phase.measuredSeconds
            return (rate, compare(rate, nil))
        case .bandwidth:
            let counter = threshold.operation == .read ? "read_bytes" : "written_bytes"
            let bandwidth = (phase.counters[counter] ?? 0) / phase.measuredSeconds
            return (bandwidth, compare(bandwidth, nil))
        case .max:
            return (Double(pooled.maximum), compare(Double(pooled.maximum), nil))
        case .mean:
            let mean = bootstrap.estimateMean()
            return (mean.value, compare(mean.value, mean.ci99))
        case .p50, .p90, .p99, .p999, .p9999:
            let estimate = bootstrap.estimate(quantile: threshold.figure.quantile ?? 0.99)
            if estimate.printability == .tooFew { return (estimate.value, .inconclusive) }
            return (estimate.value, compare(estimate.value, estimate.ci99))
        }
    }

    private static func text(_ value: Double, _ figure: ProfileThreshold.Figure) -> String {
        switch figure {
        case .rate: "\(QuantityText.threeDigits(value))/s"
        case .bandwidth: QuantityText.bytesPerSecond(value)
        case .mean, .p50, .p90, .p99, .p999, .p9999, .max:
            QuantityText.duration(nanoseconds: value)
        }
    }
}
