import Foundation
import ResultStore
import Testing

@testable import Reporting

@Suite("Results that are held against each other") struct ReportGroupTests {
    private func section(
        _ number: Int,
        tags: [String: String] = [:],
        flush: UInt64 = 240_000,
        started: String = "2026-08-03T10:15:22Z",
        change: (inout ResultRecord) -> Void = { _ in }
    ) -> RecordSection {
        var record = SamplePage.short(.pass)
        record.tags = tags
        record.run.started = started
        record.phases = [
            SamplePhase(rate: 1000, rounds: 6, flush: flush, seed: UInt64(number)).record()
        ]
        change(&record)
        return RecordSection(
            id: "r\(number)",
            file: "\(number).json",
            record: record,
            detail: .brief,
            resamples: 100
        )
    }

    @Test("tags that differ tell variants apart, the well-known first; equal ones say nothing")
    func labels() {
        let group = ReportGroup(
            id: "g1",
            [
                section(1, tags: ["format": "raw", "cache": "none", "vm": "a", "zone": "x"]),
                section(2, tags: ["format": "raw", "cache": "unsafe", "vm": "b", "zone": "x"]),
            ]
        )
        #expect(group.varying == ["cache", "vm"])
        #expect(group.variants.map(\.label) == ["none\u{A0}· a", "unsafe\u{A0}· b"])
    }

    @Test("what differs in one tag only is called by its name")
    func single() {
        let group = ReportGroup(id: "g1", [section(1, tags: ["cache": "none"]), section(2)])
        #expect(group.variants.map(\.label) == ["cache=none", "cache=–"])
    }

    @Test("other workloads and other methods are other groups")
    func groups() {
        let groups = ReportGroup.all([
            section(1), section(2) { $0.benchmark.workload = "sha256:other" }, section(3),
            section(4) { $0.method += 1 },
        ])
        #expect(groups.map { $0.sections.map(\.id) } == [["r1", "r3"], ["r2"], ["r4"]])
    }

    @Test("runs of one variant are in time order, whatever the order of the files")
    func history() {
        let group = ReportGroup(
            id: "g1",
            [
                section(1, started: "2026-08-05T00:00:00Z"),
                section(2, started: "2026-08-03T00:00:00Z"),
                section(3, started: "2026-08-04T00:00:00Z") { $0.host.kernel = "6.13.0" },
            ]
        )
        #expect(group.variants.map { $0.runs.map(\.id) } == [["r2", "r3", "r1"]])
        let html = ComparisonSection(group).html
        #expect(html.contains("from run to run"))
        #expect(html.contains("kernel 6.12.8-talos → 6.13.0"))
    }

    @Test("the fastest is named with how many are as fast; what drops flushes is no candidate")
    func headline() throws {
        let group = ReportGroup(
            id: "g1",
            [
                section(1, tags: ["cache": "writethrough"], flush: 900_000),
                section(2, tags: ["cache": "none"], flush: 240_000),
                section(3, tags: ["cache": "unsafe"], flush: 20_000),
            ]
        )
        let comparison = ComparisonSection(group)
        let headline = try #require(comparison.headline)
        #expect(headline.hasPrefix("WAL fsync p99: cache=none is lowest, "))
        #expect(headline.contains("cache=writethrough is highest"))
        #expect(comparison.html.contains("drops flushes"))
    }

    @Test("where all intervals overlap nobody is called faster")
    func level() throws {
        let group = ReportGroup(
            id: "g1",
            [section(1, tags: ["cache": "none"]), section(1, tags: ["cache": "directsync"])]
        )
        let headline = try #require(ComparisonSection(group).headline)
        #expect(headline.contains("no difference beyond the intervals"))
    }

    @Test("a percentile that few can print is not what variants are compared by")
    func figure() throws {
        func sparse(_ number: Int) -> RecordSection {
            section(number) { record in
                record.phases = [SamplePhase(rate: 20, rounds: 6, seed: UInt64(number)).record()]
            }
        }
        let figures = KeyFigure.all(of: [sparse(1), sparse(2)])
        // 240 syncs in six rounds have 24 beyond the 90th percentile and 2 beyond the 99th.
        #expect(figures.first?.name == "WAL fsync p90")
        #expect(figures.first?.limitNs == nil)
    }

    @Test(
        "cells of a matrix are compared by write and flush together, and the null device is no candidate"
    )
    func cells() throws {
        func cell(
            _ number: Int,
            _ format: String,
            _ cache: String,
            _ flush: UInt64
        ) -> RecordSection {
            section(
                number,
                tags: ["format": format, "cache": cache, "matrix": "run-\(number)"],
                flush: flush
            ) { record in
                for index in record.phases[0].rounds.indices {
                    let puts = record.phases[0].rounds[index].latency["client_put"]
                    record.phases[0].rounds[index].latency["wal_loop"] = puts
                }
            }
        }
        let group = ReportGroup(
            id: "g1",
            [
                cell(1, "null", "none", 20_000), cell(2, "qcow2", "none", 500_000),
                cell(3, "raw", "directsync", 900_000), cell(4, "raw", "none", 240_000),
            ]
        )
        #expect(group.varying == ["format", "cache"])
        let comparison = ComparisonSection(group)
        let headline = try #require(comparison.headline)
        #expect(headline.hasPrefix("commit p99: raw\u{A0}· none is lowest"))
        let html = comparison.html
        let raw = try #require(html.range(of: "<th scope=\"row\">raw</th>"))
        let qcow2 = try #require(html.range(of: "<th scope=\"row\">qcow2</th>"))
        #expect(raw.lowerBound < qcow2.lowerBound)
        #expect(html.contains("<td class=\"unsafe\"><a href=\"#r1\">"))
        #expect(html.contains("is no disk"))
    }
}
