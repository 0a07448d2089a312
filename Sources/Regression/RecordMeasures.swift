package import ResultStore
import Statistics

/// The measures that a record's phases can give.
package enum RecordMeasures {
    /// An operation, or several that count as one.
    private struct Operation {
        /// As in an id: "wal_fsync", "read".
        var key: String
        /// As in a label: "WAL fsync".
        var name: String
        var classes: [OperationClass]
    }

    private static let etcd = [
        Operation(key: "wal_fsync", name: "WAL fsync", classes: OperationClass.walFsync),
        Operation(key: "backend_commit", name: "backend commit", classes: [.backendCommit]),
        Operation(key: "client_put", name: "client put", classes: [.clientPut]),
    ]

    private static let jobs = [
        Operation(key: "read", name: "read", classes: [.read]),
        Operation(key: "write", name: "write", classes: [.write]),
        Operation(key: "sync", name: "sync", classes: [.sync]),
        Operation(key: "commit", name: "write + sync", classes: [.commit]),
        Operation(key: "read_response", name: "read from its due time", classes: [.readResponse]),
        Operation(
            key: "write_response",
            name: "write from its due time",
            classes: [.writeResponse]
        ),
        Operation(key: "ping", name: "ping", classes: [.ping]),
        Operation(key: "punch", name: "punch", classes: [.punchHole]),
        Operation(key: "lookup", name: "lookup", classes: [.fileExtent]),
        Operation(key: "batch", name: "batch", classes: [.rebuildBatch]),
        Operation(key: "sequential_sync", name: "synced write", classes: [.sequentialSync]),
    ]

    /// Every measure of a record with its rounds, in the order of its phases.
    ///
    /// - Parameter record: any record.
    /// - Returns: no id twice; empty for a run that ended before its first round.
    package static func all(of record: ResultRecord) -> [MeasuredRounds] {
        var seen: Set<String> = []
        return record.phases.flatMap { measures(of: $0) }
            .filter { seen.insert($0.measure.id).inserted }
    }

    /// Those of one phase; phases with fewer rounds than an interval needs give none.
    private static func measures(of phase: PhaseRecord) -> [MeasuredRounds] {
        guard phase.rounds.count >= RoundBootstrap.minimumRounds else { return [] }
        let seconds = phase.rounds.map { Double($0.durationNs) / 1e9 }
        switch phase.kind {
        case "verdict":
            return etcd.flatMap { measures($0, phase, seconds, prefix: nil, isOpen: true) }
        case "device", "apart", "beside":
            return etcd.prefix(2).flatMap {
                measures($0, phase, seconds, prefix: phase.kind, isOpen: true)
            }
        // A ladder of loads and a warm database answer other questions, in a round or three.
        case "ramp", "steady", "recovery", "fio-recipe":
            return []
        default:
            let present = jobs.filter { phase.pooled($0.classes).count > 0 }
            let writes = phase.pooled([.write]).count
            let isSynced = phase.pooled([.commit]).count * 2 > writes && writes > 0
            return present.flatMap { operation in
                var found = measures(
                    operation,
                    phase,
                    seconds,
                    prefix: phase.name,
                    isOpen: phase.offeredPerSecond != nil || operation.key == "sync"
                )
                // Where each write is synced, the two together are what somebody waits for.
                if isSynced, ["write", "sync"].contains(operation.key) {
                    for index in found.indices { found[index].measure.gates = false }
                }
                return found
            }
        }
    }

    private static func measures(
        _ operation: Operation,
        _ phase: PhaseRecord,
        _ seconds: [Double],
        prefix: String?,
        isOpen: Bool
    ) -> [MeasuredRounds] {
        let snapshots = phase.snapshots(of: operation.classes)
        guard snapshots.contains(where: { $0.count > 0 }) else { return [] }
        let rounds = RunRounds(histograms: snapshots, seconds: seconds)
        // What is offered at a fixed rate is done at that rate; only a closed loop's rate says something.
        let statistics: [(RoundStatistic, gates: Bool)] =
            [(.quantile(0.5), true), (.quantile(0.99), true), (.quantile(0.999), false)]
            + (isOpen ? [] : [(.rate, true)])
        return statistics.map { statistic, gates in
            let name = Measure.name(of: statistic)
            let figure = statistic == .rate ? "a second" : name
            return MeasuredRounds(
                measure: Measure(
                    id: (prefix.map { "\($0)." } ?? "") + "\(operation.key)_\(name)",
                    label: (prefix.map { "\($0) " } ?? "") + "\(operation.name) \(figure)",
                    statistic: statistic,
                    gates: gates
                ),
                rounds: rounds
            )
        }
    }
}
