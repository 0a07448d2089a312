import ResultStore
import Statistics

/// One kind of operation of one phase, as the report draws it.
struct ReportSeries {
    /// "WAL fsync", "write, 16 in flight".
    var name: String
    var phase: PhaseRecord
    var classes: [OperationClass]
    /// etcd's limit on its p99; nil where there is none.
    var limitNs: UInt64?
    /// One histogram a round, in order; some may be empty, all of them are not.
    let rounds: [HistogramSnapshot]
    let pooled: HistogramSnapshot

    /// Nil where nothing was measured.
    init?(
        _ name: String,
        _ phase: PhaseRecord,
        _ classes: [OperationClass],
        limitNs: UInt64? = nil
    ) {
        self.name = name
        self.phase = phase
        self.classes = classes
        self.limitNs = limitNs
        rounds = phase.rounds.map { round in
            let parts = classes.compactMap { round.latency[$0.rawValue]?.snapshot }
            return parts.count > 1 ? .merged(parts) : parts.first ?? .empty
        }
        pooled = .merged(rounds)
        guard pooled.count > 0 else { return nil }
    }

    /// How long each round took.
    var seconds: [Double] { phase.rounds.map { Double($0.durationNs) / 1e9 } }

    /// Operations a second; nil when no time passed.
    var perSecond: Double? {
        let all = phase.measuredSeconds
        return all > 0 ? Double(pooled.count) / all : nil
    }

    /// Rounds in which something took 100 ms or more.
    var stalls: Set<Int> {
        Set(
            rounds.indices.filter { index in
                let loop = phase.rounds[index].latency[OperationClass.walLoop.rawValue]?.maxNs ?? 0
                return max(rounds[index].maximum, limitNs == nil ? 0 : loop) >= Timeline.stallNs
            }
        )
    }
}

extension ReportSeries {
    /// The most that one picture holds.
    static let most = 6

    /// What a record is about, the most important first; empty where nothing was measured.
    static func all(of record: ResultRecord) -> [ReportSeries] {
        let groups = [etcd(record), ladder(record), disk(record), network(record), jobs(record)]
        return groups.first { !$0.isEmpty } ?? []
    }

    /// The load that the verdict is about.
    private static func etcd(_ record: ResultRecord) -> [ReportSeries] {
        let filled = record.phases.filter { phase in
            phase.rounds.contains { round in
                OperationClass.walFsync.contains { round.latency[$0.rawValue] != nil }
            }
        }
        guard
            let main = filled.first(where: { $0.kind == "verdict" })
                ?? filled.first(where: { $0.kind == "device" }) ?? filled.first
        else { return [] }
        // A cell of a matrix writes past every cache, so with some modes the write waits for the medium and the flush for
        // nothing: only both together can be compared.
        if record.tags["matrix"] != nil {
            return [
                ReportSeries("commit", main, [.walLoop]),
                ReportSeries("flush", main, OperationClass.walFsync),
            ].compactMap(\.self)
        }
        let hasLimits = record.target.kind != "block device" || main.kind == "verdict"
        return [
            ReportSeries(
                "WAL fsync",
                main,
                OperationClass.walFsync,
                limitNs: hasLimits ? EtcdBudget.walFsyncNs : nil
            ),
            ReportSeries(
                "backend commit",
                main,
                [.backendCommit],
                limitNs: hasLimits ? EtcdBudget.backendCommitNs : nil
            ),
            ReportSeries("client put", main, [.clientPut]),
        ].compactMap(\.self)
    }

    /// 4 KiB writes one at a time, from the disk to the volume.
    private static func ladder(_ record: ResultRecord) -> [ReportSeries] {
        let found = record.phases.filter { phase in
            phase.kind == "ladder" && phase.ladder?.operation == "write"
                && phase.ladder?.blockBytes == 4096 && phase.ladder?.depth == 1
                && phase.ladder?.atOnce == 1
        }
        func rank(_ phase: PhaseRecord) -> Int {
            switch phase.ladder?.step {
            case .fanOut: 0
            case .replica: 1
            case .disk: 2
            case .exchange: 3
            default: 4
            }
        }
        return found.enumerated()
            .sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }
            .compactMap { _, phase in ReportSeries(stepName(phase.ladder), phase, [.write]) }
            .prefix(most).map(\.self)
    }

    private static func stepName(_ point: LadderPoint?) -> String {
        guard let point else { return "write" }
        let where_ = point.replicas.count == 1 ? ", \(point.replicas[0])" : ""
        return switch point.step {
        case .disk: "A disk\(where_)"
        case .ping: "B ping\(where_)"
        case .exchange: "B way\(where_)"
        case .replica: "C replica\(where_)"
        case .fanOut: "D volume of \(point.replicas.count)"
        case .engine: "E engine"
        case .device: "F device"
        case .filesystem: "G filesystem"
        }
    }

    private static func disk(_ record: ResultRecord) -> [ReportSeries] {
        let wanted: [(String, OperationClass, String)] = [
            ("overwrite-1", .write, "overwrite"), ("durable-1", .commit, "durable write"),
            ("first-touch-1", .write, "first touch"), ("random-read-1", .read, "random read"),
            ("overwrite-16", .write, "overwrite, 16"), ("random-read-16", .read, "random read, 16"),
        ]
        let phases = record.phases.filter { $0.kind == "disk" }
        return wanted.compactMap { name, operation, label in
            phases.first { $0.name == name }.flatMap { ReportSeries(label, $0, [operation]) }
        }
    }

    private static func network(_ record: ResultRecord) -> [ReportSeries] {
        let phases = record.phases.filter { $0.kind == "network" && $0.ladder?.depth == 1 }
        let connections = phases.compactMap { $0.ladder?.connections }.max()
        return phases.filter { $0.ladder?.connections == connections }
            .compactMap { phase -> ReportSeries? in
                guard let point = phase.ladder,
                    let operation = OperationClass(rawValue: point.operation)
                else { return nil }
                let isWanted =
                    point.operation == "ping" || [4096, 131_072].contains(point.blockBytes)
                guard isWanted else { return nil }
                let size = min(point.blockBytes, 1 << 40) >> 10
                let name = point.operation == "ping" ? "ping" : "\(point.operation) \(size) KiB"
                return ReportSeries(name, phase, [operation])
            }
            .prefix(most).map(\.self)
    }

    /// Each job's own measure: from the due time in an open loop, write and sync together where each write is synced.
    private static func jobs(_ record: ResultRecord) -> [ReportSeries] {
        let phases = record.phases.filter { $0.kind == "job" }
        var found: [ReportSeries] = []
        for phase in phases {
            if found.count >= most { break }
            let label = phase.name
            let isOpen = phase.offeredPerSecond != nil
            let commits = ReportSeries("\(label) write + sync", phase, [.commit])
            let reads = ReportSeries("\(label) read", phase, [isOpen ? .readResponse : .read])
            var writes = ReportSeries("\(label) write", phase, [isOpen ? .writeResponse : .write])
            if let commits, !isOpen, commits.pooled.count * 2 > writes?.pooled.count ?? 0 {
                writes = commits
            }
            found += [writes, reads].compactMap(\.self).sorted { $0.pooled.count > $1.pooled.count }
        }
        return Array(found.prefix(most))
    }
}
