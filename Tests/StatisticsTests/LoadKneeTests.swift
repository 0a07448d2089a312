import Statistics
import Testing

@Suite("The knee of a load curve") struct LoadKneeTests {
    @Test("k servers of a fixed time: the knee is at depth k", arguments: [2.0, 8, 32])
    func servers(k: Double) {
        let depths = (0..<9).map { Double(1 << $0) }
        let service = 100_000.0
        let points = depths.map { depth in
            // Little's law: what is not served waits.
            let perSecond = min(depth, k) / service * 1e9
            return LoadKnee.Point(perSecond: perSecond, meanNanoseconds: depth / perSecond * 1e9)
        }
        #expect(LoadKnee.index(of: points).map { depths[$0] } == k)
    }

    @Test("one server with random arrivals: the knee is at half its capacity")
    func queue() {
        let capacity = 10_000.0
        let loads = (1...9).map { Double($0) / 10 }
        let points = loads.map { load in
            LoadKnee.Point(
                perSecond: load * capacity,
                meanNanoseconds: 1e9 / (capacity - load * capacity)
            )
        }
        #expect(LoadKnee.index(of: points).map { loads[$0] } == 0.5)
    }

    @Test("a knee is found within one step under five percent of noise")
    func noise() {
        let k = 16.0
        let depths = (0..<8).map { Double(1 << $0) }
        for seed in UInt64(0)..<200 {
            var random = SplitMix64(seed: seed)
            func noise() -> Double { 0.95 + 0.1 * Double(random.next() >> 11) * 0x1p-53 }
            let points = depths.map { depth in
                let perSecond = min(depth, k) * 10_000 * noise()
                return LoadKnee.Point(
                    perSecond: perSecond,
                    meanNanoseconds: depth / perSecond * 1e9 * noise()
                )
            }
            let found = LoadKnee.index(of: points).map { depths[$0] } ?? 0
            #expect((8...32).contains(found), "seed \(seed)")
        }
    }

    @Test("a curve that only rises or only falls has no knee, nor has a short one")
    func none() {
        let rising = (1...5).map { LoadKnee.Point(perSecond: Double($0), meanNanoseconds: 10) }
        #expect(LoadKnee.index(of: rising) == nil)
        let falling = (1...5).map { LoadKnee.Point(perSecond: 10, meanNanoseconds: Double($0)) }
        #expect(LoadKnee.index(of: falling) == nil)
        #expect(LoadKnee.index(of: Array(rising.prefix(2))) == nil)
        #expect(LoadKnee.index(of: []) == nil)
        let nothing = (0..<5).map { _ in LoadKnee.Point(perSecond: 0, meanNanoseconds: 0) }
        #expect(LoadKnee.index(of: nothing) == nil)
    }
}
