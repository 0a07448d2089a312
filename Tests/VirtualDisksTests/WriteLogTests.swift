import Foundation
import TestSupport
import Testing

@testable import VirtualDisks

@Suite("The log of writes") struct WriteLogTests {
    private func header(_ numbers: [UInt64], last: UInt32? = nil) -> [UInt8] {
        var bytes: [UInt8] = []
        for number in numbers { withUnsafeBytes(of: number.littleEndian) { bytes += $0 } }
        if let last { withUnsafeBytes(of: last.littleEndian) { bytes += $0 } }
        return bytes + [UInt8](repeating: 0, count: 512 - bytes.count)
    }

    private func log(_ entries: [(sectors: UInt64, flags: UInt64)], claimed: UInt64? = nil) -> Data
    {
        var bytes = header(
            [0x6a73_6677_7368_72, 1, claimed ?? UInt64(entries.count)],
            last: 512
        )
        for entry in entries {
            bytes += header([0, entry.sectors, entry.flags, 0])
            let carried = entry.flags & 4 != 0 ? 0 : Int(entry.sectors) * 512
            bytes += [UInt8](repeating: 7, count: carried)
        }
        return Data(bytes)
    }

    private func read(_ data: Data) throws -> WriteLog {
        let directory = try TemporaryDirectory()
        let path = directory.file("log")
        try data.write(to: URL(fileURLWithPath: path))
        return try WriteLog.read(path)
    }

    @Test("writes, flushes, durable writes and discards are counted apart")
    func counts() throws {
        let data = log([(8, 0), (0, 1), (16, 2), (2048, 4), (1, 3)])
        let expected = WriteLog(writes: 3, bytes: 25 * 512, flushes: 3, discards: 1)
        #expect(try read(data) == expected)
    }

    @Test("an empty, foreign or cut log holds what is whole of it")
    func hostile() throws {
        #expect(try read(Data()) == WriteLog())
        #expect(try read(Data(repeating: 0xFF, count: 4096)) == WriteLog())
        let whole = log([(8, 0), (8, 0)], claimed: .max)
        #expect(try read(whole).writes == 2)
        #expect(try read(whole.prefix(512 + 512)).writes == 1)
        let absurd = log([(0, 1)]).prefix(512) + Data(header([0, .max, 0, 0]))
        #expect(try read(absurd) == WriteLog())
    }
}
