/// Writes mdoc(7) source: macros, escaped prose and literal blocks.
struct Mdoc {
    private(set) var text = ""
    /// False right after a heading, where a paragraph break would be an empty one.
    private var hasContent = false
    /// A paragraph break that only text may follow; a list or a literal block brings its own.
    private var wantsParagraph = false

    /// A macro line; each argument is quoted where it needs to be.
    mutating func macro(_ name: String, _ arguments: [String]) {
        raw(([name] + arguments.map(Self.argument)).joined(separator: " "))
    }

    /// A macro line that is already escaped.
    mutating func raw(_ line: String) {
        wantsParagraph = false
        text += ".\(line)\n"
        hasContent = !(line.hasPrefix("Sh ") || line.hasPrefix("Ss "))
    }

    /// Paragraphs with each sentence on its own line; lines that start with a space become a literal block.
    mutating func prose(_ prose: String, spaced: Bool = true) {
        guard !prose.isEmpty else { return }
        wantsParagraph = spaced
        var isLiteral = false
        for line in prose.split(separator: "\n", omittingEmptySubsequences: false) {
            let starts = line.hasPrefix(" ")
            if starts != isLiteral, !line.isEmpty {
                raw(starts ? "Bd -literal -offset indent" : "Ed")
                isLiteral = starts
                // A literal block has space above it only.
                wantsParagraph = !starts
            }
            if line.isEmpty {
                wantsParagraph = !isLiteral
            } else {
                let kept = isLiteral ? [line.drop { $0 == " " }] : Self.sentences(line)
                if wantsParagraph, hasContent { raw("Pp") }
                for sentence in kept { text += Self.line(String(sentence)) + "\n" }
                hasContent = true
            }
        }
        if isLiteral { raw("Ed") }
    }

    mutating func literal(_ line: String) {
        raw("Bd -literal -offset indent")
        text += Self.line(line) + "\n"
        raw("Ed")
    }

    /// A text line that no character of it turns into a request.
    static func line(_ text: String) -> String {
        let safe = escaped(text)
        return safe.hasPrefix(".") || safe.hasPrefix("'") ? "\\&\(safe)" : safe
    }

    /// One argument of a macro line that is never taken for a macro or for punctuation.
    static func argument(_ text: String) -> String {
        let safe = escaped(text).replacing("\"", with: "\"\"")
        let isPlain = text.utf8.allSatisfy {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == UInt8(ascii: "-")
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        }
        if isPlain && text.utf8.count > 3 { return safe }
        // Short words such as "No" or "Ar" are macros; the escape in front keeps them words.
        return safe.contains(" ") ? "\"\(safe)\"" : "\\&\(safe)"
    }

    /// The text in ASCII, hyphens as hyphens that can be copied.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\e"
            case "-": result += "\\-"
            case "'": result += "\\(aq"
            case "`": result += "\\(ga"
            case "~": result += "\\(ti"
            case "^": result += "\\(ha"
            case "\n", "\t": result += " "
            case _ where scalar.value < 0x20: continue
            case _ where scalar.isASCII: result.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                let zeros = String(repeating: "0", count: max(0, 4 - digits.count))
                result += "\\[u\(zeros)\(digits)]"
            }
        }
        return result
    }

    /// The sentences of a line, because mdoc spaces them by the line break.
    private static func sentences(_ line: Substring) -> [Substring] {
        var found: [Substring] = []
        var rest = line
        var index = rest.startIndex
        while index < rest.endIndex {
            let next = rest.index(after: index)
            let ends = rest[index] == "." || rest[index] == "?" || rest[index] == "!"
            if ends, next < rest.endIndex, rest[next] == " " {
                found.append(rest[...index])
                rest = rest[rest.index(after: next)...]
                index = rest.startIndex
            } else {
                index = next
            }
        }
        return rest.isEmpty ? found : found + [rest]
    }
}
