import Testing
import Workloads

@Suite("WAL framing") struct WALFramingTests {
    /// Frames one batch and returns its bytes.
    private func batch(
        _ count: Int,
        key: Int,
        value: Int,
        framing: inout WALFraming
    ) -> [UInt8] {
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 8)
        defer { bytes.deallocate() }
        var cursor = ByteCursor(bytes)
        for _ in 0..<count { framing.entry(keyBytes: key, valueBytes: value, to: &cursor) }
        framing.hardState(to: &cursor)
        return Array(bytes.prefix(cursor.count))
    }

    // Sizes traced from etcd 3.4.23: 320n + 40 for 8/256, 1352n + 40 for check perf, 8296 for 8/8192.
    @Test(
        "a batch is as long as etcd's",
        arguments: [
            (1, 8, 256, 360), (2, 8, 256, 680), (13, 8, 256, 4200), (1, 276, 1024, 1392),
            (3, 276, 1024, 4096), (1, 8, 8192, 8296),
        ]
    )
    func batchLength(count: Int, key: Int, value: Int, bytes: Int) {
        // From an index on at which raft's varints have the width they had in the trace.
        var framing = WALFraming(payload: PayloadSource(kind: .zero, seed: 1), firstIndex: 300)
        #expect(batch(count, key: key, value: value, framing: &framing).count == bytes)
    }

    @Test("the HardState record takes 40 bytes, whatever the width of its varints")
    func hardStateLength() {
        for index: UInt64 in [200, 70_000, 3_000_000] {
            let payload = PayloadSource(kind: .zero, seed: 1)
            var framing = WALFraming(payload: payload, firstIndex: index)
            #expect(batch(0, key: 1, value: 1, framing: &framing).count == 40)
        }
    }

    @Test("every record decodes, with its CRC chained over all data before it")
    func decodes() throws {
        var framing = WALFraming(payload: PayloadSource(kind: .random, seed: 9))
        var log: [UInt8] = []
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 8)
        defer { bytes.deallocate() }
        var cursor = ByteCursor(bytes)
        framing.segmentHead(to: &cursor)
        framing.emptySnapshot(to: &cursor)
        log += bytes.prefix(cursor.count)
        for count in [1, 5, 2] { log += batch(count, key: 33, value: 777, framing: &framing) }
        let records = try WALDecoder.records(log)
        #expect(records.map(\.type) == [4, 1, 5, 2, 3, 2, 2, 2, 2, 2, 3, 2, 2, 3])
        let indices = records.filter { $0.type == 2 }.compactMap { $0.varint(field: 3) }
        #expect(indices == [4, 5, 6, 7, 8, 9, 10, 11])
        let commits = records.filter { $0.type == 3 }.compactMap { $0.varint(field: 3) }
        #expect(commits == [4, 9, 11])
    }

    @Test("a flipped bit anywhere in a record's data breaks the chain")
    func decoderSeesCorruption() throws {
        var framing = WALFraming(payload: PayloadSource(kind: .random, seed: 9))
        var log = batch(2, key: 8, value: 64, framing: &framing)
        log[100] ^= 1
        #expect(throws: WALDecoder.Corrupt.self) { try WALDecoder.records(log) }
    }
}
