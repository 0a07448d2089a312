/// What the terminal can show.
package struct TextStyle: Sendable, Equatable {
    /// ANSI colours may be used.
    package var color: Bool
    /// Anything outside ASCII may be used.
    package var unicode: Bool
    /// Columns to fit into, at least 40.
    package var width: Int

    package init(color: Bool, unicode: Bool, width: Int) {
        self.color = color
        self.unicode = unicode
        self.width = max(40, width)
    }

    /// What a text is painted in; nothing is when `color` is off.
    enum Ink: String {
        case good = "32"
        case doubtful = "33"
        case bad = "31"
        case unclear = "35"
        case first = "34"
        case second = "36"
        case strong = "1"
        case faint = "2"
    }

    /// `text` in these inks; an empty text stays empty.
    func paint(_ text: String, _ inks: [Ink]) -> String {
        guard color, !inks.isEmpty, !text.isEmpty else { return text }
        return "\u{1B}[\(inks.map(\.rawValue).joined(separator: ";"))m\(text)\u{1B}[0m"
    }

    /// `text` in characters that this terminal has, one line, without control characters.
    ///
    /// A path or a disk's model may hold escape sequences; they are shown as "?", never sent.
    func clean(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if scalar == "\n" || scalar == "\t" {
                result.append(" ")
            } else if scalar.properties.generalCategory == .control {
                result.append("?")
            } else if unicode || scalar.isASCII {
                result.unicodeScalars.append(scalar)
            } else {
                result += Self.plain[scalar] ?? "?"
            }
        }
        return result
    }

    private static let plain: [Unicode.Scalar: String] = [
        "–": "-", "—": "-", "…": "...", "±": "+/-", "µ": "u", "μ": "u", "×": "x", "÷": "/",
        "·": "|", "→": "->", "≤": "<=", "≥": ">=", "≈": "~", "−": "-", "δ": "d", "\u{202F}": " ",
        "\u{00A0}": " ", "“": "\"", "”": "\"", "‘": "'", "’": "'", "✔": "ok", "✘": "NO", "●": "o",
        "■": "#", "▒": "=", "⋮": ":",
    ]

    /// `text` broken between words into lines of at most `width` columns, with a hanging indent.
    ///
    /// - Parameters:
    ///   - text: clean text without colours.
    ///   - lead: what the first line begins with; later lines begin with as many spaces.
    /// - Returns: the lines with their leads; a word longer than the line is not broken.
    func wrap(_ text: String, lead: String = "") -> [String] {
        let indent = String(repeating: " ", count: lead.count)
        var lines: [String] = []
        var line = lead
        var isEmpty = true
        for word in text.split(separator: " ") {
            if !isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = indent
                isEmpty = true
            }
            line += isEmpty ? word : " \(word)"
            isEmpty = false
        }
        lines.append(line)
        return lines
    }

    /// Phrases joined by a dot, broken between phrases and, where one is too long, between words.
    ///
    /// - Parameters:
    ///   - phrases: any text; it is cleaned.
    ///   - lead: what the first line begins with; later lines begin with as many spaces.
    /// - Returns: at least one line.
    func flow(_ phrases: [String], lead: String = "") -> [String] {
        let indent = String(repeating: " ", count: lead.count)
        let dot = clean(" · ")
        var lines: [String] = []
        var line = lead
        var isEmpty = true
        for (index, phrase) in phrases.map(clean).enumerated() {
            let separator = isEmpty ? "" : dot
            // Every line but the last ends with a dot, which needs its room.
            let limit = index + 1 < phrases.count ? width - (dot.count - 1) : width
            if line.count + separator.count + phrase.count <= limit {
                line += separator + phrase
                isEmpty = false
                continue
            }
            if !isEmpty {
                lines.append(line + dot.dropLast())
                line = indent
            }
            let wrapped = wrap(phrase, lead: line)
            lines += wrapped.dropLast()
            line = wrapped[wrapped.count - 1]
            isEmpty = false
        }
        lines.append(line)
        return lines
    }

    /// `text` cut to `columns` with a mark where it was cut.
    func clip(_ text: String, to columns: Int) -> String {
        guard text.count > columns else { return text }
        let mark = unicode ? "…" : "..."
        return String(text.prefix(max(0, columns - mark.count))) + mark
    }
}
