import ResultStore
import Statistics
import Units

/// One operation of one job, or of one case of a replica's disk: how many, how fast, how long.
struct JobRow {
    var job: String
    /// One of a replica's disk, whose means say less than its percentiles.
    var isDisk: Bool
    var operation: String
    var perSecond: String
    /// Bytes a second; "" for syncs.
    var bandwidth: String
    var count: UInt64
    var mean: Double
    var p50: Figure
    var p99: Figure
    var p999: Figure
    var maximum: UInt64

    private static let kinds: [(label: String, operation: OperationClass, counter: String?)] = [
        ("read", .read, "read_bytes"), ("write", .write, "written_bytes"), ("sync", .sync, nil),
        ("write + sync", .commit, nil), ("read, from its due time", .readResponse, nil),
        ("write, from its due time", .writeResponse, nil), ("punch", .punchHole, nil),
        ("lookup", .fileExtent, nil), ("batch", .rebuildBatch, "rebuilt_bytes"),
    ]

    static let headings = [
        "job", "", "per second", "bandwidth", "mean", "p50", "p99", "p99.9", "max",
    ]

    /// Every operation of every job, in the order of the record.
    static func rows(of record: ResultRecord) -> [JobRow] {
        record.phases.filter { $0.kind == "job" || $0.kind == "disk" }.flatMap(rows)
    }

    private static func rows(_ phase: PhaseRecord) -> [JobRow] {
        kinds.compactMap { label, operation, counter in
            let pooled = phase.pooled([operation])
            let seconds = phase.measuredSeconds
            guard pooled.count > 0, seconds > 0 else { return nil }
            let quick = phase.bootstrap([operation], resamples: 100)
            let bytes = counter.flatMap { phase.counters[$0] }
            return JobRow(
                job: phase.name,
                isDisk: phase.kind == "disk",
                operation: phase.kind == "disk" && operation == .commit ? "both" : label,
                perSecond: Number.rate(Double(pooled.count) / seconds),
                bandwidth: bytes.map { QuantityText.bytesPerSecond($0 / seconds) } ?? "",
                count: pooled.count,
                mean: pooled.mean,
                p50: Figure(quick.estimate(quantile: 0.5)),
                p99: Figure(
                    phase.bootstrap([operation]).estimate(quantile: 0.99),
                    withInterval: true
                ),
                p999: Figure(quick.estimate(quantile: 0.999)),
                maximum: pooled.maximum
            )
        }
    }

    /// The row in words, in the order of `headings`; the job's name once.
    func cells(isFirst: Bool) -> [String] {
        [
            isFirst ? job : "", operation, perSecond, bandwidth,
            QuantityText.duration(nanoseconds: mean), p50.text, p99.text, p999.text,
            QuantityText.duration(nanoseconds: maximum),
        ]
    }
}

extension JobRow {
    /// All rows as cells, each job named in its first row.
    static func cells(_ rows: [JobRow]) -> [[String]] {
        rows.enumerated().map { index, row in
            row.cells(isFirst: index == 0 || rows[index - 1].job != row.job)
        }
    }

    /// As text; on a narrow terminal without the mean for a disk, and without p50 and p99.9.
    static func lines(_ rows: [JobRow], _ style: TextStyle) -> [String] {
        guard !rows.isEmpty else { return [] }
        func table(_ columns: [Int]) -> TextTable {
            var table = TextTable(columns.map { $0 < 2 ? .left : .right })
            table.rows.append(columns.map { .init(headings[$0], .faint) })
            for cells in cells(rows) {
                table.rows.append(columns.map { .init(style.clean(cells[$0])) })
            }
            return table
        }
        let whole = table(Array(headings.indices))
        if whole.width <= style.width { return whole.lines(style) }
        let withoutMean = table([0, 1, 2, 3, 5, 6, 7, 8])
        if rows.contains(where: \.isDisk), withoutMean.width <= style.width {
            return withoutMean.lines(style)
        }
        return table([0, 1, 2, 3, 4, 6, 8]).lines(style)
    }
}
