import Foundation
import ResultStore
import Statistics
import TestSupport
import Testing
import Units

@testable import Reporting

@Suite("The HTML report") struct HTMLReportTests {
    private func variant(
        _ format: String,
        _ cache: String,
        flush: UInt64,
        seed: UInt64
    ) -> ResultRecord {
        var record = SamplePage.short(.pass)
        record.run.id = "\(format)-\(cache)"
        record.tags = ["format": format, "cache": cache]
        record.phases = [SamplePhase(rate: 60, rounds: 5, flush: flush, seed: seed).record()]
        return record
    }

    private func cells(_ count: Int) -> [ResultRecord] {
        let caches = ["none", "writethrough", "writeback", "directsync", "unsafe"]
        return (0..<count).map { index in
            var record = variant(
                index / 5 % 2 == 0 ? "raw" : "qcow2",
                caches[index % 5],
                flush: 200_000 + UInt64(index) * 37_000,
                seed: UInt64(index)
            )
            record.tags["aio"] = index < 10 ? "native" : "io_uring"
            return record
        }
    }

    /// A sweep of three depths.
    private func sweep() -> ResultRecord {
        var record = SamplePage.short(.fewSamples)
        record.benchmark.name = "mine"
        record.verdict = nil
        record.phases = (0..<3).map { index in
            var phase = PhaseRecord(
                name: "read iodepth \(1 << index)",
                kind: "job",
                startSeconds: 0
            )
            phase.counters[SweepPoint.counter] = Double(1 << index)
            var histogram = SampleHistogram(seed: UInt64(index))
            histogram.add(3000, base: 80_000 << UInt64(index), spread: 20_000)
            phase.rounds = [
                RoundRecord(durationNs: 1_000_000_000, latency: ["read": histogram.takeSparse()])
            ]
            return phase
        }
        return record
    }

    @Test(
        "every kind of result makes a valid page with unique names that loads nothing",
        .requiresHTML5
    )
    func valid() throws {
        let samples: [SampleRecord] = [.pass, .fewSamples, .device, .partial]
        var pages = samples.map { SamplePage.of([SamplePage.short($0)]) }
        pages.append(SamplePage.of([sweep()]))
        pages.append(SamplePage.of(cells(6)))
        pages.append(SamplePage.of([SamplePage.short(.pass), sweep()]))
        for page in try SamplePage.check(pages) {
            #expect(page.errors == [])
            #expect(page.repeatedIDs == [])
            #expect(page.handlers == [])
            #expect(page.addresses == [])
            #expect(page.elements["h1"] == 1)
            #expect(page.elements["link"] == nil)
            #expect(page.elements["img"] == nil)
        }
    }

    @Test("every drawing is well-formed XML with a title, a description and its numbers beside it")
    func drawings() {
        let page = SamplePage.of([SamplePage.short(.pass)])
        let drawings = SamplePage.drawings(page)
        #expect(drawings.count >= 6)
        for drawing in drawings {
            #expect(SamplePage.isWellFormed(drawing))
            #expect(drawing.contains("<title id="))
            #expect(drawing.contains("<desc id="))
            #expect(drawing.contains("role=\"img\""))
        }
        let figures = page.ranges(of: "<figure ").count
        #expect(figures >= 4)
        #expect(page.ranges(of: "<details class=\"data\">").count == figures)
        #expect(page.ranges(of: "href=\"data:text/csv;charset=utf-8,").count == figures)
    }

    @Test("the verdict stands before any figure, and the method after all of them")
    func order() throws {
        let page = SamplePage.of([SamplePage.short(.fail)])
        let verdict = try #require(page.range(of: "too slow for etcd"))
        let contaminated = try #require(page.range(of: "hypervisor took 7.4"))
        let figure = try #require(page.range(of: "<figure "))
        let method = try #require(page.range(of: "How these numbers were made"))
        #expect(verdict.lowerBound < figure.lowerBound)
        #expect(contaminated.lowerBound < figure.lowerBound)
        #expect(figure.lowerBound < method.lowerBound)
    }

    @Test("the same results make the same bytes")
    func determinism() {
        let records = [SamplePage.short(.pass), SamplePage.short(.borderline)]
        #expect(SamplePage.of(records) == SamplePage.of(records))
    }

    @Test("a page of twenty cells stays below a mebibyte, and has a matrix with every cell")
    func size() {
        let page = SamplePage.of(cells(20))
        #expect(page.utf8.count < 1 << 20)
        #expect(page.contains("<table class=\"matrix\">"))
        for number in 1...20 { #expect(page.contains("id=\"r\(number)\"")) }
        for level in 0...4 { #expect(page.contains("<td class=\"m\(level)\">")) }
    }

    @Test("what could not be read is said at the top")
    func problems() throws {
        let page = SamplePage.of(
            [SamplePage.short(.pass)],
            problems: ["x.json: phases[2].rounds is missing"]
        )
        let said = try #require(
            page.range(of: "Not in this report: x.json: phases[2].rounds is missing")
        )
        let figure = try #require(page.range(of: "<figure "))
        #expect(said.lowerBound < figure.lowerBound)
    }

    @Test("a page is known by its beginning")
    func mark() {
        let page = SamplePage.of([SamplePage.short(.partial)])
        #expect(HTMLReport.isReport(String(page.prefix(1000))))
        #expect(!HTMLReport.isReport("<!DOCTYPE html><title>mine</title>"))
        #expect(!HTMLReport.isReport("{}" + page))
    }

    @Test("the only script that may run is the page's own")
    func policy() throws {
        let page = SamplePage.of([SamplePage.short(.pass)])
        let start = try #require(page.range(of: "<script>"))
        let end = try #require(page.range(of: "</script>", range: start.upperBound..<page.endIndex))
        let digest = SHA256.digest(page[start.upperBound..<end.lowerBound].utf8)
        let hash = Data(digest).base64EncodedString()
        #expect(page.contains("script-src 'sha256-\(hash)'"))
        #expect(page.contains("default-src 'none'"))
    }

    @Test("the numbers for programs are JSON with every run's verdict and metrics")
    func data() throws {
        let page = SamplePage.of([SamplePage.short(.pass), SamplePage.short(.fail)])
        let start = try #require(page.range(of: "id=\"tbench-report\">"))
        let end = try #require(page.range(of: "</script>", range: start.upperBound..<page.endIndex))
        let json = Data(page[start.upperBound..<end.lowerBound].utf8)
        let object = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
        let results = try #require(object["results"] as? [[String: Any]])
        #expect(results.map { $0["grade"] as? String } == ["pass", "fail"])
        #expect((results[0]["metrics"] as? [String: Any])?["headroom_rate"] != nil)
    }
}
