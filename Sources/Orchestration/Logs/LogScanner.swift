import Foundation

/// Finds tbench's lines in any bytes: between other output, behind prefixes, quoted once more by a log driver, without newlines.
struct LogScanner {
    /// Longer than any line of ours even when each quote is escaped; what is not closed by then is none.
    static let window = 2 * LogLine.mostBytes

    /// What a look at one place found.
    private enum Finding {
        case line(LogLine, end: Int)
        /// It may be the beginning of a line; more bytes would tell.
        case unfinished
        case nothing
    }

    /// The lines in `bytes`, in order.
    ///
    /// - Parameters:
    ///   - bytes: any bytes.
    ///   - isLast: whether nothing follows them.
    ///   - body: called for each line.
    /// - Returns: where the next look should begin, once more bytes are there.
    /// - Complexity: O(n).
    static func scan(
        _ bytes: UnsafeBufferPointer<UInt8>,
        isLast: Bool,
        _ body: (LogLine) -> Void
    ) -> Int {
        var at = 0
        while at < bytes.count {
            guard bytes[at] == UInt8(ascii: "{") else {
                at += 1
                continue
            }
            switch look(bytes, at) {
            case .line(let line, let end):
                body(line)
                at = end
            case .unfinished where !isLast && bytes.count - at < window:
                return at
            case .unfinished, .nothing: at += 1
            }
        }
        return bytes.count
    }

    private static let plain = Array("{\"tbench\"".utf8)
    private static let escaped = Array("{\\\"tbench\\\"".utf8)

    private static func look(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int) -> Finding {
        for (marker, isEscaped) in [(plain, false), (escaped, true)] {
            let count = min(marker.count, bytes.count - at)
            guard (1..<count).allSatisfy({ bytes[at + $0] == marker[$0] }) else { continue }
            if count < marker.count { return .unfinished }
            return isEscaped ? readEscaped(bytes, at) : read(bytes, at)
        }
        return .nothing
    }

    private static func read(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int) -> Finding {
        var reader = FlatObject(bytes, at, limit: min(bytes.count, at + window))
        guard let end = reader.read() else { return reader.ranOut ? .unfinished : .nothing }
        guard let line = reader.line() else { return .nothing }
        return .line(line, end: end)
    }

    /// The same where a log driver put the line into a JSON string: `{"log":"{\"tbench\":…}\n"}`.
    private static func readEscaped(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int) -> Finding {
        var plain: [UInt8] = []
        var position = at
        while position < min(bytes.count, at + window) {
            let byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: "\\") { continue }
            if byte < 0x20 { return .nothing }
            plain.append(byte)
            guard byte == UInt8(ascii: "}") else { continue }
            return plain.withUnsafeBufferPointer { copy in
                if case .line(let line, _) = read(copy, 0) { return .line(line, end: position) }
                return .nothing
            }
        }
        return .unfinished
    }
}

/// A JSON object of strings without escapes and of whole numbers, read in place.
private struct FlatObject {
    private struct Field {
        var key: Range<Int>
        var value: Range<Int>
        var isNumber: Bool
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private let limit: Int
    private var at: Int
    private var fields: [Field] = []
    /// True where the bytes ended before the object did.
    private(set) var ranOut = false

    init(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int, limit: Int) {
        self.bytes = bytes
        self.at = at + 1
        self.limit = limit
        fields.reserveCapacity(12)
    }

    /// Where the object ends; nil where it is none.
    mutating func read() -> Int? {
        while fields.count < 16 {
            guard next() == UInt8(ascii: "\""), let key = string(), next() == UInt8(ascii: ":"),
                let first = next()
            else { return nil }
            if first == UInt8(ascii: "\"") {
                guard let value = string() else { return nil }
                fields.append(Field(key: key, value: value, isNumber: false))
            } else {
                let start = at - 1
                guard isDigit(first) else { return nil }
                while at < limit, isDigit(bytes[at]) { at += 1 }
                fields.append(Field(key: key, value: start..<at, isNumber: true))
            }
            switch next() {
            case UInt8(ascii: ","): continue
            case UInt8(ascii: "}"): return at
            default: return nil
            }
        }
        return nil
    }

    /// The next byte that is no blank; nil at the end.
    private mutating func next() -> UInt8? {
        while at < limit {
            let byte = bytes[at]
            at += 1
            if byte != UInt8(ascii: " ") { return byte }
        }
        ranOut = true
        return nil
    }

    /// Up to the closing quote; nil for a control character, a backslash, or no quote.
    private mutating func string() -> Range<Int>? {
        let start = at
        while at < limit {
            let byte = bytes[at]
            if byte == UInt8(ascii: "\"") {
                at += 1
                return start..<at - 1
            }
            if byte < 0x20 || byte == UInt8(ascii: "\\") || byte > 0x7E { return nil }
            at += 1
        }
        ranOut = true
        return nil
    }

    private func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    // MARK: what the fields say

    private func field(_ key: StaticString, isNumber: Bool = false) -> Range<Int>? {
        fields.first { field in
            field.isNumber == isNumber && field.key.count == key.utf8CodeUnitCount
                && field.key.enumerated().allSatisfy { bytes[$1] == key.utf8Start[$0] }
        }?.value
    }

    private func text(_ key: StaticString) -> String? {
        field(key).map { String(decoding: bytes[$0], as: UTF8.self) }
    }

    private func number(_ key: StaticString) -> Int? {
        field(key, isNumber: true).flatMap { range in
            range.count > 12 ? nil : Int(String(decoding: bytes[range], as: UTF8.self))
        }
    }

    /// The line, if its checksum and every value are as they must be.
    func line() -> LogLine? {
        guard number("v") == 1, let kind = text("tbench"), let crc = text("crc"),
            let stream = text("stream"), Self.isHexadecimal(stream, count: 16),
            let node = text("node"), isIntact(kind, crc)
        else { return nil }
        let content: LogLine.Content
        switch kind {
        case "start":
            guard let pod = text("pod"), let run = text("run") else { return nil }
            content = .start(pod: pod, arguments: run)
        case "part":
            guard let part = part() else { return nil }
            content = part
        case "end":
            guard let exit = number("exit"), exit < 256, let note = text("note") else { return nil }
            content = .end(exit: exit, note: note)
        default: return nil
        }
        return LogLine(stream: stream, node: node, content: content)
    }

    private func part() -> LogLine.Content? {
        guard let record = text("record"), Self.isHexadecimal(record, count: 64),
            let size = number("bytes"), (1...(64 << 20)).contains(size),
            let of = number("of"), (1...LogLine.mostParts).contains(of),
            let part = number("part"), (1...of).contains(part),
            let range = field("data"),
            let data = Data(base64Encoded: Data(bytes[range])), data.count <= LogLine.partBytes,
            data.count == LogLine.partBytes || part == of
        else { return nil }
        return .part(record: record, bytes: size, part: part, of: of, data: Array(data))
    }

    private func isIntact(_ kind: String, _ crc: String) -> Bool {
        var sum = LineChecksum()
        sum.add(Array(kind.utf8))
        for key: StaticString in [
            "stream", "node", "pod", "run", "record", "bytes", "part", "of", "data", "exit", "note",
        ] {
            guard let value = field(key) ?? field(key, isNumber: true) else { continue }
            sum.add(UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount))
            sum.add(UnsafeBufferPointer(rebasing: bytes[value]))
        }
        return sum.hex == crc
    }

    private static func isHexadecimal(_ text: String, count: Int) -> Bool {
        text.utf8.count == count
            && text.utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
            }
    }
}
