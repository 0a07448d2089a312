import Statistics
import Testing

/// Series whose changes are known.
@Suite("Changes of level") struct ChangePointsTests {
    /// ln of a level with a spread of some per cent, from a sum of uniform numbers.
    private func series(_ levels: [Double], spread: Double, seed: UInt64) -> [Double] {
        var random = SplitMix64(seed: seed)
        return levels.map { level in
            let noise = (0..<12).reduce(-6.0) { sum, _ in sum + random.unitInterval() }
            return RealFunctions.ln(level) + spread * noise
        }
    }

    private var settings: ChangePoints.Settings {
        var settings = ChangePoints.Settings()
        settings.leastDifference = RealFunctions.ln(1.05)
        return settings
    }

    @Test("one step of 15 % in sixty runs is found within two runs, nineteen times of twenty")
    func step() {
        var found = 0
        for seed in 1...40 as ClosedRange<UInt64> {
            let change = 10 + Int(seed)
            let levels = (0..<60).map { $0 < change ? 1.0 : 1.15 }
            let points = ChangePoints.find(
                in: series(levels, spread: 0.04, seed: seed),
                settings
            )
            if points.count == 1, abs(points[0].index - change) <= 2 { found += 1 }
        }
        #expect(found >= 38)
    }

    @Test("histories without a change have none, but for one in forty")
    func stationary() {
        var alarms = 0
        for seed in 1...40 as ClosedRange<UInt64> {
            let values = series([Double](repeating: 1, count: 60), spread: 0.05, seed: seed)
            if !ChangePoints.find(in: values, settings).isEmpty { alarms += 1 }
        }
        #expect(alarms <= 1)
    }

    @Test("a step down and back up again is two changes, with the means between them")
    func twoSteps() throws {
        let levels = (0..<90).map { (30..<60).contains($0) ? 0.8 : 1.0 }
        let points = ChangePoints.find(in: series(levels, spread: 0.01, seed: 3), settings)
        #expect(points.map(\.index) == [30, 60])
        let first = try #require(points.first)
        #expect(abs(first.after - RealFunctions.ln(0.8)) < 0.01)
        #expect(abs(first.before) < 0.01)
        #expect(first.probability < 0.001)
    }

    @Test("a smaller step than asked for is none")
    func magnitude() {
        let levels = (0..<60).map { $0 < 30 ? 1.0 : 1.03 }
        let values = series(levels, spread: 0.002, seed: 4)
        #expect(ChangePoints.find(in: values, settings).isEmpty)
        #expect(ChangePoints.find(in: values).map(\.index) == [30])
    }

    @Test("one wild value is no change of level")
    func outlier() {
        var levels = [Double](repeating: 1, count: 40)
        levels[20] = 5
        let values = series(levels, spread: 0.02, seed: 5)
        #expect(ChangePoints.find(in: values, settings).isEmpty)
    }

    @Test("no values, few values, equal values and what is no number give nothing")
    func degenerate() {
        #expect(ChangePoints.find(in: []).isEmpty)
        #expect(ChangePoints.find(in: [1, 2, 3]).isEmpty)
        #expect(ChangePoints.find(in: [Double](repeating: 2, count: 100)).isEmpty)
        #expect(ChangePoints.find(in: [1, .nan, 3, 4, 5, 6, 7, 8, 9]).isEmpty)
    }

    @Test("a perfect step without any noise is found where it is")
    func perfect() {
        let values = [Double](repeating: 0, count: 8) + [Double](repeating: 1, count: 8)
        #expect(ChangePoints.find(in: values).map(\.index) == [8])
    }

    @Test("a long history is searched in windows and no change is lost")
    func long() {
        let levels = (0..<500).map { 1 + 0.2 * Double(($0 / 125) % 2) }
        let points = ChangePoints.find(in: series(levels, spread: 0.02, seed: 6), settings)
        #expect(points.count == 3)
        for (point, change) in zip(points, [125, 250, 375]) {
            #expect(abs(point.index - change) <= 1)
        }
    }
}
