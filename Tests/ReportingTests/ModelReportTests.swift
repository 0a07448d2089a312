import Modeling
import Reporting
import ResultStore
import Statistics
import Testing

@Suite("The latency model's report") struct ModelReportTests {
    private let style = TextStyle(color: false, unicode: true, width: 100)

    /// Two replicas: the second has a slow disk; what was measured is made of the same parts.
    private func record(_ name: String = "10.0.0.2:9650", withTotal: Bool = true) -> ResultRecord {
        var record = SampleRecord.pass.make()
        record.phases = []
        record.run.id = "0a1b2c3d"
        record.host.node = "node-a"
        func add(
            _ step: LadderStep,
            _ replicas: [String],
            _ bytes: UInt64 = 4096,
            depth: Int = 1,
            base: UInt64
        ) {
            var histogram = SampleHistogram(seed: UInt64(record.phases.count) + 5)
            let rounds = (0..<8).map { _ in
                histogram.add(400, base: base, spread: base / 2)
                return RoundRecord(
                    durationNs: 400 * base / UInt64(depth),
                    latency: ["write": histogram.takeSparse()]
                )
            }
            record.phases.append(
                PhaseRecord(
                    name:
                        "\(step.rawValue) \(bytes >> 10)K x\(depth) \(replicas.joined(separator: ", "))",
                    kind: "ladder",
                    startSeconds: 0,
                    rounds: rounds,
                    counters: ["send_ns": 8000],
                    ladder: LadderPoint(
                        step: step,
                        replicas: replicas,
                        operation: "write",
                        pattern: step == .exchange ? nil : "random",
                        blockBytes: bytes,
                        depth: depth,
                        connections: step == .disk ? 0 : 2
                    )
                )
            )
        }
        add(.disk, ["local"], base: 200_000)
        add(.disk, [name], base: 900_000)
        add(.exchange, [name], base: 80_000)
        add(.disk, [name], 4096, depth: 16, base: 1_600_000)
        add(.exchange, [name], 131_072, depth: 16, base: 4_000_000)
        if withTotal { add(.fanOut, ["local", name], base: 1_000_000) }
        return record
    }

    private func document(
        _ record: ResultRecord,
        set: [(String, String)] = []
    ) throws -> ModelDocument {
        let model = try ReplicationModel(record, file: "ladder.json")
        struct NoFile: Error {}
        let settings = try set.map { try Setting(key: $0, value: $1) { _ in throw NoFile() } }
        return ModelDocument(model, whatIf: settings.isEmpty ? nil : try WhatIf(model, settings))
    }

    @Test("reads as the golden files do, as text and as Markdown")
    func golden() throws {
        let document = try document(record(), set: [("rtt", "0.2ms"), ("replicas", "3")])
        try Golden.expect(ModelReport.render(document, style: style), matches: "model-100.txt")
        let narrow = TextStyle(color: false, unicode: false, width: 80)
        try Golden.expect(ModelReport.render(document, style: narrow), matches: "model-80.txt")
        try Golden.expect(ModelMarkdown.render(document), matches: "model.md")
    }

    @Test("names the slow disk, and judges the prediction")
    func content() throws {
        let document = try document(record())
        #expect(document.passes == true)
        #expect(document.limit?.name == "the disk of 10.0.0.2:9650")
        let text = ModelReport.render(document, style: style)
        #expect(text.hasPrefix("PASS  A 4 KiB write to 2 replicas should take "))
        #expect(text.contains("L_virt is missing. Measure it: tbench model FILES --host"))
        #expect(document.schema == "tbench.model" && document.v == 1)
    }

    @Test("without a measured total it is a model and no verdict")
    func prediction() throws {
        let document = try document(record(withTotal: false))
        #expect(document.passes == nil)
        #expect(ModelReport.render(document, style: style).hasPrefix("MODEL  A 4 KiB write to 2"))
    }

    @Test("lines fit, and plain terminals get ASCII only", arguments: [80, 100, 140])
    func widths(width: Int) throws {
        let document = try document(record(), set: [("link", "1gbps")])
        let plain = TextStyle(color: false, unicode: false, width: width)
        let text = ModelReport.render(document, style: plain)
        #expect(text.unicodeScalars.allSatisfy { $0.isASCII })
        for line in text.split(separator: "\n") { #expect(line.count <= width, "\(line)") }
        for line in text.split(separator: "\n") { #expect(line.last != " ", "\(line)") }
    }

    @Test("a replica's name cannot steer the terminal or break a table")
    func hostile() throws {
        let document = try document(record("a\u{1B}[31m|<b>:1\n# x"))
        let text = ModelReport.render(document, style: style)
        #expect(!text.contains("\u{1B}"))
        let markdown = ModelMarkdown.render(document)
        #expect(!markdown.contains("<b>"))
        #expect(!markdown.contains("\n# x"))
        #expect(!markdown.contains("\u{1B}"))
    }
}
