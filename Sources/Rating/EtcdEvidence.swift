import ResultStore
import Statistics
import Units
import Workloads

/// The numbers a verdict on etcd rests on, taken from a record's phases.
struct EtcdEvidence {
    /// The phase at the realistic rate.
    let verdict: PhaseRecord
    /// The numbers are those of a raw device; a filesystem comes on top.
    let isDeviceFloor: Bool
    let walRounds: [HistogramSnapshot]
    let commitRounds: [HistogramSnapshot]
    let wal: HistogramSnapshot
    let commits: HistogramSnapshot
    /// Raft loop iterations of the verdict's phase and of the ones at its rate: stalls are looked for here.
    let loops: HistogramSnapshot

    /// Nil when the run ended before its verdict phase recorded anything.
    init?(_ record: ResultRecord) {
        let file = record.phases.first { $0.kind == "verdict" }
        guard let phase = file ?? record.phases.first(where: { $0.kind == "device" }) else {
            return nil
        }
        verdict = phase
        isDeviceFloor = file == nil
        walRounds = phase.snapshots(of: OperationClass.walFsync)
        commitRounds = phase.snapshots(of: [.backendCommit])
        wal = .merged(walRounds)
        commits = .merged(commitRounds)
        loops = .merged(
            record.phases
                .filter { ["verdict", "steady", "device"].contains($0.kind) }
                .map { $0.pooled([.walLoop]) }
        )
        guard wal.count > 0 else { return nil }
    }

    /// Puts a second that were offered, or done in a closed loop.
    var rate: Double {
        if let offered = verdict.offeredPerSecond { return offered }
        let seconds = verdict.measuredSeconds
        return seconds > 0 ? (verdict.counters["puts"] ?? 0) / seconds : 0
    }

    /// Which share of the offered puts was done; 1 for a closed loop.
    var achievedRatio: Double {
        guard let offered = verdict.offeredPerSecond, verdict.measuredSeconds > 0 else { return 1 }
        let done = (verdict.counters["puts"] ?? 0) / verdict.measuredSeconds
        return done / offered
    }
}
