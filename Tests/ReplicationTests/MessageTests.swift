import Replication
import Statistics
import Testing

@Suite("Longhorn's data protocol") struct MessageTests {
    /// Written down by hand from longhorn-engine's wire.go, so that the code is not held against itself.
    private static let frames: [(name: String, header: MessageHeader, bytes: [UInt8])] = [
        (
            "write of 4 KiB at 4 KiB",
            MessageHeader(sequence: 1, kind: .write, offset: 4096, size: 4096, dataLength: 4096),
            [
                0x01, 0x1B, 1, 0, 0, 0, 1, 0, 0, 0, 0x00, 0x10, 0, 0, 0, 0, 0, 0, 0x00, 0x10, 0, 0,
                0x00, 0x10, 0, 0,
            ]
        ),
        (
            "read of 128 KiB at 1 TiB",
            MessageHeader(sequence: 0xDEAD_BEEF, kind: .read, offset: 1 << 40, size: 131_072),
            [
                0x01, 0x1B, 0xEF, 0xBE, 0xAD, 0xDE, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 2, 0,
                0, 0, 0, 0,
            ]
        ),
        (
            "reply to a write",
            MessageHeader(sequence: 7, kind: .response, offset: 4096, size: 4096),
            [
                0x01, 0x1B, 7, 0, 0, 0, 2, 0, 0, 0, 0x00, 0x10, 0, 0, 0, 0, 0, 0, 0x00, 0x10, 0, 0,
                0, 0, 0, 0,
            ]
        ),
        (
            "ping",
            MessageHeader(sequence: 2, kind: .ping),
            [0x01, 0x1B, 2, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        ),
        (
            "unmap of 1 MiB",
            MessageHeader(sequence: 3, kind: .unmap, offset: 0, size: 1 << 20),
            [0x01, 0x1B, 3, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10, 0, 0, 0, 0, 0]
        ),
        (
            "no space left",
            MessageHeader(sequence: 4, kind: .noSpace, dataLength: 5),
            [0x01, 0x1B, 4, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0]
        ),
    ]

    @Test("each message is byte for byte Longhorn's", arguments: frames.indices)
    func golden(index: Int) throws {
        let (name, header, bytes) = Self.frames[index]
        var written = [UInt8](repeating: 0xAA, count: 27)
        written.withUnsafeMutableBytes { buffer in
            if let base = buffer.baseAddress { header.write(to: base) }
        }
        #expect(Array(written.prefix(26)) == bytes, "\(name)")
        #expect(written[26] == 0xAA, "nothing behind the header is touched")
        let read = try bytes.withUnsafeBytes { buffer in
            try MessageHeader(try #require(buffer.baseAddress))
        }
        #expect(read == header, "\(name)")
    }

    @Test("sizes on the wire are those of the engine")
    func sizes() {
        #expect(
            MessageHeader(sequence: 1, kind: .write, size: 4096, dataLength: 4096).wireBytes == 4122
        )
        #expect(MessageHeader(sequence: 1, kind: .read, size: 4096).wireBytes == 26)
        #expect(
            MessageHeader(sequence: 1, kind: .write, size: 131_072, dataLength: 131_072).wireBytes
                == 131_098
        )
    }

    /// Feeds bytes in pieces and takes what comes out; a thrown error ends it.
    private func read(
        _ bytes: [UInt8],
        capacity: Int,
        pieces: (Int) -> Int
    ) -> (messages: [(MessageHeader, [UInt8])], error: WireError?) {
        var reader = MessageReader(capacity: capacity)
        var messages: [(MessageHeader, [UInt8])] = []
        var position = 0
        do throws(WireError) {
            while position < bytes.count {
                reader.makeSpace()
                let count = min(
                    max(1, pieces(position)),
                    bytes.count - position,
                    reader.space.count
                )
                guard count > 0 else { throw .noRoom(needed: capacity + 1, capacity: capacity) }
                reader.space.copyBytes(from: bytes[position..<position + count])
                reader.advance(by: count)
                position += count
                while let message = try reader.next() {
                    messages.append((message.header, Array(message.data)))
                }
            }
            try reader.finish()
        } catch {
            return (messages, error)
        }
        return (messages, nil)
    }

    private func stream(_ messages: [(MessageHeader, [UInt8])]) -> [UInt8] {
        messages.flatMap { header, data in
            var bytes = [UInt8](repeating: 0, count: 26)
            bytes.withUnsafeMutableBytes { buffer in
                if let base = buffer.baseAddress { header.write(to: base) }
            }
            return bytes + data
        }
    }

    @Test("messages come out whole however the stream is cut", arguments: UInt64(0)..<40)
    func cuts(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let sent: [(MessageHeader, [UInt8])] = (0..<30).map { number in
            let length = random.next() % 5 == 0 ? 0 : Int(random.next() % 3000)
            let data = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            let header = MessageHeader(
                sequence: UInt32(number),
                kind: MessageKind.allCases[Int(random.next() % 9)],
                offset: Int64(random.next() >> 20),
                size: UInt32(random.next() % 100_000),
                dataLength: UInt32(length)
            )
            return (header, data)
        }
        var cuts = SplitMix64(seed: seed &+ 99)
        let (received, error) = read(stream(sent), capacity: 4096) { _ in Int(cuts.next() % 2000) }
        #expect(error == nil, "seed \(seed)")
        #expect(received.map(\.0) == sent.map(\.0), "seed \(seed)")
        #expect(received.map(\.1) == sent.map(\.1), "seed \(seed)")
    }

    @Test("what is not the protocol is said as what it is")
    func errors() {
        func first(_ change: (inout [UInt8]) -> Void, capacity: Int = 4096) -> WireError? {
            var bytes = Self.frames[0].bytes + [UInt8](repeating: 1, count: 4096)
            change(&bytes)
            return read(bytes, capacity: capacity) { _ in 1 << 20 }.error
        }
        #expect(first({ _ in }, capacity: 8192) == nil)
        #expect(first { $0[0] = 2 } == .magic(0x1B02))
        #expect(first { $0[6] = 9 } == .kind(9))
        #expect(first { $0[25] = 1 } == .tooLong(.write, 0x0100_1000))
        #expect(first { $0[17] = 0x80 } == .place(.write, Int64.min + 4096, 4096))
        #expect(
            first {
                $0[17] = 0x7F; for index in 10..<17 { $0[index] = 0xFF }
            } == .place(.write, Int64.max, 4096)
        )
        #expect(first { _ in } == .noRoom(needed: 4122, capacity: 4096))
        #expect(first({ $0.removeLast(10) }, capacity: 8192) == .truncated(missing: 10))
        #expect(first({ $0.removeLast(4096 + 20) }, capacity: 8192) == .truncated(missing: 20))
        #expect(WireError.magic(0x4854).reason.contains("0x4854"))
    }

    @Test("no bytes from the network break the reader", arguments: UInt64(0)..<200)
    func noise(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var bytes = stream(
            (0..<4).map { number in
                (
                    MessageHeader(sequence: number, kind: .write, size: 100, dataLength: 100),
                    [UInt8](repeating: 3, count: 100)
                )
            }
        )
        for _ in 0..<(1 + random.next() % 8) {
            bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(
                truncatingIfNeeded: random.next()
            )
        }
        let (messages, error) = read(bytes, capacity: 512) { _ in Int(random.next() % 200) }
        // Whatever came out before the first damage is whole.
        #expect(messages.count <= 5 && (error != nil || messages.count >= 1), "seed \(seed)")
        for (header, data) in messages { #expect(Int(header.dataLength) == data.count) }
    }
}
