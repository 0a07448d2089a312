import ResultStore
import Statistics
import Testing
import Units

@testable import Reporting

@Suite("The report on a replica's disk") struct ReplicaDiskReportTests {
    private func phase(
        _ name: String,
        _ operation: OperationClass,
        nanoseconds: UInt64,
        counters: [String: Double] = [:]
    ) -> PhaseRecord {
        var phase = PhaseRecord(name: name, kind: "disk", startSeconds: 1)
        for round in 0..<6 {
            var histogram = SampleHistogram(seed: UInt64(round) + 3)
            histogram.add(800, base: nanoseconds, spread: nanoseconds / 3)
            phase.rounds.append(
                RoundRecord(
                    durationNs: 500_000_000,
                    latency: [operation.rawValue: histogram.takeSparse()]
                )
            )
        }
        phase.counters = counters
        return phase
    }

    private func record(_ engine: String = "v1") -> ResultRecord {
        var record = SampleRecord.fewSamples.make()
        record.benchmark.name = "longhorn"
        record.benchmark.spec = ["data_engine": engine]
        record.phases = [
            phase("overwrite-1", .write, nanoseconds: 500_000),
            phase("durable-1", .commit, nanoseconds: 2_600_000),
            phase("punching-1", .punchHole, nanoseconds: 4_000_000),
            phase("fiemap-1", .fileExtent, nanoseconds: 3000),
            phase(
                "rebuild-4",
                .rebuildBatch,
                nanoseconds: 9_000_000,
                counters: ["rebuilt_bytes": 1e9]
            ),
        ]
        record.verdict = nil
        record.metrics = [
            "overwrite_p50_ns": Metric(value: 500_000), "overwrite_mean_ns": Metric(value: 510_000),
            "durable_p50_ns": Metric(value: 2_600_000),
            "durable_gap_p50_ns": Metric(value: 2_100_000),
            "volume_write_iops_bound": Metric(value: 31_372),
            "write_iops_16": Metric(value: 21_000),
            "first_touch_p50_ns": Metric(value: 900_000),
            "punch_hole_mean_ns": Metric(value: 4_100_000),
            "punch_hole_max_ns": Metric(value: 9_000_000),
            "punching_overwrite_p99_ns": Metric(value: 3_000_000, flags: ["too-few"]),
            "overwrite_p99_ns": Metric(value: 1_000_000),
            "rebuild_bytes_per_second": Metric(value: 4e8),
            "rebuild_100gib_seconds": Metric(value: 268.4),
        ]
        return record
    }

    private func text(_ record: ResultRecord, width: Int = 100) -> String {
        let text = TextReport.render(
            record,
            style: TextStyle(color: false, unicode: true, width: width)
        )
        return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    @Test("durability is stated, and the durable figure is not Longhorn's")
    func durability() {
        let text = text(record())
        #expect(text.contains("Longhorn V1 acknowledges before the data is on the medium"))
        #expect(text.contains("durable would cost +2.10 ms a write (p50 2.60 ms)"))
        #expect(MarkdownReport.render(record()).contains("durable would cost"))
    }

    @Test("what one volume can reach is said with its arithmetic")
    func bounds() {
        let text = text(record())
        #expect(text.contains("16 in flight ÷ 510 µs = 31 372 writes/s at most"))
        #expect(text.contains("first writes take 900 µs (p50), 1.8 × an overwrite"))
        #expect(text.contains("100 GiB in 4 min 28 s (400 MB/s)"))
    }

    @Test("a percentile of too few samples is not compared")
    func tooFew() {
        let text = text(record())
        #expect(text.contains("a hole of 1 to 64 MiB takes 4.10 ms (mean), at most 9 ms"))
        #expect(!text.contains("meanwhile"))
    }

    @Test("every case has its row, on narrow terminals too", arguments: [80, 100, 160])
    func rows(width: Int) {
        let style = TextStyle(color: false, unicode: true, width: width)
        let report = TextReport.render(record(), style: style)
        for name in ["overwrite-1", "durable-1", "punching-1", "fiemap-1", "rebuild-4"] {
            #expect(report.contains(name))
        }
        #expect(report.contains("longhorn · V1 data engine · 5 cases"))
        for line in report.split(separator: "\n") { #expect(line.count <= width, "\(line)") }
    }

    @Test("the next command is the same one, kept")
    func next() {
        #expect(text(record()).contains("tbench longhorn"))
        #expect(!text(record()).contains("tbench run"))
    }

    @Test(
        "long times are read in minutes and hours",
        arguments: [(12.4, "12 s"), (250, "4 min 10 s"), (7500, "2 h 5 min"), (-1, "–")]
    )
    func minutes(seconds: Double, text: String) {
        #expect(QuantityText.minutes(seconds: seconds) == text)
    }
}
