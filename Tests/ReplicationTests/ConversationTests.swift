import Glibc
import IOEngines
import Replication
import TestSupport
import Testing

/// An agent as a Longhorn engine sees it: bytes in, bytes out, written down by hand from the protocol.
@Suite struct ConversationTests {
    /// Magic 0x1b01, sequence, kind, offset, size, length of the data: little-endian, 26 bytes.
    private static func frame(
        _ sequence: UInt8,
        _ kind: UInt8,
        offset: UInt16 = 0,
        size: UInt16 = 0,
        _ data: [UInt8] = []
    ) -> [UInt8] {
        func low(_ number: UInt16) -> UInt8 { UInt8(number & 0xFF) }
        func high(_ number: UInt16) -> UInt8 { UInt8(number >> 8) }
        let count = UInt16(data.count)
        return [0x01, 0x1B, sequence, 0, 0, 0, kind, 0, 0, 0]
            + [low(offset), high(offset), 0, 0, 0, 0, 0, 0]
            + [low(size), high(size), 0, 0] + [low(count), high(count), 0, 0] + data
    }

    private static let (read, write, response, error, ping, unmap):
        (
            UInt8, UInt8, UInt8, UInt8, UInt8, UInt8
        ) = (0, 1, 2, 3, 6, 7)

    private static func exchange(
        _ socket: borrowing StreamSocket,
        _ request: [UInt8],
        expecting count: Int
    ) -> [UInt8] {
        _ = send(socket.number, request, request.count, Int32(MSG_NOSIGNAL))
        var answer = [UInt8](repeating: 0, count: count)
        var have = 0
        while have < count {
            let got = answer.withUnsafeMutableBytes { bytes in
                recv(socket.number, bytes.baseAddress.map { $0 + have }, count - have, 0)
            }
            guard got > 0 else { return Array(answer.prefix(have)) }
            have += got
        }
        return answer
    }

    @Test("each answer is byte for byte what a replica's would be")
    func golden() throws {
        let rig = try AgentTests.Rig { $0.plainVolumeBytes = 1 << 20 }
        let socket = try StreamSocket.connect(to: rig.endpoint, timeout: 5_000_000_000)
        let block = [UInt8](repeating: 0xAB, count: 4096)
        let piece = [UInt8](repeating: 0xCD, count: 512)
        let zeros = [UInt8](repeating: 0, count: 4096)
        var mixed = zeros
        mixed.replaceSubrange(100..<612, with: piece)
        // What is sent, and what comes back.
        let turns: [(String, [UInt8], [UInt8])] = [
            ("ping", Self.frame(1, Self.ping), Self.frame(1, Self.response)),
            (
                "write", Self.frame(2, Self.write, offset: 4096, size: 4096, block),
                Self.frame(2, Self.response, offset: 4096, size: 4096)
            ),
            (
                "read", Self.frame(3, Self.read, offset: 4096, size: 4096),
                Self.frame(3, Self.response, offset: 4096, size: 4096, block)
            ),
            (
                "unmap", Self.frame(4, Self.unmap, offset: 4096, size: 4096),
                Self.frame(4, Self.response, offset: 4096, size: 4096)
            ),
            (
                "read of a hole", Self.frame(5, Self.read, offset: 4096, size: 4096),
                Self.frame(5, Self.response, offset: 4096, size: 4096, zeros)
            ),
            (
                "write that is not aligned",
                Self.frame(6, Self.write, offset: 8292, size: 512, piece),
                Self.frame(6, Self.response, offset: 8292, size: 512)
            ),
            (
                "and its surroundings", Self.frame(7, Self.read, offset: 8192, size: 4096),
                Self.frame(7, Self.response, offset: 8192, size: 4096, mixed)
            ),
            (
                "read that is not aligned", Self.frame(8, Self.read, offset: 8292, size: 512),
                Self.frame(8, Self.response, offset: 8292, size: 512, piece)
            ),
        ]
        for (name, request, expected) in turns {
            let answer = Self.exchange(socket, request, expecting: expected.count)
            #expect(answer == expected, "\(name)")
        }
    }

    @Test("a large write that comes in pieces is where it belongs")
    func large() throws {
        let rig = try AgentTests.Rig { $0.plainVolumeBytes = 1 << 20 }
        let socket = try StreamSocket.connect(to: rig.endpoint, timeout: 5_000_000_000)
        let data = (0..<65_536).map { UInt8(truncatingIfNeeded: $0 &* 31 + $0 >> 8) }
        var header = Self.frame(9, Self.write, offset: 4096)
        // Size and length are 65 536, which is more than the helper's numbers hold.
        header.replaceSubrange(18..<26, with: [0, 0, 1, 0, 0, 0, 1, 0])
        let whole = header + data
        for piece in [whole[..<20], whole[20..<30_000], whole[30_000...]] {
            let bytes = Array(piece)
            _ = send(socket.number, bytes, bytes.count, Int32(MSG_NOSIGNAL))
            MonotonicClock.sleep(nanoseconds: 20_000_000)
        }
        let answer = Self.exchange(socket, Self.frame(10, Self.ping), expecting: 52)
        #expect(answer.prefix(10) == Self.frame(9, Self.response).prefix(10))
        var request = Self.frame(11, Self.read, offset: 4096)
        request.replaceSubrange(18..<22, with: [0, 0, 1, 0])
        let back = Self.exchange(socket, request, expecting: 26 + data.count)
        #expect(Array(back.dropFirst(26)) == data)
    }
}
