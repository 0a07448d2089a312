import Units

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
        case .text(let text): JSONQuoting.quoted(text)
        case .number(let number): String(number)
        case .flag(let flag): flag ? "true" : "false"
        case .list(let values): "[" + values.map(\.rendered).joined(separator: ", ") + "]"
        case .object(let members):
            "{"
                + members.map { "\(JSONQuoting.quoted($0)): \($1.rendered)" }.joined(
                    separator: ", "
                )
                + "}"
        }
    }
}
