import ResultStore
import Statistics
import Units

/// The steps of a replication ladder, one row each, grouped by the kind of request.
struct LadderRow {
    /// "4 KiB write, random, one at a time".
    var request: String
    /// "A  its disk, alone", or one of the others.
    var step: String
    var replica: String
    var perSecond: String
    var bandwidth: String
    var mean: Double
    var p50: Figure
    var p99: Figure
    var maximum: UInt64
    var count: UInt64

    static let headings = [
        "step", "replica", "per second", "bandwidth", "mean", "p50", "p99", "max",
    ]

    /// Every step that measured something; those of one kind of request together, in the order of the record.
    static func rows(of record: ResultRecord) -> [LadderRow] {
        let rows = record.phases.compactMap(row)
        var order: [String] = []
        for row in rows where !order.contains(row.request) { order.append(row.request) }
        return order.flatMap { request in rows.filter { $0.request == request } }
    }

    private static func row(_ phase: PhaseRecord) -> LadderRow? {
        guard phase.kind == "ladder", let point = phase.ladder,
            let operation = OperationClass(rawValue: point.operation)
        else { return nil }
        let pooled = phase.pooled([operation])
        guard pooled.count > 0, phase.measuredSeconds > 0 else { return nil }
        let quick = phase.bootstrap([operation], resamples: 100)
        let perSecond = Double(pooled.count) / phase.measuredSeconds
        return LadderRow(
            request: request(point),
            step: step(point),
            replica: point.step == .fanOut
                ? "all \(point.replicas.count)" : point.replicas.joined(separator: ", "),
            perSecond: Number.rate(perSecond),
            bandwidth: point.blockBytes > 0
                ? QuantityText.bytesPerSecond(perSecond * Double(point.blockBytes)) : "",
            mean: pooled.mean,
            p50: Figure(quick.estimate(quantile: 0.5)),
            p99: Figure(phase.bootstrap([operation]).estimate(quantile: 0.99), withInterval: true),
            maximum: pooled.maximum,
            count: pooled.count
        )
    }

    private static func request(_ point: LadderPoint) -> String {
        if point.step == .ping { return "header there and back" }
        let size = "\(point.blockBytes >> 10) KiB \(point.operation)s"
        let depth = point.depth == 1 ? "one at a time" : "\(point.depth) in flight"
        // What is answered from memory has no place, but stands beside what has.
        return "\(size), \(depth)"
    }

    private static func step(_ point: LadderPoint) -> String {
        if point.atOnce > 1 {
            return point.step == .disk
                ? "A  its disk, all busy" : "B  the way, all busy"
        }
        return switch point.step {
        case .disk: "A  its disk, alone"
        case .ping: "B  the way there and back"
        case .exchange: "B  the way with its bytes"
        case .replica: "C  one replica"
        case .fanOut: point.operation == "read" ? "D  in turn" : "D  all at once"
        case .engine: "E  engine"
        case .device: "F  block device"
        case .filesystem: "G  filesystem"
        }
    }

    var cells: [String] {
        [
            step, replica, perSecond, bandwidth, QuantityText.duration(nanoseconds: mean), p50.text,
            p99.text, QuantityText.duration(nanoseconds: maximum),
        ]
    }

    /// As text; on a narrow terminal without bandwidth and mean.
    static func lines(_ rows: [LadderRow], _ style: TextStyle) -> [String] {
        guard !rows.isEmpty else { return [] }
        func table(_ columns: [Int]) -> TextTable {
            var table = TextTable(columns.map { $0 < 2 ? .left : .right })
            table.rows.append(columns.map { .init(headings[$0], .faint) })
            for row in rows {
                table.rows.append(columns.map { .init(style.clean(row.cells[$0])) })
            }
            return table
        }
        var fitting = table(Array(headings.indices))
        if fitting.width > style.width { fitting = table([0, 1, 2, 5, 6, 7]) }
        // A line with the kind of request above the rows that are of it.
        let all = fitting.lines(style)
        var lines = [all[0]]
        for (index, row) in rows.enumerated() {
            if index == 0 || rows[index - 1].request != row.request {
                lines.append(style.paint(style.clean(row.request), [.strong]))
            }
            lines.append(all[index + 1])
        }
        return lines
    }
}
