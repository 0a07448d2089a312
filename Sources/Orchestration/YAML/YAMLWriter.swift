/// Values to YAML that a person can read and that no text can break out of.
///
/// A scalar stands without quotes only where every reader of YAML 1.1 and 1.2 takes it for text; all others are double-quoted,
/// and everything outside printable ASCII is escaped.
/// - Source: YAML 1.2.2 §5.7, §7.3.1 and YAML 1.1 for the words that older readers take for other types.
package enum YAMLWriter {
    /// The documents, each behind "---", with a final newline.
    ///
    /// - Parameters:
    ///   - documents: usually maps.
    ///   - heading: comment lines above the first document; control characters become "?".
    /// - Returns: the text.
    package static func text(_ documents: [YAMLNode], heading: [String] = []) -> String {
        var lines = heading.map(comment)
        for document in documents {
            lines.append("---")
            append(document, indent: 0, to: &lines)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func append(_ node: YAMLNode, indent: Int, to lines: inout [String]) {
        let space = String(repeating: " ", count: indent)
        if let short = inline(node) {
            lines.append(space + short)
            return
        }
        switch node {
        case .map(let entries):
            for entry in entries {
                if let text = entry.comment {
                    lines += text.split(separator: "\n").map { space + comment(String($0)) }
                }
                let key = space + scalar(entry.key) + ":"
                if let short = inline(entry.value) {
                    lines.append("\(key) \(short)")
                } else {
                    lines.append(key)
                    append(entry.value, indent: indent + 2, to: &lines)
                }
            }
        case .list(let elements):
            for element in elements {
                var nested: [String] = []
                append(element, indent: indent + 2, to: &nested)
                // The dash takes the place of the first line's last two spaces of indent.
                let first = nested.firstIndex { !$0.hasPrefix("\(space)  #") } ?? 0
                lines += nested[..<first].map { space + $0.dropFirst(indent + 2) }
                lines.append("\(space)- \(nested[first].dropFirst(indent + 2))")
                lines += nested[(first + 1)...]
            }
        case .text, .number, .flag: break
        }
    }

    /// The value on one line: scalars, what is empty, and short lists of scalars; nil for the rest.
    private static func inline(_ node: YAMLNode) -> String? {
        switch node {
        case .text(let text): return scalar(text)
        case .number(let number): return String(number)
        case .flag(let flag): return flag ? "true" : "false"
        case .map(let entries): return entries.isEmpty ? "{}" : nil
        case .list(let elements):
            var parts: [String] = []
            for element in elements {
                switch element {
                case .list, .map: return nil
                case .text, .number, .flag: parts.append(inline(element) ?? "")
                }
            }
            let line = "[\(parts.joined(separator: ", "))]"
            return line.utf8.count <= 88 ? line : nil
        }
    }

    /// A text as a scalar, in quotes where anything else could be read into it.
    static func scalar(_ text: String) -> String {
        isPlain(text) ? text : quoted(text)
    }

    /// Words that YAML 1.1 takes for booleans or null, in lower case.
    private static let reserved: Set<String> = [
        "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf",
    ]

    private static func isPlain(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, bytes.count <= 200, !reserved.contains(text.lowercased())
        else { return false }
        func isLetter(_ byte: UInt8) -> Bool {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) && byte > 0x40
        }
        func isDigit(_ byte: UInt8) -> Bool {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        guard isLetter(first) || first == UInt8(ascii: "/") else { return false }
        for (index, byte) in bytes.enumerated() where !isLetter(byte) && !isDigit(byte) {
            switch byte {
            case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "/"),
                UInt8(ascii: "="):
                continue
            case UInt8(ascii: ":"):
                // "a: b" would be a map; "image:tag" is text.
                guard index + 1 < bytes.count,
                    isLetter(bytes[index + 1]) || isDigit(bytes[index + 1])
                else { return false }
            default: return false
            }
        }
        return true
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case " "..."~": result.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                let width = scalar.value > 0xFFFF ? 8 : 4
                result += width == 8 ? "\\U" : "\\u"
                result += String(repeating: "0", count: width - digits.utf8.count) + digits
            }
        }
        return result + "\""
    }

    private static func comment(_ text: String) -> String {
        let safe = text.unicodeScalars.map { (" "..."~").contains($0) ? Character($0) : "?" }
        return safe.isEmpty ? "#" : "# \(String(safe))"
    }
}
