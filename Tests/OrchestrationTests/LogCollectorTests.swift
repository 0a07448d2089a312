import Foundation
import Statistics
import Testing

@testable import Orchestration

@Suite("Records through logs") struct LogCollectorTests {
    /// Bytes that do not compress, so that a record has many parts.
    static func record(_ seed: UInt64, bytes: Int = 60_000) -> [UInt8] {
        var random = SplitMix64(seed: seed)
        return (0..<bytes).map { _ in UInt8(truncatingIfNeeded: random.next() >> 11) }
    }

    static func lines(_ seed: UInt64, bytes: Int = 60_000) throws -> [String] {
        let node = "n\(seed)"
        let stream = String(repeating: "0", count: 14) + String(seed + 16, radix: 16).suffix(2)
        let start = LogLine(
            stream: stream,
            node: node,
            content: .start(pod: "p", arguments: "etcd /x")
        )
        let end = LogLine(stream: stream, node: node, content: .end(exit: 0, note: ""))
        let parts = try PackedRecord(record(seed, bytes: bytes)).lines(stream: stream, node: node)
        return ([start] + parts + [end]).map(\.text)
    }

    static func collect(
        _ text: String,
        pieces: Int = 1 << 20
    ) throws -> (records: [[UInt8]], missing: [Missing]) {
        var collector = LogCollector()
        let bytes = Array(text.utf8)
        var found: [LogCollector.Found] = []
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            try collector.read(Array(bytes[start..<min(start + pieces, bytes.count)]))
            found += collector.takeComplete()
        }
        try collector.read([], isLast: true)
        found += collector.takeComplete()
        return (found.compactMap { $0.record.unpack() }, collector.missing)
    }

    @Test("a line is JSON of at most 7 KiB, and every text in it is made harmless")
    func line() throws {
        let hostile = "a\"b\\c\n\u{1B}[31m}{é" + String(repeating: "x", count: 5000)
        var lines = try Self.lines(1)
        lines.append(
            LogLine(
                stream: "0123456789abcdef",
                node: hostile,
                content: .end(exit: 77, note: hostile)
            ).text
        )
        lines.append(
            LogLine(
                stream: "0123456789abcdef",
                node: hostile,
                content: .start(pod: hostile, arguments: hostile)
            ).text
        )
        for line in lines {
            #expect(line.utf8.count <= LogLine.mostBytes && line.hasSuffix("}\n"))
            #expect(line.utf8.dropLast().allSatisfy { $0 >= 0x20 && $0 < 0x7F })
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            #expect(object?["tbench"] is String)
        }
        #expect(try Self.collect(lines.suffix(2).joined()).missing.count == 1)
    }

    @Test(
        "records come back byte for byte, whatever the size of the pieces they are read in",
        arguments: [7, 100, 6999, 1 << 20]
    )
    func pieces(size: Int) throws {
        let text = try (1...3).map { try Self.lines($0, bytes: size == 7 ? 6000 : 60_000).joined() }
            .joined()
        let (records, missing) = try Self.collect(text, pieces: size)
        #expect(records == (1...3).map { Self.record($0, bytes: size == 7 ? 6000 : 60_000) })
        #expect(missing.isEmpty)
    }

    @Test(
        "shuffled, doubled, mixed and prefixed lines give every record once",
        arguments: 1...8 as ClosedRange<UInt64>
    )
    func shuffled(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var lines = try (1...6).flatMap { try Self.lines($0) }
        lines += lines.filter { _ in random.next() % 3 == 0 }
        lines += (0..<200).map {
            "{\"level\":\"info\",\"n\":\($0),\"msg\":\"{\\\"tbench\\\": no\"}\n"
        }
        for index in lines.indices.reversed() where index > 0 {
            lines.swapAt(index, Int(random.next() % UInt64(index + 1)))
        }
        let prefixes = [
            "", "2026-08-03T10:15:22.1Z stdout F ", "[pod/tbench-x/tbench] ", "progress 3/25 ",
        ]
        let text = lines.map { prefixes[Int(random.next() % 4)] + $0 }.joined()
        let (records, missing) = try Self.collect(text, pieces: 4096)
        #expect(Set(records) == Set((1...6).map { Self.record($0) }))
        #expect(records.count == 6)
        #expect(missing.isEmpty)
    }

    @Test("a log driver may quote the lines once more, and newlines may be lost")
    func quoted() throws {
        let lines = try Self.lines(5)
        let docker = lines.map { line in
            let escaped = line.dropLast().map { $0 == "\"" ? "\\\"" : String($0) }.joined()
            return
                "{\"log\":\"\(escaped)\\n\",\"stream\":\"stdout\",\"time\":\"2026-08-03T10:15:22Z\"}\n"
        }
        #expect(try Self.collect(docker.joined()).records == [Self.record(5)])
        let glued = lines.map { String($0.dropLast()) }.joined(separator: "...")
        #expect(try Self.collect(glued).records == [Self.record(5)])
    }

    @Test("what is cut, altered or never arrives is named and nothing is invented")
    func damaged() throws {
        var lines = try Self.lines(1) + Self.lines(2) + Self.lines(3)
        let perRecord = lines.count / 3
        lines.remove(at: 3)
        // One digit of the second record's data changes; the third was cut in the middle of a line.
        let victim = perRecord + 4
        lines[victim] = lines[victim].replacing("\"data\":\"", with: "\"data\":\"A")
        lines[2 * perRecord + 1] = String(lines[2 * perRecord + 1].prefix(3000)) + "\n"
        lines.append(
            LogLine(
                stream: "00000000000000ff",
                node: "n9",
                content: .start(pod: "dead", arguments: "etcd /x")
            ).text
        )
        lines.append(
            LogLine(
                stream: "00000000000000fe",
                node: "n8",
                content: .start(pod: "no", arguments: "e")
            ).text
        )
        lines.append(
            LogLine(
                stream: "00000000000000fe",
                node: "n8",
                content: .end(exit: 77, note: "refused")
            ).text
        )
        let (records, missing) = try Self.collect(lines.joined())
        #expect(records.isEmpty)
        let texts = missing.map(\.text)
        #expect(texts.count == 5)
        #expect(texts[0].hasPrefix("n1 (p): 1 of 13 parts are missing: 3"))
        #expect(texts[1].hasPrefix("n2 (p): 1 of 13"))
        #expect(texts[3].contains("ended with exit code 77 and no record: refused"))
        #expect(texts[4].contains("began 'etcd /x' and left nothing else"))
    }

    @Test("a forged part makes no record")
    func forged() throws {
        let real = try PackedRecord(Self.record(1))
        let fake = try PackedRecord(Self.record(2))
        let lines = real.lines(stream: "0123456789abcdef", node: "n").enumerated().map {
            index,
            line in
            guard index == 2, case .part(let record, let bytes, let part, let of, _) = line.content,
                case .part(_, _, _, _, let data) = fake.lines(
                    stream: "0123456789abcdef",
                    node: "n"
                )[2].content
            else { return line.text }
            return LogLine(
                stream: line.stream,
                node: "n",
                content: .part(record: record, bytes: bytes, part: part, of: of, data: data)
            ).text
        }
        #expect(try Self.collect(lines.joined()).records.isEmpty)
    }

    @Test(
        "announced sizes cost no memory before they are true",
        arguments: [1 << 26, 99_999_999_999]
    )
    func bomb(bytes: Int) throws {
        let line = LogLine(
            stream: "0123456789abcdef",
            node: "n",
            content: .part(
                record: String(repeating: "a", count: 64),
                bytes: bytes,
                part: 1,
                of: 1,
                data: [1, 2, 3]
            )
        )
        #expect(try Self.collect(line.text).records.isEmpty)
    }

    @Test("random bytes and mutated lines are survived", arguments: 1...20 as ClosedRange<UInt64>)
    func fuzz(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var bytes = Array(try Self.lines(seed % 4, bytes: 20_000).joined().utf8)
        for _ in 0..<(1 + seed * 3) {
            bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(
                truncatingIfNeeded: random.next()
            )
        }
        var collector = LogCollector()
        try collector.read(bytes, isLast: true)
        for found in collector.takeComplete() {
            #expect(found.record.unpack() == Self.record(seed % 4, bytes: 20_000))
        }
    }

    @Test("more unfinished records than the limit end with an error")
    func limit() throws {
        var collector = LogCollector(limit: 20_000)
        let text = try Self.lines(1).dropLast(3).joined()
        #expect(throws: LogError.self) { try collector.read(Array(text.utf8)) }
    }
}
