import Glibc
import TestSupport
import Testing
import Units

@testable import Replication

@Suite struct PathEchoTests {
    /// A plain UDP socket to an echo on loopback.
    final class Client {
        let number: Int32

        init(port: UInt16) throws {
            number = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            let length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let result = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(number, $0, length)
                }
            }
            try #require(result == 0)
            var time = timeval(tv_sec: 0, tv_usec: 300_000)
            setsockopt(
                number,
                SOL_SOCKET,
                SO_RCVTIMEO,
                &time,
                socklen_t(MemoryLayout<timeval>.size)
            )
        }

        deinit { close(number) }

        /// The answer; nil when none comes.
        func ask(_ bytes: [UInt8]) -> [UInt8]? {
            send(number, bytes, bytes.count, 0)
            var answer = [UInt8](repeating: 0, count: 65_536)
            let count = recv(number, &answer, answer.count, 0)
            return count >= 0 ? Array(answer[..<count]) : nil
        }
    }

    static let cookie: UInt64 = 0x0123_4567_89AB_CDEF

    static func echo() throws -> PathEcho {
        let echo = try PathEcho(at: Endpoint("127.0.0.1").withPort(0), cookie: cookie)
        try echo.start()
        return echo
    }

    static let golden: [UInt8] =
        Array("TBENCHP1".utf8) + [0xEF, 0xCD, 0xAB, 0x89, 0x67, 0x45, 0x23, 0x01, 7, 0, 0, 0]

    @Test("a question of any length gets an answer of 24 bytes that says how much arrived")
    func short() throws {
        let echo = try Self.echo()
        defer { echo.stop() }
        let client = try Client(port: echo.port)
        for count in [24, 25, 1472, 8972, 65_507] {
            var question = Self.golden + [0, 0, 0, 0]
            question += Array(repeating: 0, count: count - question.count)
            let answer = try #require(client.ask(question))
            let size = [UInt8(count & 255), UInt8(count >> 8 & 255), UInt8(count >> 16), 0]
            #expect(answer == Array("TBENCHQ1".utf8) + Self.golden.dropFirst(8) + size)
        }
    }

    @Test("who asks for it gets as many bytes back, and never more")
    func whole() throws {
        let echo = try Self.echo()
        defer { echo.stop() }
        let client = try Client(port: echo.port)
        for count in [24, 1472, 8972] {
            var question = Self.golden + [1, 0, 0, 0]
            question += Array(repeating: 0, count: count - question.count)
            #expect(client.ask(question)?.count == count)
        }
    }

    @Test(
        "a datagram without the cookie, too short or of another sort gets no answer",
        arguments: [
            [], [0], Array("TBENCHP1".utf8), golden, golden + [2, 0, 0, 0],
            Array("TBENCHQ1".utf8) + golden.dropFirst(8) + [0, 0, 0, 0],
            Array("TBENCHP1".utf8) + Array(repeating: 0, count: 1000),
        ] as [[UInt8]]
    )
    func silence(bytes: [UInt8]) throws {
        let echo = try Self.echo()
        defer { echo.stop() }
        let client = try Client(port: echo.port)
        #expect(client.ask(bytes) == nil)
        #expect(client.ask(Self.golden + [0, 0, 0, 0])?.count == 24)
    }

    @Test("a port that is taken is named")
    func taken() throws {
        let echo = try Self.echo()
        defer { echo.stop() }
        #expect(throws: ReplicationError.self) {
            try PathEcho(at: Endpoint("127.0.0.1").withPort(echo.port), cookie: 1)
        }
    }

    @Test("TCP_INFO of an older kernel leaves unknown what it does not have")
    func transport() {
        // tcpi_rtt is at byte 68, tcpi_total_retrans at 100, tcpi_segs_out at 136.
        var bytes = [UInt8](repeating: 0, count: 104)
        bytes[68] = 250
        bytes[100] = 3
        let info = TransportInfo(bytes)
        #expect(info.rttMicroseconds == 250)
        #expect(info.retransmits == 3)
        #expect(info.segmentsSent == nil)
        #expect(info.rttMinMicroseconds == nil)
        #expect(TransportInfo(Array(bytes[..<70])).rttMicroseconds == nil)
        #expect(TransportInfo([]).retransmits == nil)
    }
}
