import Units

/// What a value must look like; checked while parsing, so a command only sees valid ones.
package enum ValueKind: Sendable, Equatable {
    /// Anything, also nothing.
    case string
    case integer(ClosedRange<Int>)
    /// Nanoseconds, written as "30s" or "1m30s".
    case duration(ClosedRange<UInt64>)
    /// Bytes, written as "4096", "4k", "64MiB" or "64MB".
    case bytes(ClosedRange<UInt64>)
    /// A finite decimal number.
    case number(ClosedRange<Double>)
    case choice([String])
    /// Anything but nothing; completed as a file name.
    case path
    /// "key=value" with a key; the value may be empty.
    case keyValue
}

/// Why a text is not a value of a kind, in the words of the error message.
struct ValueProblem: Equatable {
    /// "has no unit"; nil where there is nothing to add.
    var reason: String?
    /// True where the shape is right and only the amount is not.
    var outOfRange = false
    /// What would do: "a whole number from 1 to 64".
    var remedy: String
    /// A valid value that looks much like it.
    var suggestion: String?
}

extension ValueKind {
    /// Why `text` will not do, or nil where it will.
    func problem(with text: String) -> ValueProblem? {
        switch self {
        case .string: nil
        case .path: text.isEmpty ? ValueProblem(reason: "is empty", remedy: remedy) : nil
        case .choice(let values): choiceProblem(text, among: values)
        case .keyValue: keyValueProblem(text)
        case .integer(let range): integerProblem(text, in: range)
        case .number(let range):
            range.check(Self.decimal(text), else: "is not a number", remedy: remedy)
        case .duration(let range): quantityProblem(text, in: range, QuantityParsing.nanoseconds)
        case .bytes(let range): quantityProblem(text, in: range, QuantityParsing.bytes)
        }
    }

    /// What to provide instead, ready to follow "Please provide ".
    var remedy: String {
        switch self {
        case .string: "a text"
        case .path: "a path"
        case .keyValue: "a key and a value, such as cache=none"
        case .choice(let values): "one of \(Self.alternatives(values))"
        case .integer, .number, .duration, .bytes:
            [shape, rangeText.map { $0.hasPrefix("at") ? "of \($0)" : $0 }]
                .compactMap { $0 }.joined(separator: " ")
        }
    }

    /// The limits as they can be typed: "from 1s to 24h", "at least 4KiB", nil where there are none.
    var rangeText: String? {
        switch self {
        case .string, .path, .keyValue, .choice: nil
        case .integer(let range):
            Self.limits(range, lowest: .min, highest: .max) { String($0) }
        case .number(let range):
            Self.limits(
                range,
                lowest: -.greatestFiniteMagnitude,
                highest: .greatestFiniteMagnitude
            ) { $0 == $0.rounded() && abs($0) < 1e15 ? String(Int64($0)) : "\($0)" }
        case .duration(let range):
            Self.limits(range, lowest: 0, highest: .max, Self.typeableDuration)
        case .bytes(let range):
            Self.limits(range, lowest: 0, highest: .max, Self.typeableBytes)
        }
    }

    private var shape: String {
        switch self {
        case .integer: "a whole number"
        case .number: "a number"
        case .duration: "a time such as 500ms, 30s or 1m30s"
        case .bytes: "a size such as 4096, 4KiB or 64MB"
        case .string, .path, .keyValue, .choice: "a value"
        }
    }

    /// "'a'", "'a' or 'b'", "'a', 'b' or 'c'".
    static func alternatives(_ values: [String]) -> String {
        let quoted = values.map { "'\($0)'" }
        guard let last = quoted.last, quoted.count > 1 else { return quoted.joined() }
        return "\(quoted.dropLast().joined(separator: ", ")) or \(last)"
    }

    /// A plain decimal number; "inf", "nan" and hexadecimal are not numbers that people mean.
    static func decimal(_ text: String) -> Double? {
        guard text.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }),
            let value = Double(text), value.isFinite
        else { return nil }
        return value
    }

    /// The key and the value around the first "=".
    static func pair(_ text: String) -> (key: String, value: String)? {
        // By byte: as Characters, "=" followed by a combining mark is something else.
        guard let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")), equals > text.startIndex
        else { return nil }
        return (String(text[..<equals]), String(text[text.utf8.index(after: equals)...]))
    }
}

extension ValueKind {
    private func choiceProblem(_ text: String, among values: [String]) -> ValueProblem? {
        if values.contains(text) { return nil }
        return ValueProblem(
            remedy: remedy,
            suggestion: Suggestion.nearest(to: text, among: values)
        )
    }

    private func keyValueProblem(_ text: String) -> ValueProblem? {
        if Self.pair(text) != nil { return nil }
        let hasEquals = text.utf8.contains(UInt8(ascii: "="))
        return ValueProblem(reason: hasEquals ? "has no key" : "has no '='", remedy: remedy)
    }

    private func integerProblem(_ text: String, in range: ClosedRange<Int>) -> ValueProblem? {
        if let value = Int(text) {
            return range.check(value, else: "", remedy: remedy)
        }
        let digits = text.utf8.drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
        let isWhole =
            text.utf8.count - digits.count <= 1 && !digits.isEmpty
            && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        // Digits that do not fit 64 bits: the shape is right.
        if isWhole { return ValueProblem(outOfRange: true, remedy: remedy) }
        return ValueProblem(
            reason: text.isEmpty ? "is empty" : "is not a whole number",
            remedy: remedy
        )
    }

    private func quantityProblem(
        _ text: String,
        in range: ClosedRange<UInt64>,
        _ read: (String) throws(QuantityParsing.Failure) -> UInt64
    ) -> ValueProblem? {
        do {
            return range.check(try read(text), else: "", remedy: remedy)
        } catch {
            return ValueProblem(reason: Printable.text(error.reason), remedy: remedy)
        }
    }

    private static func limits<Bound: Comparable>(
        _ range: ClosedRange<Bound>,
        lowest: Bound,
        highest: Bound,
        _ text: (Bound) -> String
    ) -> String? {
        switch (range.lowerBound == lowest, range.upperBound == highest) {
        case (true, true): nil
        case (false, true): "at least \(text(range.lowerBound))"
        case (true, false): "at most \(text(range.upperBound))"
        case (false, false): "from \(text(range.lowerBound)) to \(text(range.upperBound))"
        }
    }

    /// The shortest text that reads back as exactly this many nanoseconds.
    static func typeableDuration(_ nanoseconds: UInt64) -> String {
        largestExact(
            nanoseconds,
            units: [
                ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000),
                ("ms", 1_000_000), ("us", 1000), ("ns", 1),
            ]
        )
    }

    /// The shortest text that reads back as exactly this many bytes.
    static func typeableBytes(_ count: UInt64) -> String {
        let binary = largestExact(
            count,
            units: [
                ("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1),
            ]
        )
        let decimal = largestExact(
            count,
            units: [("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("B", 1)]
        )
        return decimal.count < binary.count ? decimal : binary
    }

    private static func largestExact(_ value: UInt64, units: [(String, UInt64)]) -> String {
        for (unit, size) in units where value >= size && value.isMultiple(of: size) {
            return "\(value / size)\(unit)"
        }
        return "0"
    }
}

extension ClosedRange {
    /// A problem where `value` is missing or outside.
    fileprivate func check(_ value: Bound?, else reason: String, remedy: String) -> ValueProblem? {
        guard let value else { return ValueProblem(reason: reason, remedy: remedy) }
        return contains(value) ? nil : ValueProblem(outOfRange: true, remedy: remedy)
    }
}
