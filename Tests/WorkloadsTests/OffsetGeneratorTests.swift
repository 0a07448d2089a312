import Foundation
import Testing

@testable import Workloads

@Suite("Offsets of a job")
struct OffsetGeneratorTests {
    static let patterns: [AccessPattern] = [
        .sequential, .randomUniform, .randomOnce, .zipf(theta: 0.8), .zipf(theta: 1.2),
        .strided(bytes: 16_384),
    ]

    @Test("every offset is aligned and its whole I/O lies in the region", arguments: patterns)
    func inside(_ pattern: AccessPattern) {
        var generator = OffsetGenerator(
            pattern,
            regionStart: 8192,
            regionBytes: 1_000_000,
            blockBytes: 4096,
            seed: 3
        )
        for _ in 0..<20_000 {
            let offset = generator.next(byteCount: 4096)
            #expect(offset >= 8192 && offset + 4096 <= 1_008_192 && offset % 4096 == 0)
        }
    }

    @Test("a mix of sizes stays in the region too", arguments: patterns)
    func mixed(_ pattern: AccessPattern) {
        var generator = OffsetGenerator(
            pattern,
            regionStart: 0,
            regionBytes: 100_000,
            blockBytes: 4096,
            seed: 3
        )
        for index in 0..<20_000 {
            let size = [4096, 65_536, 8192][index % 3]
            let offset = generator.next(byteCount: size)
            #expect(offset >= 0 && offset + Int64(size) <= 100_000)
        }
    }

    @Test(
        "regions of any size, also hostile ones, give offsets and no trap",
        arguments: patterns,
        [Int64(0), 1, 4095, 4096, 4097, 12_288, 1 << 40, 1 << 62]
    )
    func regions(_ pattern: AccessPattern, _ bytes: Int64) {
        var generator = OffsetGenerator(
            pattern,
            regionStart: 0,
            regionBytes: bytes,
            blockBytes: 4096,
            seed: 9
        )
        for _ in 0..<200 {
            let offset = generator.next(byteCount: 4096)
            #expect(offset >= 0 && offset + 4096 <= max(bytes, 4096))
        }
    }

    @Test("the same seed gives the same offsets, another seed others", arguments: [2, 5, 97])
    func seeded(_ seed: UInt64) {
        func offsets(_ seed: UInt64) -> [Int64] {
            var generator = OffsetGenerator(
                .randomUniform,
                regionStart: 0,
                regionBytes: 1 << 30,
                blockBytes: 4096,
                seed: seed
            )
            return (0..<100).map { _ in generator.next(byteCount: 4096) }
        }
        #expect(offsets(seed) == offsets(seed))
        #expect(offsets(seed) != offsets(seed + 1))
    }

    @Test("sequential goes on where it stopped and begins again at the end")
    func sequential() {
        var generator = OffsetGenerator(
            .sequential,
            regionStart: 100,
            regionBytes: 10,
            blockBytes: 4,
            seed: 0
        )
        #expect((0..<4).map { _ in generator.next(byteCount: 4) } == [100, 104, 100, 104])
    }

    @Test("a stride is from start to start")
    func strided() {
        var generator = OffsetGenerator(
            .strided(bytes: 100),
            regionStart: 0,
            regionBytes: 250,
            blockBytes: 10,
            seed: 0
        )
        #expect((0..<5).map { _ in generator.next(byteCount: 10) } == [0, 100, 200, 0, 100])
    }

