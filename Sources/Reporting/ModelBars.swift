import Modeling
import Units

/// What a write to each replica adds up from, as stacked bars on one scale.
struct ModelBars {
    let bars: [ModelDocument.Bar]

    /// How a part is drawn and called.
    private struct Look {
        var part: String
        var name: String
        var block: Character
        var plain: Character
        var ink: TextStyle.Ink
    }

    private static let looks = [
        Look(part: "engine", name: "L_virt", block: "▚", plain: "v", ink: .unclear),
        Look(part: "filesystem", name: "L_fs", block: "▞", plain: "f", ink: .good),
        Look(part: "uplink", name: "uplink", block: "░", plain: "u", ink: .faint),
        Look(part: "network", name: "RTT", block: "▒", plain: "=", ink: .first),
        Look(part: "disk", name: "L_io", block: "█", plain: "#", ink: .second),
    ]

    /// A bar for each replica and a legend; the marks say where each part comes from.
    func lines(_ style: TextStyle) -> [String] {
        let totals = bars.map { $0.segments.reduce(0) { $0 + $1.meanNs } }
        guard let longest = totals.max(), longest > 0 else { return [] }
        let labels = bars.map { style.clip(style.clean($0.replica), to: 24) }
        let column = labels.map(\.count).max() ?? 0
        let sums = zip(bars, totals).map { sum($0, $1, style) }
        let room = style.width - column - 6 - (sums.map(\.count).max() ?? 0)
        let width = max(10, min(48, room))
        var lines: [String] = []
        for (index, bar) in bars.enumerated() {
            let drawn = draw(bar, longest, width, style)
            let fill = String(repeating: " ", count: max(0, width - drawn.count))
            let label = labels[index] + String(repeating: " ", count: column - labels[index].count)
            lines.append("  \(label)  \(drawn.text)\(fill)  \(sums[index])")
        }
        let used = Self.looks.filter { look in
            bars.contains { $0.segments.contains { $0.part == look.part } }
        }
        let legend = used.map { "\(style.unicode ? $0.block : $0.plain) \($0.name)" }
        let marks =
            style.unicode
            ? ["● measured", "◐ derived", "○ assumed"]
            : ["(m) measured", "(d) derived", "(a) assumed"]
        lines.append(
            style.paint("  " + (legend + marks).joined(separator: "   "), [.faint])
        )
        return lines
    }

    /// "100●+301● = 401 µs".
    private func sum(
        _ bar: ModelDocument.Bar,
        _ total: Double,
        _ style: TextStyle
    ) -> String {
        let parts = bar.segments.map { segment in
            QuantityText.duration(nanoseconds: segment.meanNs) + mark(segment.provenance, style)
        }
        let whole = QuantityText.duration(nanoseconds: total)
        return style.clean(
            parts.count > 1 ? "\(parts.joined(separator: " + ")) = \(whole)" : parts.joined()
        )
    }

    private func mark(_ provenance: Provenance, _ style: TextStyle) -> String {
        switch provenance {
        case .measured: style.unicode ? "●" : " (m)"
        case .derived: style.unicode ? "◐" : " (d)"
        case .assumed: style.unicode ? "○" : " (a)"
        }
    }

    /// The segments, each rounded where it ends, so that the whole has the right length.
    private func draw(
        _ bar: ModelDocument.Bar,
        _ longest: Double,
        _ width: Int,
        _ style: TextStyle
    ) -> (text: String, count: Int) {
        var text = ""
        var count = 0
        var sum = 0.0
        for segment in bar.segments {
            guard let look = Self.looks.first(where: { $0.part == segment.part }) else { continue }
            sum += segment.meanNs
            let end = min(width, Int((sum / longest * Double(width)).rounded()))
            let length = max(0, end - count)
            let piece = String(repeating: style.unicode ? look.block : look.plain, count: length)
            text += style.paint(piece, [look.ink])
            count += length
        }
        return (text, count)
    }
}
