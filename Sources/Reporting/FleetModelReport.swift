package import Modeling
import Units

/// What a fleet's volumes would take, as text for a terminal and as Markdown.
package enum FleetModelReport {
    /// The whole report, with a final newline.
    package static func render(_ model: FleetModel, style: TextStyle) -> String {
        let content = FleetModelContent(model: model)
        var lines = style.wrap(style.clean(content.headline)).map { style.paint($0, [.strong]) }
        lines += style.flow(content.subtitle).map { style.paint($0, [.faint]) }
        for section in content.sections {
            var table = TextTable(
                section.headings.indices.map { section.lefts.contains($0) ? .left : .right }
            )
            table.rows.append(section.headings.map { TextTable.Cell(style.clean($0), .faint) })
            table.rows += section.rows.map { row in
                row.map { cell in
                    var cell = TextTable.Cell(style.clean(cell))
                    if row.last?.hasPrefix("keep replicas away") == true { cell.inks = [.bad] }
                    return cell
                }
            }
            lines += [""] + table.lines(style)
            if let rest = section.rest {
                lines.append(style.paint("  \(style.clean(rest))", [.faint]))
            }
        }
        if !content.notes.isEmpty { lines.append("") }
        for note in content.notes { lines += style.wrap(style.clean(note), lead: "  - ") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The whole report as GitHub-flavoured Markdown, with a final newline.
    package static func markdown(_ model: FleetModel) -> String {
        let content = FleetModelContent(model: model)
        var lines = [
            "## \(MarkdownReport.escape(content.headline))", "",
            content.subtitle.map(MarkdownReport.escape).joined(separator: " · "),
        ]
        for section in content.sections {
            lines += [""] + MarkdownReport.table(section.headings, section.rows, numbersFrom: 1)
            if let rest = section.rest { lines += ["", MarkdownReport.escape(rest)] }
        }
        if !content.notes.isEmpty { lines.append("") }
        lines += content.notes.map { "- \(MarkdownReport.escape($0))" }
        return lines.joined(separator: "\n") + "\n"
    }
}

/// What a fleet model says, in words and cells, for every renderer.
struct FleetModelContent {
    let model: FleetModel

    struct Section {
        var headings: [String]
        var rows: [[String]]
        /// Columns of text.
        var lefts: Set<Int>
        var rest: String?
    }

    /// Nodes that make nothing slow are shown as far as they give those that do a scale.
    private var shownNodes: Int { min(40, model.nodes.filter(\.avoid).count + 5) }

    var headline: String {
        let count =
            "\(QuantityText.count(UInt64(model.nodes.count))) \(model.nodes.count == 1 ? "node" : "nodes")"
        let bad = model.nodes.filter(\.avoid).map(\.node)
        guard !bad.isEmpty else { return "\(count), and none makes volumes slow" }
        let named = bad.prefix(5).joined(separator: ", ")
        let more = bad.count > 5 ? " and \(bad.count - 5) more" : ""
        return "\(bad.count) of \(count) should hold no replicas: \(named)\(more)"
    }

    var subtitle: [String] {
        [
            "a 4 KiB write, one at a time, to \(model.replicaCount) replicas",
            "on typical nodes p50 \(time(model.typical.p50Ns)), p99 \(p99(model.typical.p99Ns))",
            "\(QuantityText.count(UInt64(model.measuredLinks))) ways measured",
        ]
    }

    var sections: [Section] { [nodes, lottery, placements].filter { !$0.rows.isEmpty } }

    private var nodes: Section {
        let rest = model.nodes.count - shownNodes
        return Section(
            headings: [
                "node", "disk p50", "way p50", "volume p50", "volume p99", "of typical", "",
            ],
            rows: model.nodes.prefix(shownNodes).map { node in
                let advice =
                    node.avoid ? "keep replicas away: \(node.cause ?? "slow")" : ""
                return [
                    node.node, time(node.diskP50Ns),
                    node.linkP50Ns.map { time($0) + (node.links == 0 ? " (assumed)" : "") } ?? "–",
                    time(node.volume.p50Ns), p99(node.volume.p99Ns), "\(share(node.ratioP50)) ×",
                    advice,
                ]
            },
            lefts: [0, 6],
            rest: rest > 0 ? "and \(QuantityText.count(UInt64(rest))) more, faster ones" : nil
        )
    }

    private var lottery: Section {
        func row(_ name: String, _ lottery: FleetModel.Lottery?) -> [[String]] {
            guard let lottery, lottery.p50Ns.count == 3, lottery.p99Ns.count == 3 else { return [] }
            return [
                [name] + lottery.p50Ns.map(time) + lottery.p99Ns.map(p99)
            ]
        }
        return Section(
            headings: [
                "placed at random", "p50: best tenth", "half", "worst tenth", "p99: best tenth",
                "half", "worst tenth",
            ],
            rows: row("on any nodes", model.random) + row("on the others only", model.careful),
            lefts: [0],
            rest: nil
        )
    }

    private var placements: Section {
        func rows(_ name: String, _ list: [FleetModel.Placement]) -> [[String]] {
            list.prefix(3).map { one in
                [
                    "\(name): engine on \(one.engine)", one.replicas.joined(separator: ", "),
                    time(one.volume.p50Ns), p99(one.volume.p99Ns),
                    one.assumedLinks > 0 ? "\(one.assumedLinks) assumed" : "",
                ]
            }
        }
        return Section(
            headings: ["placement", "replicas on", "p50", "p99", "ways"],
            rows: rows("best", model.best) + rows("slow", model.worst),
            lefts: [0, 1, 4],
            rest: nil
        )
    }

    var notes: [String] {
        var notes = model.assumptions
        if !model.unknownDisks.isEmpty {
            let names = model.unknownDisks.prefix(5).joined(separator: ", ")
            notes.append(
                "No disk in the files: \(names)\(model.unknownDisks.count > 5 ? " and more" : ""). Measure it: tbench manifest job --node NODE -- longhorn"
            )
        }
        if !model.p99IsKnown {
            notes.append(
                "~: fewer than 20 samples beyond the p99 of some disk; no node is judged by it."
            )
        }
        return notes
    }

    private func time(_ nanoseconds: Double) -> String {
        QuantityText.duration(nanoseconds: nanoseconds)
    }

    private func p99(_ nanoseconds: Double) -> String {
        (model.p99IsKnown ? "" : "~") + time(nanoseconds)
    }

    private func share(_ value: Double) -> String {
        Number.trimmed(QuantityText.threeDigits(value))
    }
}
