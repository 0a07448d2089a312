import Foundation
import Testing

@testable import Workloads

@Suite("Data that storage cannot cheat on")
struct BlockFillTests {
    private func blocks(_ count: Int, _ bytes: Int, _ fill: inout BlockFill) -> [[UInt8]] {
        (0..<count).map { _ in
            var block = [UInt8](repeating: 0, count: bytes)
            block.withUnsafeMutableBytes { fill.fill($0) }
            return block
        }
    }

    @Test(
        "no block is zero anywhere for long, and no two are alike",
        arguments: [0, 50, 100],
        [512, 4096, 131_072]
    )
    func different(_ compress: Int, _ bytes: Int) {
        var fill = BlockFill(compressPercent: compress, seed: 12)
        let all = blocks(64, bytes, &fill)
        #expect(Set(all).count == 64)
        for block in all {
            let longest = block.reduce((run: 0, most: 0)) { state, byte in
                let run = byte == 0 ? state.run + 1 : 0
                return (run, max(state.most, run))
            }.most
            #expect(longest < 6)
        }
    }

    @Test(
        "zlib compresses as much as was asked, within 2 points",
        arguments: [0, 25, 50, 75, 100],
        [4096, 16_384]
    )
    func compressible(_ percent: Int, _ bytes: Int) throws {
        var fill = BlockFill(compressPercent: percent, seed: 99)
        let data = Data(blocks(100, bytes, &fill).flatMap { $0 })
        let saved = try python(
            "import sys,zlib; d=sys.stdin.buffer.read(); n=\(bytes); c=sum(len(zlib.compress(d[i:i+n],6)) for i in range(0,len(d),n)); print(100-100*c/len(d))",
            data
        )
        #expect(abs(saved - Double(percent)) <= 2, "\(saved) % saved")
    }

    @Test(
        "deduplication finds as many copies as were asked, within 2 points",
        arguments: [0, 10, 50, 90, 100]
    )
    func duplicates(_ percent: Int) {
        var fill = BlockFill(dedupePercent: percent, seed: 5)
        let all = blocks(10_000, 64, &fill)
        let saved = 100 - 100 * Double(Set(all).count) / 10_000
        #expect(abs(saved - Double(percent)) <= 2, "\(saved) % saved")
    }

    @Test(
        "renewing changes every byte, and a compressor that looks back finds nothing of the old block"
    )
    func renewed() throws {
        var fill = BlockFill(seed: 31)
        var block = [UInt8](repeating: 0, count: 4099)
        block.withUnsafeMutableBytes { fill.fill($0) }
        var stream = Data(block)
        for _ in 0..<30 {
            let old = block
            block.withUnsafeMutableBytes { fill.renew($0) }
            #expect(zip(old, block).allSatisfy { $0 != $1 })
            stream.append(contentsOf: block)
        }
        let saved = try python(
            "import sys,lzma; d=sys.stdin.buffer.read(); print(100-100*len(lzma.compress(d))/len(d))",
            stream
        )
        #expect(saved < 2)
    }

    @Test("renewing keeps the compressible share")
    func renewedCompressible() throws {
        var fill = BlockFill(compressPercent: 50, seed: 31)
        var block = [UInt8](repeating: 0, count: 4096)
        block.withUnsafeMutableBytes { fill.fill($0) }
        block.withUnsafeMutableBytes { fill.renew($0) }
        let saved = try python(
            "import sys,zlib; d=sys.stdin.buffer.read(); print(100-100*len(zlib.compress(d,6))/len(d))",
            Data(block)
        )
        #expect(abs(saved - 50) <= 2)
    }

    /// Runs a line of Python on bytes and reads the number it prints.
    private func python(_ program: String, _ input: Data) throws -> Double {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent(
            "tbench-\(UUID().uuidString)"
        )
        try input.write(to: path)
        defer { try? FileManager.default.removeItem(at: path) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", program]
        process.standardInput = try FileHandle(forReadingFrom: path)
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(
            decoding: output.fileHandleForReading.readDataToEndOfFile(),
            as: UTF8.self
        )
        process.waitUntilExit()
        return try #require(Double(text.trimmingCharacters(in: .whitespacesAndNewlines)))
    }
}
