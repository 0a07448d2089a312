import Statistics
import Testing

@Suite("SplitMix64 and the series diagnostics")
struct SeriesDiagnosticsTests {
    @Test("the generator gives the published sequence")
    func splitMix64() {
        var random = SplitMix64(seed: 1_234_567)
        #expect(random.next() == 6_457_827_717_110_365_317)
        #expect(random.next() == 3_203_168_211_198_807_973)
        #expect(random.next() == 9_817_491_932_198_370_423)
        #expect(random.next() == 4_593_380_528_125_082_431)
        #expect(random.next() == 16_408_922_859_458_223_821)
    }

    @Test("indices are below their bound and all come up equally often")
    func indices() {
        var random = SplitMix64(seed: 1)
        var seen = [Int](repeating: 0, count: 7)
        for _ in 0..<70_000 { seen[random.index(below: 7)] += 1 }
        // 10 000 each, standard deviation 93.
        #expect(seen.allSatisfy { abs($0 - 10_000) < 450 })
        #expect(random.index(below: 0) == 0)
        #expect(random.index(below: -5) == 0)
        for _ in 0..<1000 { #expect((0..<1).contains(random.unitInterval())) }
    }

    @Test("r₁ of 1 … 10 is 0.7, of an alternating series close to -1")
    func autocorrelation() {
        let rising = (1...10).map(Double.init)
        #expect(abs(SeriesDiagnostics.lagOneAutocorrelation(rising) - 0.7) < 1e-12)
        let alternating = (0..<10).map { $0.isMultiple(of: 2) ? 1.0 : -1.0 }
        #expect(abs(SeriesDiagnostics.lagOneAutocorrelation(alternating) + 0.9) < 1e-12)
        #expect(SeriesDiagnostics.lagOneAutocorrelation([5, 5, 5, 5]) == 0)
        #expect(SeriesDiagnostics.lagOneAutocorrelation([1, 2]) == 0)
    }

    @Test("Spearman's ρ of the IQ and television table is -0.1758")
    func spearman() {
        // The worked example of many textbooks (and of Wikipedia): ρ = -29/165.
        let iq: [Double] = [106, 100, 86, 101, 99, 103, 97, 113, 112, 110]
        let hours: [Double] = [7, 27, 2, 50, 28, 29, 20, 12, 6, 17]
        #expect(abs(SeriesDiagnostics.spearman(iq, hours) + 29.0 / 165) < 1e-12)
    }

    @Test("ties share their rank, and a constant correlates with nothing")
    func ties() {
        #expect(abs(SeriesDiagnostics.spearman([1, 2, 2, 3], [10, 20, 20, 30]) - 1) < 1e-12)
        // Ranks 1, 2.5, 2.5, 4 against 1 … 4: 4.5 / √(4.5 · 5).
        let rho = SeriesDiagnostics.spearman([1, 2, 2, 3], [1, 2, 3, 4])
        #expect(abs(rho - 0.948_683_298_050_513_8) < 1e-12)
        #expect(SeriesDiagnostics.spearman([4, 4, 4], [1, 2, 3]) == 0)
        #expect(SeriesDiagnostics.spearman([1], [1]) == 0)
    }

    @Test("a steady rise over 30 rounds drifts, noise around a level does not")
    func drift() {
        var random = SplitMix64(seed: 2)
        let noise = (0..<30).map { _ in random.unitInterval() }
        #expect(!SeriesDiagnostics.isDrifting(noise))
        let rising = noise.enumerated().map { Double($0.offset) * 0.1 + $0.element }
        #expect(SeriesDiagnostics.isDrifting(rising))
        #expect(SeriesDiagnostics.isDrifting(rising.reversed()))
        #expect(!SeriesDiagnostics.isDrifting([]))
    }
}
