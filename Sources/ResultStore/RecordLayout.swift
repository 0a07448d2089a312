/// Line breaks for the compact JSON of a record, so that people can read it and git can diff it.
///
/// Short values stay on one line and each round is one line whatever its length; numbers and
/// strings are passed through byte for byte.
struct RecordLayout {
    /// The largest integer that every JSON reader holds exactly.
    static let largestExactInteger: UInt64 = (1 << 53) - 1

    /// A container up to this length stays on one line.
    private static let inlineBytes = 96

    private let input: [UInt8]
    private var output: [UInt8] = []

    /// Lays out `compact`, which JSONEncoder made: valid and without white space.
    ///
    /// - Throws: `ResultStoreError` for an integer of 2^53 or more.
    static func lines(_ compact: [UInt8]) throws(ResultStoreError) -> [UInt8] {
        var layout = RecordLayout(input: compact)
        layout.output.reserveCapacity(compact.count + compact.count / 8)
        try layout.value(in: compact.indices, key: "record", indent: 0, inline: false)
        layout.output.append(Self.newline)
        return layout.output
    }

    private init(input: [UInt8]) {
        self.input = input
    }

    private mutating func value(
        in range: Range<Int>,
        key: String,
        indent: Int,
        inline: Bool
    ) throws(ResultStoreError) {
        guard let first = range.first.map({ input[$0] }) else { return }
        guard first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else {
            try checkInteger(range, key: key)
            output += input[range]
            return
        }
        if inline || range.count <= Self.inlineBytes {
            for item in items(of: range) where item.first != nil {
                try checkIntegers(item, key: key)
            }
            output += input[range]
            return
        }
        output.append(first)
        for (number, item) in items(of: range).enumerated() {
            if number > 0 { output.append(UInt8(ascii: ",")) }
            breakLine(indent + 1)
            if first == UInt8(ascii: "{") {
                let colon = endOfString(item.lowerBound)
                output += input[item.lowerBound...colon]
                output.append(UInt8(ascii: " "))
                let bytes = input[(item.lowerBound + 1)..<(colon - 1)]
                try value(
                    in: (colon + 1)..<item.upperBound,
                    key: String(decoding: bytes, as: UTF8.self),
                    indent: indent + 1,
                    inline: false
                )
            } else {
                try value(in: item, key: key, indent: indent + 1, inline: key == "rounds")
            }
        }
        breakLine(indent)
        output.append(input[range.upperBound - 1])
    }

    private mutating func breakLine(_ indent: Int) {
        output.append(Self.newline)
        output += repeatElement(UInt8(ascii: " "), count: indent)
    }

    /// The members or elements of the container that fills `range`, without their commas.
    private func items(of range: Range<Int>) -> [Range<Int>] {
        var items: [Range<Int>] = []
        var start = range.lowerBound + 1
        let end = range.upperBound - 1
        guard start < end else { return [] }
        var depth = 0
        var index = start
        while index < end {
            switch input[index] {
            case UInt8(ascii: "\""):
                index = endOfString(index)
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: ",") where depth == 0:
                items.append(start..<index)
                start = index + 1
            default: break
            }
            index += 1
        }
        items.append(start..<end)
        return items
    }

    /// The index behind the closing quote of the string that begins at `start`.
    private func endOfString(_ start: Int) -> Int {
        var index = start + 1
        while index < input.count, input[index] != UInt8(ascii: "\"") {
            index += input[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(index + 1, input.count)
    }

    /// Checks every number outside strings in `range`.
    private func checkIntegers(_ range: Range<Int>, key: String) throws(ResultStoreError) {
        var index = range.lowerBound
        while index < range.upperBound {
            if input[index] == UInt8(ascii: "\"") {
                index = endOfString(index)
                continue
            }
            let start = index
            while index < range.upperBound, Self.isNumberByte(input[index]) { index += 1 }
            try checkInteger(start..<index, key: key)
            if index == start { index += 1 }
        }
    }

    private func checkInteger(_ range: Range<Int>, key: String) throws(ResultStoreError) {
        // 2^53 has 16 digits; a fraction or exponent means a Double, which is what it claims.
        guard range.count >= 16 else { return }
        let digits = input[range].drop { $0 == UInt8(ascii: "-") }
        guard digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return
        }
        let text = String(decoding: digits, as: UTF8.self)
        guard let value = UInt64(text), value <= Self.largestExactInteger else {
            throw .notRepresentable("\(text) in \"\(key)\"")
        }
    }

    private static func isNumberByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"),
            UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }

    private static let newline = UInt8(ascii: "\n")
}
