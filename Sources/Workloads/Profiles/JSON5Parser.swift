/// Reads JSON5 and keeps the line of every key and value.
///
/// Foundation reads JSON5 too, but names no line, neither of an error ("The given data was not valid JSON") nor of a key, and
/// takes the last of two equal keys in silence; a test holds the two against each other.
/// - Source: spec.json5.org 1.0.0.
struct JSON5Parser {
    private let bytes: [UInt8]
    private var index = 0
    private var line = 1
    private var depth = 0
    /// Deeper than any profile; keeps a hostile file from using up the stack.
    private static let deepest = 32

    /// The value that the whole text is.
    ///
    /// - Throws: The line and what is wrong there, at the first byte that does not fit.
    static func parse(_ text: String) throws(JSON5Error) -> JSON5Node {
        var parser = JSON5Parser(bytes: Array(text.utf8))
        if parser.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { parser.index = 3 }
        try parser.skipBlanks()
        let node = try parser.value()
        try parser.skipBlanks()
        guard parser.index == parser.bytes.count else {
            throw parser.error("something follows the end of the object")
        }
        return node
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

    private func error(_ reason: String) -> JSON5Error {
        JSON5Error(line: line, reason: reason)
    }

    private mutating func value() throws(JSON5Error) -> JSON5Node {
        let start = line
        guard let byte = current else { throw error("a value is missing at the end") }
        switch byte {
        case UInt8(ascii: "{"): return JSON5Node(line: start, value: try object())
        case UInt8(ascii: "["): return JSON5Node(line: start, value: try list())
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            return JSON5Node(line: start, value: .text(try string()))
        default: return JSON5Node(line: start, value: try bareValue())
        }
    }

    private mutating func object() throws(JSON5Error) -> JSON5Node.Value {
        try enter()
        var members: [JSON5Node.Member] = []
        var keys: Set<String> = []
        while true {
            try skipBlanks()
            if take("}") { break }
            let keyLine = line
            let key = try self.key()
            guard keys.insert(key).inserted else {
                throw error("the key '\(shown(key))' stands twice in one object")
            }
            try skipBlanks()
            guard take(":") else { throw error("a ':' is missing after the key '\(shown(key))'") }
            try skipBlanks()
            members.append(JSON5Node.Member(key: key, line: keyLine, node: try value()))
            try skipBlanks()
            if take("}") { break }
            guard take(",") else {
                throw error("a ',' or '}' is missing after the value of '\(shown(key))'")
            }
        }
        depth -= 1
        return .object(members)
    }

    private mutating func list() throws(JSON5Error) -> JSON5Node.Value {
        try enter()
        var nodes: [JSON5Node] = []
        while true {
            try skipBlanks()
            if take("]") { break }
            nodes.append(try value())
            try skipBlanks()
            if take("]") { break }
            guard take(",") else { throw error("a ',' or ']' is missing in a list") }
        }
        depth -= 1
        return .list(nodes)
    }

    private mutating func enter() throws(JSON5Error) {
        index += 1
        depth += 1
        if depth > Self.deepest { throw error("nested more than \(Self.deepest) deep") }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard current == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    private mutating func key() throws(JSON5Error) -> String {
        guard let byte = current else { throw error("a '}' is missing at the end") }
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") { return try string() }
        let word = self.word()
        guard let first = word.utf8.first, !Self.isDigit(first) else {
            throw error("a key is missing; keys are names, or text in quotes")
        }
        return word
    }

    /// Letters, digits, '_' and '$' from here on; identifiers beyond ASCII take quotes.
    private mutating func word() -> String {
        let start = index
        while let byte = current,
            Self.isDigit(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$")
                || (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
        { index += 1 }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private mutating func bareValue() throws(JSON5Error) -> JSON5Node.Value {
        let start = index
        let first = bytes[start]
        if Self.isDigit(first)
            || [UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: ".")].contains(first)
        {
            return .number(try number())
        }
        let word = self.word()
        switch word {
        case "true": return .flag(true)
        case "false": return .flag(false)
        case "null": return .null
        default:
            throw error(
                word.isEmpty
                    ? "a value is missing"
                    : "'\(shown(word))' is not a value; text stands in quotes"
            )
        }
    }

    private mutating func number() throws(JSON5Error) -> String {
        let start = index
        if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { index += 1 }
        let digits = index
        let isHexadecimal =
            index + 1 < bytes.count && bytes[index] == UInt8(ascii: "0")
            && bytes[index + 1] | 0x20 == UInt8(ascii: "x")
        while let byte = current,
            byte == UInt8(ascii: ".") || Self.isDigit(byte)
                || (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
                || (!isHexadecimal && (byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-"))
                    && bytes[index - 1] | 0x20 == UInt8(ascii: "e"))
        { index += 1 }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        let body = String(decoding: bytes[digits..<index], as: UTF8.self)
        guard isHexadecimal ? UInt64(body.dropFirst(2), radix: 16) != nil : Self.isDecimal(body)
        else {
            throw error(
                "'\(shown(text))' is not a number; a size or time with a unit is text in quotes"
            )
        }
        return text
    }

    /// Digits with an optional fraction and exponent, and no zero in front.
    private static func isDecimal(_ text: String) -> Bool {
        let parts = text.lowercased().split(
            separator: "e",
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        let mantissa = parts[0].split(
            separator: ".",
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        guard mantissa.allSatisfy({ $0.utf8.allSatisfy(isDigit) }),
            mantissa.contains(where: { !$0.isEmpty }),
            mantissa[0].count < 2 || mantissa[0].first != "0"
        else { return false }
        guard parts.count == 2 else { return true }
        let exponent =
            parts[1].first == "+" || parts[1].first == "-" ? parts[1].dropFirst() : parts[1]
        return !exponent.isEmpty && exponent.utf8.allSatisfy(isDigit)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }
}

// Blanks, comments and text between quotes.
extension JSON5Parser {
    private mutating func skipBlanks() throws(JSON5Error) {
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\n"):
                line += 1
                index += 1
            case 0x09, 0x0B, 0x0C, 0x0D, 0x20:
                index += 1
            case UInt8(ascii: "/"):
                try skipComment()
            default:
                guard let length = wideBlank() else { return }
                index += length
            }
        }
    }

    /// The bytes of U+00A0, U+FEFF, U+2028 or U+2029 here, which JSON5 takes for blanks.
    private func wideBlank() -> Int? {
        let rest = bytes[index...].prefix(3)
        if rest.starts(with: [0xC2, 0xA0]) { return 2 }
        if rest.elementsEqual([0xEF, 0xBB, 0xBF]) || rest.elementsEqual([0xE2, 0x80, 0xA8])
            || rest.elementsEqual([0xE2, 0x80, 0xA9])
        {
            return 3
        }
        return nil
    }

    private mutating func skipComment() throws(JSON5Error) {
        let next = index + 1 < bytes.count ? bytes[index + 1] : 0
        if next == UInt8(ascii: "/") {
            while let byte = current, byte != UInt8(ascii: "\n") { index += 1 }
            return
        }
        guard next == UInt8(ascii: "*") else { throw error("a single '/' is not a comment") }
        let start = line
        index += 2
        while index + 1 < bytes.count {
            if bytes[index] == UInt8(ascii: "*"), bytes[index + 1] == UInt8(ascii: "/") {
                index += 2
                return
            }
            if bytes[index] == UInt8(ascii: "\n") { line += 1 }
            index += 1
        }
        throw JSON5Error(line: start, reason: "a comment that begins here does not end")
    }

    private mutating func string() throws(JSON5Error) -> String {
        let quote = bytes[index]
        let start = line
        index += 1
        var content: [UInt8] = []
        while let byte = current {
            index += 1
            switch byte {
            case quote: return String(decoding: content, as: UTF8.self)
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                throw JSON5Error(
                    line: start,
                    reason: "text that begins here does not end on its line"
                )
            case UInt8(ascii: "\\"): try escape(into: &content)
            default: content.append(byte)
            }
        }
        throw JSON5Error(line: start, reason: "text that begins here does not end")
    }

    private mutating func escape(into content: inout [UInt8]) throws(JSON5Error) {
        guard let byte = current else { throw error("text ends in a '\\'") }
        index += 1
        switch byte {
        case UInt8(ascii: "n"): content.append(0x0A)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "r"): content.append(0x0D)
        case UInt8(ascii: "b"): content.append(0x08)
        case UInt8(ascii: "f"): content.append(0x0C)
        case UInt8(ascii: "v"): content.append(0x0B)
        case UInt8(ascii: "\n"): line += 1
        case UInt8(ascii: "u"): try unicode(into: &content)
        case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
            content.append(byte)
        default: throw error("text has an escape that no profile needs; write the character itself")
        }
    }

    private mutating func unicode(into content: inout [UInt8]) throws(JSON5Error) {
        let digits = bytes[index...].prefix(4)
        index += digits.count
        // Half of a surrogate pair is refused: the character itself can be written.
        guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let number = UInt32(String(decoding: digits, as: UTF8.self), radix: 16),
            let scalar = Unicode.Scalar(number)
        else { throw error("text has a '\\u' without a character's four digits") }
        content.append(contentsOf: Array(String(Character(scalar)).utf8))
    }
}
