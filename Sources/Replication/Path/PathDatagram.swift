/// The datagrams by which the path MTU is found.
///
/// | bytes | question | answer |
/// |---|---|---|
/// | 0–7 | "TBENCHP1" | "TBENCHQ1" |
/// | 8–15 | the agent's cookie | the same |
/// | 16–19 | sequence | the same |
/// | 20–23 | 0 for a short answer, 1 for one as long as the question | bytes of the question that arrived |
///
/// Numbers are little-endian; zeros follow up to the length that is tried. An answer is never longer than its question.
enum PathDatagram {
    static let byteCount = 24
    static let question = Array("TBENCHP1".utf8)
    static let answer = Array("TBENCHQ1".utf8)

    /// How long the answer is to be.
    enum Reply: UInt32 {
        case short = 0
        case whole = 1
    }

    /// What a question asks.
    struct Question: Equatable {
        var cookie: UInt64
        var sequence: UInt32
        var reply: Reply

        init(cookie: UInt64, sequence: UInt32, reply: Reply) {
            self.cookie = cookie
            self.sequence = sequence
            self.reply = reply
        }

        /// Nil for anything else; what follows the first 24 bytes does not matter.
        init?(_ bytes: UnsafeRawBufferPointer) {
            guard bytes.count >= byteCount, bytes.prefix(8).elementsEqual(question),
                let reply = Reply(rawValue: number(bytes, 20))
            else { return nil }
            cookie = number(bytes, 8)
            sequence = number(bytes, 16)
            self.reply = reply
        }

        var bytes: [UInt8] { question + cookie.bytes + sequence.bytes + reply.rawValue.bytes }
    }

    /// What an answer says.
    struct Answer: Equatable {
        var cookie: UInt64
        var sequence: UInt32
        /// Bytes of the question.
        var received: UInt32

        init(cookie: UInt64, sequence: UInt32, received: UInt32) {
            self.cookie = cookie
            self.sequence = sequence
            self.received = received
        }

        init?(_ bytes: UnsafeRawBufferPointer) {
            guard bytes.count >= byteCount, bytes.prefix(8).elementsEqual(answer) else {
                return nil
            }
            cookie = number(bytes, 8)
            sequence = number(bytes, 16)
            received = number(bytes, 20)
        }

        var bytes: [UInt8] { answer + cookie.bytes + sequence.bytes + received.bytes }
    }

    private static func number<Value: FixedWidthInteger>(
        _ bytes: UnsafeRawBufferPointer,
        _ offset: Int
    ) -> Value {
        Value(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Value.self))
    }
}
