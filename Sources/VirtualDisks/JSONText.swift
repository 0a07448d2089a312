/// A value on its way into QEMU's JSON: block devices are described so, because commas in a path would split options.
enum JSONText {
    case text(String)
    case number(UInt64)
    case flag(Bool)
    case list([JSONText])
    case object([(String, JSONText)])

    /// The value as JSON on one line.
    var rendered: String {
        switch self {
        case .text(let text): Self.quoted(text)
        case .number(let number): String(number)
        case .flag(let flag): flag ? "true" : "false"
        case .list(let values): "[" + values.map(\.rendered).joined(separator: ", ") + "]"
        case .object(let members):
            "{"
                + members.map { "\(Self.quoted($0)): \($1.rendered)" }.joined(separator: ", ")
                + "}"
        }
    }

    /// - Source: RFC 8259 §7.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