    @Test(
        "once visits every block before any comes again, each round in another order",
        arguments: [1, 2, 3, 4, 5, 63, 64, 65, 1000, 4097]
    )
    func once(_ blocks: Int) {
        var generator = OffsetGenerator(
            .randomOnce,
            regionStart: 0,
            regionBytes: Int64(blocks) * 512,
            blockBytes: 512,
            seed: 17
        )
        var rounds: [[Int64]] = []
        for _ in 0..<3 { rounds.append((0..<blocks).map { _ in generator.next(byteCount: 512) }) }
        let all = (0..<blocks).map { Int64($0) * 512 }
        for round in rounds { #expect(round.sorted() == all) }
        if blocks >= 63 {
            #expect(rounds[0] != rounds[1])
            #expect(rounds[0] != all)
        }
    }

    @Test(
        "uniform and once spread evenly: chi-square of 64 bins below its 99.99 % point",
        arguments: [AccessPattern.randomUniform, .randomOnce]
    )
    func even(_ pattern: AccessPattern) {
        var generator = OffsetGenerator(
            pattern,
            regionStart: 0,
            regionBytes: 1 << 32,
            blockBytes: 4096,
            seed: 5
        )
        var bins = [Double](repeating: 0, count: 64)
        let count = 64_000
        for _ in 0..<count { bins[Int(generator.next(byteCount: 4096) >> 26)] += 1 }
        let expected = Double(count) / 64
        let chiSquare = bins.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected }
        // 63 degrees of freedom: 99.99 % are below 110.
        #expect(chiSquare < 110)
        #expect(chiSquare > 5 || pattern == .randomOnce)
    }

    @Test(
        "neighbours in random orders are not near each other",
        arguments: [AccessPattern.randomUniform, .randomOnce]
    )
    func uncorrelated(_ pattern: AccessPattern) {
        var generator = OffsetGenerator(
            pattern,
            regionStart: 0,
            regionBytes: 1 << 32,
            blockBytes: 4096,
            seed: 11
        )
        let values = (0..<50_000).map { _ in Double(generator.next(byteCount: 4096)) / 4_294_967_296
        }
        let sum = zip(values, values.dropFirst()).reduce(0) { $0 + ($1.0 - 0.5) * ($1.1 - 0.5) }
        // The variance of a uniform is 1/12; the correlation of independent ones is within 4 / sqrt(n).
        #expect(abs(sum / 50_000 * 12) < 4 / 50_000.0.squareRoot())
    }

    @Test("zipf gives every rank its exact share", arguments: [0.5, 0.99, 1.2, 2.0])
    func zipf(_ theta: Double) {
        let blocks = 1000
        let draws = 300_000
        let ranks = ZipfRanks(count: UInt64(blocks), theta: theta)
        var random = InlineRandom(seed: 23)
        var counts = [Int](repeating: 0, count: blocks)
        for _ in 0..<draws { counts[Int(ranks.next(&random))] += 1 }
        let total = (1...blocks).reduce(0) { $0 + pow(Double($1), -theta) }
        for rank in [1, 2, 3, 10, 100] {
            let share = pow(Double(rank), -theta) / total
            let spread = (share * (1 - share) / Double(draws)).squareRoot()
            #expect(abs(Double(counts[rank - 1]) / Double(draws) - share) < 5 * spread)
        }
    }

    @Test("zipf scatters its favourites over the region")
    func scattered() {
        var generator = OffsetGenerator(
            .zipf(theta: 1.2),
            regionStart: 0,
            regionBytes: 1 << 30,
            blockBytes: 4096,
            seed: 4
        )
        var counts: [Int64: Int] = [:]
        for _ in 0..<50_000 { counts[generator.next(byteCount: 4096), default: 0] += 1 }
        let favourites = counts.sorted { $0.value > $1.value }.prefix(8).map { $0.key }
        #expect(Set(favourites.map { $0 >> 27 }).count >= 3)
        #expect((counts.values.max() ?? 0) > 5000)
    }

    @Test("a picker draws sizes by their weights")
    func sizes() throws {
        let mix = try #require(
            BlockSizes(shares: [.init(bytes: 4096, weight: 70), .init(bytes: 65_536, weight: 30)])
        )
        var picker = SizePicker(mix, seed: 8)
        let small = (0..<100_000).filter { _ in picker.next() == 4096 }.count
        #expect(abs(Double(small) / 100_000 - 0.7) < 0.008)
        var fixed = SizePicker(BlockSizes(512), seed: 8)
        #expect((0..<10).allSatisfy { _ in fixed.next() == 512 })
        #expect(BlockSizes(shares: []) == nil)
        #expect(BlockSizes(shares: [.init(bytes: 0, weight: 1)]) == nil)
    }
}
