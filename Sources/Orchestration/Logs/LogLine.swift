import CZlib
import Foundation

/// One line of JSON in a pod's log: the beginning of a run, a part of its record, or its end.
///
/// At most 7 KiB, because CRI-O splits lines at 8 KiB. Values hold neither quotes nor backslashes, so a line survives being quoted
/// once more by a log driver; "crc" covers all of them, so that what was cut or altered is not taken for a line.
package struct LogLine: Sendable, Equatable {
    /// What the line says.
    package enum Content: Sendable, Equatable {
        /// A run began in this pod, with these arguments.
        case start(pod: String, arguments: String)
        /// A piece of a record: SHA-256 of the whole in hexadecimal, its bytes, and the piece's place from 1.
        case part(record: String, bytes: Int, part: Int, of: Int, data: [UInt8])
        /// The run ended with this exit code, and why if it failed.
        case end(exit: Int, note: String)
    }

    /// Sixteen hexadecimal digits that one process chose: what ties its lines together.
    package var stream: String
    package var node: String
    package var content: Content

    package init(stream: String, node: String, content: Content) {
        self.stream = stream
        self.node = node
        self.content = content
    }

    /// The longest line, with its newline.
    package static let mostBytes = 7 << 10
    /// Bytes of a record in one part: 6400 characters, which leaves 700 for the rest of the line.
    package static let partBytes = 4800
    /// More parts than any record has.
    package static let mostParts = 16_384

    /// The line with its newline.
    package var text: String {
        var fields: [(String, String)] = []
        func text(_ key: String, _ value: String) { fields.append((key, "\"\(value)\"")) }
        let kind: String
        switch content {
        case .start(let pod, let arguments):
            kind = "start"
            text("pod", Self.safe(pod, 80))
            text("run", Self.safe(arguments, 1000))
        case .part(let record, let bytes, let part, let of, let data):
            kind = "part"
            text("record", record)
            fields += [("bytes", String(bytes)), ("part", String(part)), ("of", String(of))]
            text("data", Data(data).base64EncodedString())
        case .end(let exit, let note):
            kind = "end"
            fields.append(("exit", String(exit)))
            text("note", Self.safe(note, 1000))
        }
        let all = [("stream", "\"\(stream)\""), ("node", "\"\(Self.safe(node, 80))\"")] + fields
        let body = all.map { "\"\($0)\":\($1)" }.joined(separator: ",")
        return "{\"tbench\":\"\(kind)\",\"v\":1,\(body),\"crc\":\"\(Self.checksum(kind, all))\"}\n"
    }

    /// Printable ASCII without quotes and backslashes, cut at a limit.
    static func safe(_ text: String, _ limit: Int) -> String {
        String(
            text.unicodeScalars.prefix(limit).map { scalar -> Character in
                switch scalar {
                case "\"": "'"
                case "\\": "/"
                case "{", "}": "|"
                case " "..."~": Character(scalar)
                default: "?"
                }
            }
        )
    }

    private static func checksum(_ kind: String, _ fields: [(String, String)]) -> String {
        var sum = LineChecksum()
        sum.add(Array(kind.utf8))
        for (key, value) in fields {
            sum.add(Array(key.utf8))
            sum.add(Array(value.utf8.filter { $0 != UInt8(ascii: "\"") }))
        }
        return sum.hex
    }
}

/// CRC-32 over the keys and values of a line, whatever blanks stand between them.
struct LineChecksum {
    private var value = crc32(0, nil, 0)

    mutating func add(_ bytes: UnsafeBufferPointer<UInt8>) {
        // The length goes in first, so that no byte can move from one value to the next.
        var length = UInt32(truncatingIfNeeded: bytes.count).littleEndian
        value = withUnsafeBytes(of: &length) { raw in
            crc32(value, raw.bindMemory(to: UInt8.self).baseAddress, 4)
        }
        value = crc32(value, bytes.baseAddress, UInt32(truncatingIfNeeded: bytes.count))
    }

    mutating func add(_ bytes: [UInt8]) { bytes.withUnsafeBufferPointer { add($0) } }

    /// Eight hexadecimal digits.
    var hex: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: max(0, 8 - digits.utf8.count)) + digits
    }
}
