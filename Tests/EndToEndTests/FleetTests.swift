import Foundation
import ResultStore
import TestSupport
import Testing

/// `tbench report` and `tbench compare --by node` over many nodes, through the real binary.
@Suite("a fleet of nodes") struct FleetTests {
    private let directory: TemporaryDirectory
    private let results: String

    /// Twelve nodes that are equal but for one, one of them measured twice and one name that no node has.
    init() throws {
        directory = try TemporaryDirectory()
        results = directory.file("Results")
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().path
        let base = try ResultFiles.read(
            "\(root)/Results/vm-8e3bd331/etcd/20261121T001052Z_untagged_28d06dcb.json"
        )
        for number in 0..<13 {
            var record = base
            record.run.id = "0000000\(String(number, radix: 16))"
            record.host.node = number == 11 ? "<b>\u{1B}[31m|x" : "node-\(number % 12)"
            if number == 3 {
                record.metrics["wal_fsync_p99_ns"]?.value *= 40
                record.verdict?.grade = .fail
            }
            try ResultFiles.write(record, into: results)
        }
    }

    private func files() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: results)
            .filter { $0.hasSuffix(".json") }.sorted().map { "\(results)/\($0)" }
    }

    private func text(_ path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }

    @Test(
        "the page names the slow node; a copy counts once, a cut file is named, other JSON is not"
    )
    func page() throws {
        let first = try #require(try files().first)
        let data = try Data(contentsOf: URL(fileURLWithPath: first))
        try data.write(to: URL(fileURLWithPath: "\(results)/copy.json"))
        try data.prefix(data.count / 2).write(to: URL(fileURLWithPath: "\(results)/half.json"))
        try Data("[1]".utf8).write(to: URL(fileURLWithPath: "\(results)/other.json"))
        let page = directory.file("fleet.html")
        let outcome = try Tool.run(["report", results, "-o", page])
        #expect(outcome.status == 1, "\(outcome.stderr)")
        #expect(outcome.stderr.contains("half.json"))
        #expect(outcome.stderr.contains("the same run as"))
        #expect(outcome.stderr.contains("1 JSON file that no run of tbench wrote left out"))
        #expect(outcome.stderr.contains("Report: \(page) (12 nodes, 13 results, "))
        // Numbers are bound to what follows them.
        let html = text(page).replacing("\u{A0}", with: " ")
        #expect(html.contains("<h1>12 nodes: 11 pass, 1 fail; one is worse than its like.</h1>"))
        #expect(html.contains("node-3: "))
        #expect(html.contains("Not in this report: "))
        #expect(html.contains("WAL fsync, round by round"))
        #expect(!html.contains("<b>\u{1B}") && !html.contains("\u{1B}") && !html.contains("<b>?"))
    }

    @Test("the view can be asked for: one node as a fleet, twelve as results")
    func views() throws {
        let first = try #require(try files().first)
        let one = try Tool.run(["report", first, "-o", "-", "--view", "fleet"])
        #expect(one.status == 0, "\(one.stderr)")
        #expect(one.stdout.contains("too few to tell which one differs"))
        let all = try Tool.run(["report", results, "-o", "-", "--view", "results"])
        #expect(all.status == 0, "\(all.stderr)")
        #expect(all.stdout.contains("id=\"r13\""))
    }

    @Test("compare ranks three nodes and more, in text, Markdown, JSON and CSV, and two as before")
    func comparison() throws {
        let ranked = try Tool.run(["compare", results, "--by", "node"])
        #expect(ranked.status == 0, "\(ranked.stderr)")
        #expect(ranked.stdout.hasPrefix("1 of 12 nodes is worse than its like: node-3\n"))
        #expect(ranked.stdout.contains("11 pass, 1 fail"))
        #expect(!ranked.stdout.contains("\u{1B}"))
        let markdown = directory.file("fleet.md")
        let json = try Tool.run([
            "compare", results, "--by", "node", "--output-format", "json", "--report",
            "markdown=\(markdown)",
        ])
        #expect(json.stdout.contains("\"schema\" : \"tbench.fleet\""))
        #expect(text(markdown).contains("\\|x"))
        let csv = try Tool.run(["compare", results, "--by", "node", "--output-format", "csv"])
        #expect(csv.stdout.split(separator: "\r\n").count == 13)
        let refused = try Tool.run([
            "compare", results, "--by", "node", "--report", "junit=\(directory.file("x.xml"))",
        ])
        #expect(refused.status == 64)
        #expect(refused.stderr.contains("--reference NODE"))
        let pairs = try Tool.run(["compare", results, "--by", "node", "--reference", "node-3"])
        #expect(pairs.stdout.contains("node=node-3"), "\(pairs.stderr)")
        #expect(!pairs.stdout.contains("worse than its like"))
    }
}
