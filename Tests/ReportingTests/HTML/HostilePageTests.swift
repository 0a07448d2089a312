import ResultStore
import TestSupport
import Testing
import Units

@testable import Reporting

@Suite("Hostile records on a page") struct HostilePageTests {
    private static let evil =
        "\"'><script>alert(1)</script><img src=x onerror=alert(1)></style></title></svg>]]>"
        + "\u{1B}[2J\u{0}\u{202E}\u{FFFF}&lt;"

    /// Evil in every text of a record.
    private func record() -> ResultRecord {
        let evil = Self.evil
        var record = SamplePage.short(.fail)
        record.run.id = evil
        record.run.started = evil
        record.run.arguments = [evil]
        record.run.outcome = .partial
        record.run.outcomeReason = evil
        record.run.toolVersion = evil
        record.benchmark.name = evil
        record.benchmark.spec = [evil: evil]
        record.benchmark.engineFallbackReason = evil
        record.target.path = evil
        record.target.unknown = [evil]
        record.target.stack[0].model = evil
        record.host.node = evil
        record.host.kernel = evil
        record.tags = [evil: evil, "cache": evil]
        record.verdict?.headline = evil
        record.verdict?.cause = evil
        record.verdict?.checks[0].name = evil
        record.verdict?.checks[0].measured = evil
        record.warnings = [Warning(code: evil, severity: .contaminated, text: evil, hint: evil)]
        record.phases[0].name = evil
        record.metrics[evil] = Metric(value: 1, flags: [evil])
        var jobs = PhaseRecord(name: evil, kind: "job", startSeconds: 0)
        jobs.rounds = record.phases[0].rounds.map { round in
            RoundRecord(
                durationNs: round.durationNs,
                latency: ["write": round.latency["client_put"]].compactMapValues(\.self)
            )
        }
        var step = jobs
        step.kind = "ladder"
        step.ladder = LadderPoint(
            step: .fanOut,
            replicas: [evil, "b"],
            operation: "write",
            pattern: evil,
            blockBytes: 4096,
            depth: 1,
            connections: 2
        )
        record.phases += [jobs, step]
        return record
    }

    @Test("markup in a record's texts is text on the page", .requiresHTML5)
    func markup() throws {
        var other = record()
        other.tags["cache"] = "none"
        let one = SamplePage.of([record()], problems: [Self.evil])
        let two = SamplePage.of([record(), other])
        for page in try SamplePage.check([one, two]) {
            #expect(page.errors == [])
            #expect(page.elements["img"] == nil)
            #expect(page.elements["script"] == 2)
            #expect(page.elements["style"] == 1)
            #expect(page.handlers == [])
            #expect(page.addresses == [])
            #expect(page.repeatedIDs == [])
        }
        for page in [one, two] {
            #expect(!page.contains("<script>alert"))
            #expect(!page.unicodeScalars.contains { $0 != "\n" && $0.value < 0x20 })
            #expect(!page.unicodeScalars.contains("\u{202E}"))
            for drawing in SamplePage.drawings(page) { #expect(SamplePage.isWellFormed(drawing)) }
        }
    }

    @Test("numbers that no disk makes are drawn somewhere, never as no number", .requiresHTML5)
    func numbers() throws {
        var record = SamplePage.short(.fail)
        for name in record.metrics.keys { record.metrics[name]?.value = -.infinity }
        record.metrics["headroom_rate"] = Metric(value: .nan, ci95: [.nan, .infinity])
        record.phases[0].offeredPerSecond = .nan
        record.phases[0].counters = ["puts": .infinity, "wal_syncs": -1, "commits": .nan]
        record.phases[0].rounds[0].durationNs = .max
        record.phases[0].rounds[1].durationNs = 0
        record.phases.append(SamplePhase(name: "ramp", kind: "ramp", rounds: 2).record())
        record.phases[1].counters["puts"] = 1e300
        let page = SamplePage.of([record, record])
        for drawing in SamplePage.drawings(page) {
            #expect(SamplePage.isWellFormed(drawing))
            #expect(!drawing.contains("nan"))
            #expect(!drawing.contains("inf\""))
        }
        #expect(try SamplePage.check([page]).allSatisfy { $0.errors.isEmpty })
    }

    @Test("a record without phases, rounds or samples still makes a page", arguments: [0, 1, 2])
    func empty(_ kind: Int) {
        var record = SamplePage.short(.partial)
        switch kind {
        case 0: record.phases = []
        case 1: record.phases[0].rounds = []
        default:
            for index in record.phases[0].rounds.indices {
                record.phases[0].rounds[index].latency = [
                    "wal_sync_overwrite": SparseHistogram(
                        buckets: [.max, .max, 3],
                        minNs: 9,
                        maxNs: 1,
                        sumNs: .max
                    )
                ]
            }
        }
        let page = SamplePage.of([record])
        #expect(page.contains("NO VERDICT"))
        #expect(page.hasSuffix("</html>\n"))
        #expect(SamplePage.of([record, record]).hasSuffix("</html>\n"))
    }

    @Test("a text of a million characters is cut")
    func long() {
        var record = SamplePage.short(.pass)
        record.target.path = String(repeating: "x", count: 1_000_000)
        record.verdict?.headline = record.target.path
        #expect(SamplePage.of([record]).utf8.count < 2_000_000)
    }
}
