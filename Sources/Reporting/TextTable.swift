/// Aligned columns of text.
struct TextTable {
    /// One cell; its inks do not count for its width.
    struct Cell {
        var text: String
        var inks: [TextStyle.Ink] = []
        /// The parts of `text` where they are painted differently; empty when they are not.
        var pieces: [(text: String, ink: TextStyle.Ink)] = []

        init(_ text: String, _ inks: TextStyle.Ink...) {
            self.text = text
            self.inks = inks
        }
    }

    /// Where a column's text stands.
    enum Alignment {
        case left
        case right
    }

    var alignments: [Alignment]
    var rows: [[Cell]] = []
    var indent = 2
    var gap = 2

    init(_ alignments: [Alignment]) {
        self.alignments = alignments
    }

    /// The columns that this table needs.
    var width: Int {
        indent + widths.reduce(0, +) + gap * max(0, alignments.count - 1)
    }

    private var widths: [Int] {
        alignments.indices.map { column in
            rows.map { column < $0.count ? $0[column].text.count : 0 }.max() ?? 0
        }
    }

    /// The rows as lines without trailing spaces; texts must be clean already.
    func lines(_ style: TextStyle) -> [String] {
        let widths = widths
        return rows.map { row in
            var line = String(repeating: " ", count: indent)
            for (column, cell) in row.enumerated() where column < widths.count {
                let fill = String(repeating: " ", count: widths[column] - cell.text.count)
                let painted =
                    cell.pieces.isEmpty
                    ? style.paint(cell.text, cell.inks)
                    : cell.pieces.map { style.paint($0.text, [$0.ink]) }.joined()
                let isLast = column == row.count - 1
                switch alignments[column] {
                case .left: line += painted + (isLast ? "" : fill)
                case .right: line += fill + painted
                }
                if !isLast { line += String(repeating: " ", count: gap) }
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}
