import Foundation
import ResultStore
import Statistics
import Testing
import Units

@Suite struct RecordCodingTests {
    private func text(_ record: ResultRecord) throws -> String {
        String(decoding: try RecordCoding.encode(record), as: UTF8.self)
    }

    @Test("a full record comes back equal, and encodes to the same bytes again")
    func roundTrip() throws {
        let record = FullRecord.make()
        let data = try RecordCoding.encode(record)
        let back = try RecordCoding.decode(data)
        #expect(back == record)
        #expect(try RecordCoding.encode(back) == data)
    }

    @Test("a record with nothing optional comes back equal and holds no null")
    func sparse() throws {
        let record = ResultRecord(
            method: 1,
            run: RunInfo(
                id: "1",
                started: "x",
                toolVersion: "t",
                toolBuild: "b",
                arguments: []
            ),
            benchmark: BenchmarkInfo(
                name: "etcd",
                workload: "sha256:0",
                spec: [:],
                engine: "sync",
                engineRequested: "auto"
            ),
            target: TargetFacts(path: "/a/b", kind: "directory"),
            host: HostRecord()
        )
        #expect(try RecordCoding.decode(RecordCoding.encode(record)) == record)
        let json = try text(record)
        #expect(!json.contains("null"))
        #expect(!json.contains("by_id"))
        #expect(json.contains("\"path\":\"/a/b\""))
    }

    @Test("keys are snake_case and a key chosen by the user is left as it is")
    func keys() throws {
        var record = FullRecord.make()
        record.tags["camelCase"] = "x"
        let json = try text(record)
        for key in ["timer_overshoot_p50_ns", "ci99", "max_sectors_kib", "boot_id", "camelCase"] {
            #expect(json.contains("\"\(key)\":"), "\(key)")
        }
        #expect(try RecordCoding.decode(Data(json.utf8)) == record)
    }

    @Test("each round is one line")
    func roundLines() throws {
        let lines = try text(FullRecord.make()).split(separator: "\n")
        let rounds = lines.filter { $0.contains("\"latency\"") }
        #expect(rounds.count == 3)
        #expect(rounds.allSatisfy { $0.contains("2000113000") && $0.contains("wal_sync_metadata") })
        // Histograms alone would be twice as many.
        #expect(lines.count < 260)
    }

    @Test(
        "strings that look like structure survive",
        arguments: [
            "a\"b", "{[,]}", "\\", "\\\"", "ends with \\\\", "9007199254740993", "ü\n\t", "",
        ]
    )
    func strings(_ text: String) throws {
        var record = FullRecord.make()
        record.run.arguments = [text, String(repeating: text, count: 60)]
        record.tags[text] = text
        record.phases[0].name = text
        #expect(try RecordCoding.decode(RecordCoding.encode(record)) == record)
    }

    @Test("unknown keys are ignored at every level")
    func unknownKeys() throws {
        let record = FullRecord.make()
        let json = try text(record)
            .replacingOccurrences(of: "\"method\":", with: "\"new\": {\"a\":[1]},\n \"method\":")
            .replacingOccurrences(of: "\"boot_id\":", with: "\"boot_idea\": 3, \"boot_id\":")
        #expect(json.contains("\"new\"") && json.contains("boot_idea"))
        #expect(try RecordCoding.decode(Data(json.utf8)) == record)
    }

