/// Wrapped and two-column text for terminals.
enum TextLayout {
    /// Where the second column begins.
    ///
    /// - Source: swift-argument-parser HelpGenerator.
    static let labelColumn = 26
    static let indent = 2

    /// The columns to use: at least 60; 80 where the width is not known.
    static func width(_ terminalWidth: Int) -> Int {
        terminalWidth <= 0 ? 80 : max(60, terminalWidth)
    }

    /// Lines of at most `width` columns; a longer word has a line of its own.
    ///
    /// Line breaks in the text stay. A line that starts with a space is kept as it is.
    static func wrap(_ text: String, width: Int, hanging: Int = 0) -> [String] {
        var lines: [String] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix(" ") {
                lines.append(String(line))
            } else {
                lines += fill(line.split(separator: " ").map(String.init), width, hanging)
            }
        }
        return lines
    }

    /// The words in lines of at most `width` columns, all but the first indented by `hanging`.
    static func fill(_ words: [String], _ width: Int, _ hanging: Int = 0) -> [String] {
        var lines: [String] = []
        var current = ""
        for word in words {
            if current.isEmpty {
                current = word
            } else if current.count + 1 + word.count <= width {
                current += " \(word)"
            } else {
                lines.append(current)
                current = spaces(hanging) + word
            }
        }
        return lines + [current]
    }

    /// A label and its explanation, the label on a line of its own where it is too long.
    static func row(label: String, text: String, width: Int, column: Int = labelColumn) -> String {
        let lines = wrap(text, width: width - column).map { spaces(column) + $0 }
        let head = spaces(indent) + label
        guard !text.isEmpty else { return head }
        guard head.count < column else { return ([head] + lines).joined(separator: "\n") }
        let first = lines.first.map { String($0.dropFirst(head.count)) } ?? ""
        return ([head + first] + lines.dropFirst()).joined(separator: "\n")
    }

    static func spaces(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }
}
