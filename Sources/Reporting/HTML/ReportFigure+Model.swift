import Modeling
import Units

extension ReportFigure {
    /// What a write to each replica adds up from, beside what the model makes of it and what was measured.
    static func model(id: String, _ document: ModelDocument) -> ReportFigure? {
        let bars = document.bars.map { bar in
            StackedBarChart.Bar(
                label: bar.replica,
                parts: bar.segments.map { segment in
                    let look = look(segment.part)
                    return StackedBarChart.Part(
                        name: look.name,
                        nanoseconds: segment.meanNs,
                        certainty: certainty(segment.provenance),
                        ink: look.ink
                    )
                }
            )
        }
        guard !bars.isEmpty else { return nil }
        var marks: [StackedBarChart.Mark] = []
        if let write = ModelContent(document: document).main {
            marks.append(mark("the model", write.refinedNs.mean, .faint))
            if let measured = write.measuredNs {
                marks.append(mark("measured", measured.mean, .text))
            }
        }
        let rows = document.bars.flatMap { bar in
            bar.segments.map { segment -> [DataTable.Cell] in
                [
                    .text(bar.replica), .text(look(segment.part).name),
                    .nanoseconds(segment.meanNs), .text(segment.provenance.rawValue),
                ]
            }
        }
        return ReportFigure(
            id: id,
            title: "What a 4 KiB write is made of",
            caption:
                "Means, added up for each replica on its own; a write waits for the slowest of all, which is the model's figure below; diamonds have 95 % intervals.",
            description: ModelContent(document: document).headline,
            table: DataTable(headings: ["replica", "part", "mean", "source"], rows: rows),
            draw: StackedBarChart(bars: bars, marks: marks).draw
        )
    }

    private static func mark(
        _ label: String,
        _ value: ModelDocument.Value,
        _ ink: Ink
    ) -> StackedBarChart.Mark {
        let interval = value.ci95.flatMap { $0.count == 2 ? $0 : nil }
        return StackedBarChart.Mark(
            label: label,
            nanoseconds: value.value,
            low: interval?[0],
            high: interval?[1],
            ink: ink
        )
    }

    private static func look(_ part: String) -> (name: String, ink: Ink) {
        switch part {
        case "engine": ("L_virt", .fourth)
        case "filesystem": ("L_fs", .fifth)
        case "uplink": ("uplink", .sixth)
        case "network": ("RTT", .third)
        case "disk": ("L_io", .first)
        default: (part, .second)
        }
    }

    private static func certainty(_ provenance: Provenance) -> StackedBarChart.Certainty {
        switch provenance {
        case .measured: .measured
        case .derived: .derived
        case .assumed: .assumed
        }
    }
}
