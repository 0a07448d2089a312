import Foundation
import Glibc
import IOEngines
import ResultStore
import TestSupport
import Testing

@testable import VirtualDisks

/// Somebody at a socket who says what was written down for him, whatever he is asked.
private final class ScriptedMonitor: Sendable {
    enum Line: Sendable {
        /// Sent at once.
        case say(String)
        /// Waits for a question first.
        case answer(String)
        /// So many bytes without an end.
        case flood(Int)
        /// A byte at a time, without an end, until the other side goes.
        case drip
    }

    let path: String

    init(in directory: TemporaryDirectory, _ lines: [Line]) throws {
        path = directory.file("m.qmp")
        let listener = try UnixSocket.listen(at: path)
        let number = dup(listener.rawValue)
        let thread = Thread {
            let client = accept(number, nil, nil)
            for line in lines where !Self.perform(line, client) { break }
            close(client)
            close(number)
        }
        thread.start()
    }

    private static func perform(_ line: Line, _ client: Int32) -> Bool {
        func send(_ text: [UInt8]) -> Bool {
            var rest = text[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes {
                    Glibc.send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { return false }
                rest = rest.dropFirst(count)
            }
            return true
        }
        switch line {
        case .say(let text): return send(Array(text.utf8))
        case .answer(let text):
            var byte: UInt8 = 0
            while byte != UInt8(ascii: "\n") {
                guard recv(client, &byte, 1, 0) == 1 else { return false }
            }
            return send(Array(text.utf8))
        case .flood(let count):
            return send([UInt8](repeating: UInt8(ascii: " "), count: count))
        case .drip:
            while send([UInt8(ascii: " ")]) { usleep(20_000) }
            return false
        }
    }
}

@Suite("QEMU's machine protocol") struct QMPClientTests {
    private static let greeting = "{\"QMP\": {\"version\": {}, \"capabilities\": []}}\r\n"
    private static let yes = "{\"return\": {}}\r\n"

    private func statistics(
        _ lines: [ScriptedMonitor.Line],
        seconds: Int = 5
    ) throws -> [BlockStatistics] {
        let directory = try TemporaryDirectory()
        let monitor = try ScriptedMonitor(in: directory, lines)
        var client = try QMPClient.connect(to: monitor.path, answerSeconds: seconds)
        return try client.blockStatistics()
    }

    @Test("events between a question and its answer are passed over, and histograms are read")
    func answer() throws {
        let stats = """
            {"return": [{"device": "", "node-name": "format0", "qdev": "disk0", "stats": {"wr_operations": 7, \
            "wr_bytes": 4096, "wr_total_time_ns": 9, "flush_operations": 2, "flush_total_time_ns": 3, \
            "rd_operations": 0, "rd_total_time_ns": 0, "flush_latency_histogram": {"boundaries": [10, 50], \
            "bins": [1, 1, 0]}, "unknown": [1]}}]}\r\n
            """
        let event = "{\"timestamp\": {\"seconds\": 1}, \"event\": \"STOP\"}\r\n"
        let found = try statistics([
            .say(Self.greeting), .answer(event + Self.yes), .answer(event + event + stats),
        ])
        #expect(found.map(\.name) == ["format0"])
        #expect(found.first?.stats.wr_operations == 7)
        #expect(
            found.first?.stats.flush_latency_histogram
                == BinnedLatency(boundaries: [10, 50], bins: [1, 1, 0])
        )
        #expect(found.first?.stats.wr_latency_histogram == nil)
    }

    @Test(
        "what is no QEMU is said to be none, and nothing it sends is waited for or kept for ever",
        arguments: [
            ("silence", []), ("garbage", [.say("\u{0}\u{1B}[31m\r\n")]),
            ("another protocol", [.say("220 mail ready\r\n")]),
            ("a greeting cut short", [.say("{\"QMP\": {\"ver")]),
            ("gone after the greeting", [.say(greeting)]),
            (
                "numbers that are none",
                [
                    .say(greeting), .answer(yes),
                    .answer("{\"return\": [{\"stats\": {\"wr_operations\": -1}}]}\r\n"),
                ]
            ),
            (
                "an answer cut short",
                [
                    .say(greeting), .answer(yes), .answer("{\"return\": [{\"device\": \"a\""),
                ]
            ),
            ("a line without an end", [.say(greeting), .answer(yes), .flood(17 << 20)]),
            ("a byte now and then", [.say(greeting), .answer(yes), .drip]),
        ] as [(String, [ScriptedMonitor.Line])]
    )
    private func hostile(name: String, lines: [ScriptedMonitor.Line]) throws {
        let start = MonotonicClock.now()
        let error = #expect(throws: VirtualDiskError.self) {
            _ = try statistics(lines, seconds: 1)
        }
        #expect(error?.reason.contains("is no QEMU, or it is busy") == true, "\(name)")
        // A drip does not prolong the second that an answer has; a busy machine may.
        #expect(MonotonicClock.now() - start < 20_000_000_000)
    }

    @Test("a refusal has QEMU's own words")
    func refused() throws {
        let words = "{\"error\": {\"class\": \"GenericError\", \"desc\": \"no such node\"}}\r\n"
        let error = #expect(throws: VirtualDiskError.self) {
            _ = try statistics([.say(Self.greeting), .answer(Self.yes), .answer(words)])
        }
        #expect(error?.reason == "QEMU refused query-blockstats: no such node")
    }

    @Test("what was counted between two looks is what the bins gained, unless they are others")
    func bins() {
        let before = BinnedLatency(boundaries: [10, 20, 50], bins: [5, 5, 5, 5])
        let after = BinnedLatency(boundaries: [10, 20, 50], bins: [5, 103, 6, 5])
        let gained = after.since(before)
        #expect(gained?.bins == [0, 98, 1, 0])
        #expect(gained?.bound(quantile: 0.5) == 20)
        #expect(gained?.bound(quantile: 0.99) == 50)
        #expect(before.since(after) == nil)
        #expect(after.since(BinnedLatency(boundaries: [10], bins: [1, 2])) == nil)
        let torn = BinnedLatency(boundaries: [20, 10], bins: [1])
        #expect(torn.bound(quantile: 0.5) == nil)
        #expect(torn.since(torn) == nil)
        let slow = BinnedLatency(boundaries: [10], bins: [1, 99])
        #expect(slow.bound(quantile: 0.99) == nil)
    }
}
