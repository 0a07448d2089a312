import IOEngines
import ResultStore
import Statistics

/// One step of a ladder on its way through the rounds: one phase of the record, or, of several replicas at once, one each.
struct LadderStepRun {
    /// A phase in the making.
    private struct Series {
        var point: LadderPoint
        var rounds: [RoundRecord] = []
        var counters: [String: Double] = [:]
    }

    let kind: LadderStep
    let load: LadderPlan.Load
    /// Numbers of the replicas that take part.
    let members: [Int]
    /// Where a sequential run goes on, in blocks.
    var nextBlock: Int64 = 0
    /// A replica was lost.
    var isOver = false
    private var series: [Series]
    private var started: UInt64 = 0

    init(
        _ kind: LadderStep,
        _ members: [Int],
        _ load: LadderPlan.Load,
        _ plan: LadderPlan,
        names: [String]
    ) {
        self.init(
            kind,
            members,
            load,
            plan,
            // A disk and a way are each replica's own; what goes to all of them is one.
            groups: kind == .disk || kind == .exchange
                ? members.map { [names[$0]] } : [members.map { names[$0] }]
        )
    }

    /// A step above the replicas.
    init(_ kind: LadderStep, _ load: LadderPlan.Load, _ plan: LadderPlan, name: String) {
        self.init(kind, [], load, plan, groups: [[name]])
    }

    private init(
        _ kind: LadderStep,
        _ members: [Int],
        _ load: LadderPlan.Load,
        _ plan: LadderPlan,
        groups: [[String]]
    ) {
        self.kind = kind
        self.load = load
        self.members = members
        let isShared = kind != .disk && kind != .exchange
        let isWire = kind != .disk && kind != .device && kind != .filesystem
        let touchesDisk = kind != .ping && kind != .exchange
        series = groups.map { group in
            Series(
                point: LadderPoint(
                    step: kind,
                    replicas: group,
                    operation: load.operation.rawValue,
                    pattern: touchesDisk ? (load.isRandom ? "random" : "sequential") : nil,
                    blockBytes: UInt64(load.blockBytes),
                    depth: load.depth,
                    connections: isWire ? plan.connections : 0,
                    atOnce: isShared ? 1 : members.count
                )
            )
        }
    }

    mutating func begin() {
        if started == 0 { started = MonotonicClock.now() }
    }

    /// Adds a round to one of the phases.
    mutating func keep(_ index: Int, _ duration: UInt64, _ latency: HistogramSnapshot) {
        series[index].rounds.append(
            RoundRecord(
                durationNs: duration,
                latency: latency.count == 0
                    ? [:] : [operation.rawValue: SparseHistogram(latency)]
            )
        )
        series[index].counters["requests", default: 0] += Double(latency.count)
    }

    /// Adds what the device below did in a round.
    mutating func keep(_ requests: DeviceRequests?) {
        requests?.add(to: &series[0].counters)
    }

    /// Adds a round of requests over the wire.
    mutating func keep(_ outcome: ExchangeOutcome) {
        if kind == .exchange {
            for (index, latency) in outcome.byReplica.enumerated() {
                keep(index, outcome.durationNanoseconds, latency)
            }
        } else {
            keep(0, outcome.durationNanoseconds, outcome.latency)
        }
        guard load.depth == 1 else { return }
        // A write goes to all, so a copy's share is that divided by their number.
        let copies = load.operation == .write ? max(1, members.count) : 1
        for index in series.indices {
            series[index].counters["send_total_ns", default: 0] +=
                Double(outcome.sendNanoseconds) / Double(copies)
        }
        guard kind == .fanOut else { return }
        for (replica, count) in outcome.last.enumerated() {
            series[0].counters["last.\(replica)", default: 0] += Double(count)
        }
    }

    private var operation: OperationClass {
        switch load.operation {
        case .ping: .ping
        case .read: .read
        case .write: .write
        }
    }

    /// The phases of the record; those that measured nothing are none.
    func phases(runStart: UInt64, isInterrupted: Bool) -> [PhaseRecord] {
        series.filter { !$0.rounds.isEmpty }.map { series in
            var counters = series.counters
            if let total = counters.removeValue(forKey: "send_total_ns"),
                let requests = counters["requests"], requests > 0
            {
                counters["send_ns"] = total / requests
            }
            return PhaseRecord(
                name: Self.name(series.point),
                kind: "ladder",
                startSeconds: Double(started - min(started, runStart)) / 1e9,
                rounds: series.rounds,
                counters: counters,
                ladder: series.point,
                stopReason: isOver ? "replica lost" : isInterrupted ? "interrupted" : "fixed"
            )
        }
    }

    /// "C replica random write 4K x1 10.0.0.2:9650".
    private static func name(_ point: LadderPoint) -> String {
        let letter =
            switch point.step {
            case .disk: "A disk"
            case .ping: "B ping"
            case .exchange: "B exchange"
            case .replica: "C replica"
            case .fanOut: "D fan-out"
            case .engine: "E engine"
            case .device: "F device"
            case .filesystem: "G filesystem"
            }
        let pattern = point.pattern.map { "\($0) " } ?? ""
        let what =
            point.step == .ping
            ? "" : " \(pattern)\(point.operation) \(point.blockBytes >> 10)K x\(point.depth)"
        let place = point.step == .fanOut ? "\(point.replicas.count) replicas" : point.replicas[0]
        return "\(letter)\(what) \(place)\(point.atOnce > 1 ? ", \(point.atOnce) at once" : "")"
    }
}
