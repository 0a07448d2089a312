package import ResultStore
import Statistics
import Units
import Workloads

/// Grades an etcd record: is this disk good enough for a control plane, why, and what to do.
package enum EtcdVerdict {
    /// The verdict, or nil when the run ended before it had anything to judge.
    package static func judge(_ record: ResultRecord) -> VerdictRecord? {
        guard let evidence = EtcdEvidence(record) else { return nil }
        var checks = [wal(evidence), commit(evidence), stalls(evidence)]
        if let check = achieved(evidence) { checks.append(check) }
        checks += besideLonghorn(record, evidence)
        checks += sequential(record)
        let disturbance = Disturbance(record)
        let deciding = checks.filter { $0.source != "guide" }.map(\.grade)
        var grade = worst(deciding)
        if disturbance.flatters, grade != .fail { grade = .inconclusive }
        let cause = EtcdCause(record: record, evidence: evidence)
        return VerdictRecord(
            grade: grade,
            headline: headline(grade, evidence, disturbance),
            checks: checks,
            cause: cause.text,
            advice: cause.advice(for: grade)
        )
    }

    /// The 0.99 quantile of the WAL fsyncs against etcd's 10 ms.
    private static func wal(_ evidence: EtcdEvidence) -> VerdictCheck {
        limit(
            "WAL fsync p99",
            classes: OperationClass.walFsync,
            nanoseconds: EtcdLimits.walFsyncP99,
            limitText: "< 10 ms",
            evidence
        )
    }

    private static func commit(_ evidence: EtcdEvidence) -> VerdictCheck {
        limit(
            "backend commit p99",
            classes: [.backendCommit],
            nanoseconds: EtcdLimits.backendCommitP99,
            limitText: "< 25 ms",
            evidence
        )
    }

    /// The same limit while a Longhorn volume is busy on the same disk, and by how much that is slower.
    private static func besideLonghorn(
        _ record: ResultRecord,
        _ evidence: EtcdEvidence
    ) -> [VerdictCheck] {
        guard let beside = record.phases.first(where: { $0.kind == "beside" }),
            beside.pooled(OperationClass.walFsync).count > 0
        else { return [] }
        var check = limit(
            "WAL fsync p99 beside Longhorn",
            classes: OperationClass.walFsync,
            nanoseconds: EtcdLimits.walFsyncP99,
            limitText: "< 10 ms",
            evidence,
            in: beside
        )
        let ratio = record.metrics["beside_wal_fsync_p99_ratio"]?.value
        let writes = record.metrics["beside_neighbour_writes_per_second"]?.value
        let grown = ratio.map { "\(QuantityText.threeDigits($0)) times as long as alone" }
        let busy = writes.map {
            "with \(QuantityText.count(UInt64(max(0, $0)))) writes/s beside it"
        }
        let said = [check.reason, grown, busy].compactMap(\.self).joined(separator: "; ")
        check.reason = said.isEmpty ? nil : said
        return [check]
    }

    /// Judges "99 % are below the limit" on the share above it, which needs no tail estimate.
    private static func limit(
        _ name: String,
        classes: [OperationClass],
        nanoseconds: UInt64,
        limitText: String,
        _ evidence: EtcdEvidence,
        in phase: PhaseRecord? = nil
    ) -> VerdictCheck {
        let phase = phase ?? evidence.verdict
        let rounds = phase.snapshots(of: classes)
        let pooled = HistogramSnapshot.merged(rounds)
        let estimate = phase.bootstrap(classes).estimate(quantile: 0.99)
        let test = LimitTest.decide(
            rounds: rounds,
            quantile: 0.99,
            limitNanoseconds: nanoseconds,
            // One-sided 97.5 % at each end is the two-sided 95 % interval.
            confidence: 0.975
        )
        let above = Int(pooled.countAbove(nanoseconds).rounded())
        let share =
            "\(QuantityText.count(UInt64(above))) of \(QuantityText.count(pooled.count)) over it"
        let (grade, reason): (VerdictRecord.Grade, String?) =
            switch test.decision {
            case .below: (.pass, nil)
            case .above: (.fail, nil)
            case .straddling:
                wideMargin(pooled, nanoseconds)
                    ? (.pass, "few samples, but none above a third of the limit")
                    : (.borderline, "the 95 % interval of the share over the limit includes 1 %")
            case .tooFew:
                wideMargin(pooled, nanoseconds)
                    ? (.pass, "few samples, but none above a third of the limit")
                    : (.inconclusive, "too few samples; run longer")
            }
        var check = VerdictCheck(
            name: name,
            limit: limitText,
            measured: "\(text(estimate, pooled)); \(share)",
            grade: grade,
            source: "etcd",
            reason: reason
        )
        if evidence.isDeviceFloor {
            leaveRoom(&check, pooled, nanoseconds)
        } else if let alert = EtcdAlert.disagreement(pooled, limit: nanoseconds, grade: grade) {
            check.reason = [reason, alert].compactMap(\.self).joined(separator: "; ")
        }
        return check
    }

    /// On a raw device the limit is not compared as it stands: a filesystem comes on top.
    ///
    /// A sync that changes metadata costs the journal's blocks, a flush and the commit block besides: up to three times the
    /// device's own write and flush. So a third of the limit passes, and what lies between is borderline.
    /// - Source: linux fs/jbd2/commit.c, fs/ext4/fsync.c.
    private static func leaveRoom(
        _ check: inout VerdictCheck,
        _ pooled: HistogramSnapshot,
        _ limit: UInt64
    ) {
        guard check.grade != .fail else {
            check.reason = "too slow even without a filesystem"
            return
        }
        let hasRoom = pooled.countAbove(limit / 3) < Double(pooled.count) * 0.01
        check.reason =
            hasRoom
            ? "device floor, with room for a filesystem's journal"
            : "device floor; a filesystem comes on top and can triple it"
        if check.grade == .pass, !hasRoom { check.grade = .borderline }
    }

    /// At some nine commits a second, 299 samples take half a minute; a distance of three times the limit
    /// will do as well.
    private static func wideMargin(_ pooled: HistogramSnapshot, _ limit: UInt64) -> Bool {
        pooled.count >= 90 && pooled.maximum < limit / 3
    }

    private static func text(_ estimate: QuantileEstimate, _ pooled: HistogramSnapshot) -> String {
        let value = QuantityText.duration(nanoseconds: estimate.value)
        guard estimate.printability != .tooFew else {
            return "max \(QuantityText.duration(nanoseconds: pooled.maximum))"
        }
        let sign = estimate.printability == .approximate ? "~" : ""
        guard let interval = estimate.ci95 else { return "\(sign)\(value)" }
        let low = QuantityText.duration(nanoseconds: interval.low)
        let high = QuantityText.duration(nanoseconds: interval.high)
        return "\(sign)\(value) [\(low), \(high)]"
    }

    /// Raft loop stalls: etcd misses heartbeats and loses leaders on these, whatever the p99.
    private static func stalls(_ evidence: EtcdEvidence) -> VerdictCheck {
        let heartbeat = Int(evidence.loops.countAbove(EtcdLimits.heartbeat).rounded())
        let late = Int(evidence.loops.countAbove(EtcdLimits.lateHeartbeat).rounded())
        let election = Int(evidence.loops.countAbove(EtcdLimits.election).rounded())
        let grade: VerdictRecord.Grade =
            election > 0 ? .fail : heartbeat > 0 ? .borderline : .pass
        let reason: String? =
            election > 0
            ? "a stall of a second costs the leadership"
            : heartbeat > 0 ? "a stall of 100 ms misses a heartbeat" : nil
        return VerdictCheck(
            name: "stalls of the raft loop",
            limit: "none over 100 ms",
            measured: stallText(heartbeat, late, election, evidence.loops.maximum),
            grade: grade,
            source: "tbench",
            reason: reason
        )
    }

    private static func stallText(
        _ heartbeat: Int,
        _ late: Int,
        _ election: Int,
        _ longest: UInt64
    ) -> String {
        let longest = "longest \(QuantityText.duration(nanoseconds: longest))"
        if heartbeat == 0 { return "none; \(longest)" }
        return "\(heartbeat) > 100 ms, \(late) > 200 ms, \(election) > 1 s; \(longest)"
    }

    /// A load that could not be carried is a failure whatever the syncs look like.
    private static func achieved(_ evidence: EtcdEvidence) -> VerdictCheck? {
        let ratio = evidence.achievedRatio
        guard evidence.verdict.offeredPerSecond != nil, ratio < 0.9 else { return nil }
        return VerdictCheck(
            name: "offered load",
            limit: "> 90 % done",
            measured: QuantityText.percent(ratio),
            grade: .fail,
            source: "etcd",
            reason: "puts queue up faster than the disk can sync them"
        )
    }

    /// The classes of etcd's hardware guide; informative, never the reason of a grade.
    private static func sequential(_ record: ResultRecord) -> [VerdictCheck] {
        guard let iops = record.metrics["sequential_iops"]?.value else { return [] }
        let (grade, meaning): (VerdictRecord.Grade, String) =
            switch iops {
            case 10_000...: (.pass, "local NVMe class")
            case 500...: (.pass, "enough for a heavily loaded cluster")
            case 50...: (.borderline, "enough for a small cluster only")
            default: (.fail, "below etcd's minimum")
            }
        return [
            VerdictCheck(
                name: "sequential 8000-byte writes",
                limit: "≥ 50/s, 500/s heavy",
                measured: "\(QuantityText.count(UInt64(max(0, iops))))/s",
                grade: grade,
                source: "guide",
                reason: meaning
            )
        ]
    }

    private static func worst(_ grades: [VerdictRecord.Grade]) -> VerdictRecord.Grade {
        for grade in [VerdictRecord.Grade.fail, .inconclusive, .borderline]
        where grades.contains(grade) {
            return grade
        }
        return .pass
    }

    private static func headline(
        _ grade: VerdictRecord.Grade,
        _ evidence: EtcdEvidence,
        _ disturbance: Disturbance
    ) -> String {
        let rate = QuantityText.count(UInt64(max(0, evidence.rate.rounded())))
        var load = "\(rate) puts a second"
        if evidence.isDeviceFloor { load += ", as a raw device; a filesystem comes on top" }
        if grade == .inconclusive {
            return disturbance.flatters
                ? "no verdict, these numbers are too good: \(disturbance.text)"
                : "not enough data for a verdict at \(load)"
        }
        let answer =
            switch grade {
            case .pass: "good enough for etcd at \(load)"
            case .borderline: "at the edge of etcd's limits at \(load)"
            case .fail, .inconclusive: "too slow for etcd at \(load)"
            }
        guard disturbance.slows else { return answer }
        return grade == .pass
            ? "\(answer), even while disturbed: \(disturbance.text)"
            : "\(answer), but the run was disturbed: \(disturbance.text)"
    }
}
