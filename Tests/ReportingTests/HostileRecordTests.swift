import Foundation
import ResultStore
import Statistics
import Testing
import Units

@testable import Reporting

@Suite struct HostileRecordTests {
    private let style = TextStyle(color: true, unicode: false, width: 80)

    private func render(_ record: ResultRecord) -> String {
        TextReport.render(record, style: style) + MarkdownReport.render(record)
    }

    @Test("numbers that no disk makes are printed, not trapped on")
    func numbers() {
        var record = SampleRecord.fail.make()
        for name in record.metrics.keys { record.metrics[name]?.value = -.infinity }
        record.metrics["headroom_rate"] = Metric(value: .nan)
        record.metrics["sequential_iops"] = Metric(value: 1e300)
        record.metrics["recovery_1gb_seconds"] = Metric(value: -1e300)
        record.phases[0].offeredPerSecond = 0
        record.phases[0].counters = [
            "puts": .infinity, "wal_syncs": -1, "commits": .nan, "cuts": 1e99,
        ]
        record.phases[0].rounds[0].durationNs = .max
        record.run.durationNs = .max
        record.conditions?.stealRatio = .nan
        record.target.filesystem?.freeBytes = .max
        #expect(render(record).contains("FAIL"))
    }

    @Test("histograms that contradict themselves count as none")
    func histograms() {
        var record = SampleRecord.fewSamples.make()
        for index in record.phases[0].rounds.indices {
            record.phases[0].rounds[index].latency = [
                "wal_sync_overwrite": SparseHistogram(
                    buckets: [.max, .max, 3],
                    minNs: 9,
                    maxNs: 1,
                    sumNs: .max
                ),
                "no_such_class": SparseHistogram(buckets: [], minNs: 0, maxNs: 0, sumNs: 0),
            ]
        }
        #expect(!render(record).contains("WAL fsync (etcd's)"))
    }

    @Test("a record without phases, rounds or verdict is still a report")
    func empty() {
        var record = SampleRecord.partial.make()
        record.phases[0].rounds = []
        #expect(render(record).contains("NO VERDICT"))
        record.phases = []
        record.target.path = ""
        #expect(render(record).contains("NO VERDICT"))
    }

    @Test("control characters never reach the terminal")
    func controls() {
        var record = SampleRecord.pass.make()
        let evil = "\u{1B}]0;owned\u{7}\r\n"
        record.target.path = evil
        record.target.stack[0].model = evil
        record.verdict?.headline = evil
        record.verdict?.checks[0].measured = evil
        record.warnings = [Warning(code: evil, text: evil, hint: evil)]
        record.tags = [evil: evil]
        record.phases[0].name = evil
        let text = TextReport.render(
            record,
            style: TextStyle(color: false, unicode: true, width: 80)
        )
        #expect(!text.unicodeScalars.contains { $0 != "\n" && $0.value < 0x20 })
    }

    @Test("a command to copy quotes its path for the shell")
    func quoting() {
        var record = SampleRecord.device.make()
        record.target.path = "/mnt/it's; rm -rf x"
        let steps = ReportContent.nextSteps(record)
        #expect(steps.allSatisfy { $0.command.contains("'/mnt/it'\\''s; rm -rf x'") })
        #expect(!steps.isEmpty)
    }

    @Test("what was typed already is not suggested")
    func used() {
        var record = SampleRecord.borderline.make()
        record.run.arguments = ["etcd", "--compare-fio-recipe", "--max-time=5m", "-o", "x"]
        #expect(ReportContent.nextSteps(record).isEmpty)
    }
}
