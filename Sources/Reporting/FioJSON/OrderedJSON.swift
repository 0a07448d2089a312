import Units

/// JSON that keeps the order of its keys, laid out as fio lays it out.
enum OrderedJSON {
    case object([(key: String, value: OrderedJSON)])
    case array([OrderedJSON])
    case text(String)
    case integer(UInt64)
    /// Printed with six decimals; what is not finite is printed as 0, as fio does for nothing measured.
    case number(Double)

    /// The value over as many lines as it has members.
    ///
    /// - Parameter indent: the columns before the closing bracket.
    /// - Returns: JSON without a final line feed.
    func text(indent: Int = 0) -> String {
        switch self {
        case .object(let members):
            let lines = members.map {
                "\(JSONQuoting.quoted($0.key)) : \($0.value.text(indent: indent + 2))"
            }
            return Self.block("{", lines, "}", indent)
        case .array(let values):
            return Self.block("[", values.map { $0.text(indent: indent + 2) }, "]", indent)
        case .text(let text): return JSONQuoting.quoted(text)
        case .integer(let value): return String(value)
        case .number(let value):
            return value.isFinite ? QuantityText.fixed(value, decimals: 6) : "0.000000"
        }
    }

    private static func block(
        _ open: String,
        _ lines: [String],
        _ close: String,
        _ indent: Int
    ) -> String {
        guard !lines.isEmpty else { return "\(open) \(close)" }
        let margin = String(repeating: " ", count: indent)
        let body = lines.map { "\(margin)  \($0)" }.joined(separator: ",\n")
        return "\(open)\n\(body)\n\(margin)\(close)"
    }
}