    @Test(
        "what is not a readable record is refused with a way forward",
        arguments: [
            ("", ResultStoreError.Code.notARecord),
            ("[]", .notARecord),
            ("{}", .notARecord),
            ("{\"schema\":\"other\",\"v\":1}", .notARecord),
            ("{\"schema\":7,\"v\":1}", .notARecord),
            ("{\"schema\":\"tbench.result\"}", .malformed),
            ("{\"schema\":\"tbench.result\",\"v\":0}", .malformed),
            ("{\"schema\":\"tbench.result\",\"v\":2}", .newerVersion),
            ("{\"schema\":\"tbench.result\",\"v\":1}", .malformed),
        ]
    )
    func refused(_ json: String, _ code: ResultStoreError.Code) {
        let error = #expect(throws: ResultStoreError.self) {
            try RecordCoding.decode(Data(json.utf8))
        }
        #expect(error?.code == code)
        #expect(error?.hint != nil)
    }

    @Test("a newer record says which version it is and what to use")
    func newer() {
        let error = #expect(throws: ResultStoreError.self) {
            try RecordCoding.decode(Data("{\"schema\":\"tbench.result\",\"v\":7}".utf8))
        }
        #expect(
            error?.description
                == "the record has layout version 7, and this tbench reads up to 1. "
                + "Hint: use the tbench that wrote it, or a newer one."
        )
    }

    @Test("a missing value is named with its place")
    func missingValue() throws {
        let json = try text(FullRecord.make())
            .replacingOccurrences(of: "\"duration_ns\":2000113000", with: "\"x\":0")
        let error = #expect(throws: ResultStoreError.self) {
            try RecordCoding.decode(Data(json.utf8))
        }
        #expect(error?.reason.contains("phases[0].rounds[0].durationNs is missing") == true)
    }

    @Test("numbers that JSON cannot carry are refused", arguments: [Double.nan, .infinity])
    func notFinite(_ value: Double) {
        var record = FullRecord.make()
        record.metrics["bad"] = Metric(value: value)
        let error = #expect(throws: ResultStoreError.self) { try RecordCoding.encode(record) }
        #expect(error?.code == .notRepresentable)
        #expect(error?.reason.contains("bad") == true)
    }

    @Test("2^53 - 1 is written and 2^53 is refused")
    func exactIntegers() throws {
        var record = FullRecord.make()
        record.run.durationNs = 1 << 53 - 1
        #expect(try RecordCoding.decode(RecordCoding.encode(record)) == record)
        record.run.durationNs = 1 << 53
        let error = #expect(throws: ResultStoreError.self) { try RecordCoding.encode(record) }
        #expect(error?.reason.contains("duration_ns") == true)
        record.run.durationNs = 1
        record.phases[0].rounds[1].durationNs = 1 << 60
        #expect(throws: ResultStoreError.self) { try RecordCoding.encode(record) }
    }

    @Test("a capacity that cannot be right is left out and said")
    func implausibleCapacity() throws {
        var record = FullRecord.make()
        record.target.filesystem?.freeBytes = .max
        let back = try RecordCoding.decode(RecordCoding.encode(record))
        #expect(back.target.filesystem?.freeBytes == nil)
        #expect(back.target.filesystem?.sizeBytes == 100 << 30)
        #expect(back.target.unknown.contains { $0.contains("18446744073709551615") })
    }

    @Test(
        "a histogram that contradicts itself is refused",
        arguments: [
            [1000], [1001, 3, 1000, 40], [1000, 0], [1000, 3, 1000, 1], [1 << 40, 1],
            [1000, 1 << 60],
        ] as [[UInt64]]
    )
    func badHistogram(_ buckets: [UInt64]) throws {
        let good = "[1000,3,1001,40]"
        let json = try text(FullRecord.make())
        #expect(json.contains(good))
        let bad = json.replacingOccurrences(of: good, with: "\(buckets)")
        let error = #expect(throws: ResultStoreError.self) {
            try RecordCoding.decode(Data(bad.utf8))
        }
        #expect(error?.code == .malformed)
        #expect(error?.reason.contains("round 0") == true)
    }

    @Test("damaged and random bytes give a record or an error, never a trap")
    func damagedBytes() throws {
        let seed: UInt64 = 0x7462_656E_6368
        var random = SplitMix64(seed: seed)
        let good = Array(try RecordCoding.encode(FullRecord.make()))
        var refused = 0
        for _ in 0..<400 {
            var bytes = good
            switch random.next() % 4 {
            case 0:
                bytes = (0..<Int(random.next() % 300)).map { _ in
                    .random(in: 0...255, using: &random)
                }
            case 1: bytes.removeLast(Int(random.next() % UInt64(good.count)))
            default:
                for _ in 0..<(1 + random.next() % 4) {
                    let place = Int(random.next() % UInt64(good.count))
                    bytes[place] = .random(in: 0...255, using: &random)
                }
            }
            do {
                _ = try RecordCoding.decode(Data(bytes))
            } catch {
                refused += 1
            }
        }
        #expect(refused > 100, "seed \(seed)")
        let deep = Data(repeating: UInt8(ascii: "["), count: 200_000)
        #expect(throws: ResultStoreError.self) { try RecordCoding.decode(deep) }
    }
}

@Suite("A record without its phases") struct RecordHeadTests {
    @Test("has everything else, and what is no record is refused as ever")
    func head() throws {
        var record = FullRecord.make()
        let data = try RecordCoding.encode(record)
        record.phases = []
        #expect(try RecordCoding.decodeHead(data) == record)
        for text in [
            "", "{}", "[]", "{\"schema\":\"tbench.result\",\"v\":99}", "{\"schema\":\"x\",\"v\":1}",
        ] {
            let bytes = Data(text.utf8)
            let one = #expect(throws: ResultStoreError.self) { try RecordCoding.decodeHead(bytes) }
            let other = #expect(throws: ResultStoreError.self) { try RecordCoding.decode(bytes) }
            #expect(one == other)
        }
    }
}
