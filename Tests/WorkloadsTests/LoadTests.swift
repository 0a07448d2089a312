import Foundation
import Testing
import Workloads

@Suite("Loads and arrivals") struct LoadTests {
    @Test("fixed arrivals are evenly spaced and never drift")
    func fixed() {
        var schedule = ArrivalSchedule(pattern: .fixed, ratePerSecond: 150, seed: 1)
        var last = UInt64(0)
        for index in 1...15_000 {
            let due = schedule.next()
            #expect(due > last)
            last = due
            if index == 150 { #expect(due == 1_000_000_000) }
        }
        #expect(last == 100_000_000_000)
    }

    @Test("Poisson gaps are exponential: Kolmogorov distance at most 0.01", arguments: [1, 2, 3])
    func poisson(seed: UInt64) {
        var schedule = ArrivalSchedule(pattern: .poisson, ratePerSecond: 1000, seed: seed)
        var gaps: [Double] = []
        var last = UInt64(0)
        for _ in 0..<100_000 {
            let due = schedule.next()
            gaps.append(Double(due - last))
            last = due
        }
        gaps.sort()
        var distance = 0.0
        for (index, gap) in gaps.enumerated() {
            let expected = 1 - exp(-gap / 1e6)
            distance = max(distance, abs(expected - Double(index) / Double(gaps.count)))
        }
        #expect(distance <= 0.01)
        #expect(abs(Double(last) / 1e11 - 1) < 0.02)
    }

    @Test("random data repeats no block and is the same for the same seed")
    func payload() {
        var first = PayloadSource(kind: .random, seed: 3)
        var second = PayloadSource(kind: .random, seed: 3)
        var blocks: Set<[UInt8]> = []
        var ones = 0
        for _ in 0..<1000 {
            var block = [UInt8](repeating: 0, count: 509)
            var same = block
            block.withUnsafeMutableBytes { first.fill($0) }
            same.withUnsafeMutableBytes { second.fill($0) }
            #expect(block == same)
            blocks.insert(block)
            ones += block.reduce(0) { $0 + $1.nonzeroBitCount }
        }
        #expect(blocks.count == 1000)
        #expect(abs(Double(ones) / (1000 * 509 * 8) - 0.5) < 0.005)
    }

    @Test("zero data is all zero")
    func zero() {
        var source = PayloadSource(kind: .zero, seed: 3)
        var block = [UInt8](repeating: 7, count: 100)
        block.withUnsafeMutableBytes { source.fill($0) }
        #expect(block == [UInt8](repeating: 0, count: 100))
    }

    @Test(
        "every name leads to its load",
        arguments: [
            ("s", 150.0, 50), ("small", 150, 50), ("m", 1000, 200), ("l", 8000, 500),
            ("xlarge", 15000, 1000),
        ]
    )
    func names(name: String, rate: Double, clients: Int) throws {
        let load = try #require(EtcdLoad.named(name))
        #expect(load.ratePerSecond == rate)
        #expect(load.clients == clients)
        #expect(load.keyBytes == 276 && load.valueBytes == 1024)
    }

    @Test("a name that does not exist leads nowhere")
    func unknownName() {
        #expect(EtcdLoad.named("huge") == nil)
    }
}
