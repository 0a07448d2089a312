import Foundation
import Statistics
import Testing

/// Figures that SciPy computed for fixed inputs; `scripts/lib/validate_regression/scipy_reference.py` made the file.
@Suite("As SciPy computes it") struct SciPyTests {
    private struct Reference: Decodable {
        struct Welch: Decodable {
            var one: [Double]
            var other: [Double]
            var t: Double
            var df: Double
            var p: Double
        }
        struct Student: Decodable {
            var tail: Double?
            var t: Double
            var df: Double
            var p: Double?
        }
        struct Spread: Decodable {
            var values: [Double]
            var median: Double
            var deviation: Double
            var spearman: Double
        }
        struct Bounds: Decodable {
            var successes: Double
            var trials: UInt64
            var low: Double
            var high: Double
        }
        struct Beta: Decodable {
            var x: Double
            var a: Double
            var b: Double
            var value: Double
        }
        struct Bootstrap: Decodable {
            var rounds: [[UInt64]]
            var mean: Double
            var low: Double
            var high: Double
        }
        var welch: [Welch]
        var t_quantiles: [Student]
        var t_probabilities: [Student]
        var spreads: [Spread]
        var bounds: [Bounds]
        var beta: [Beta]
        var bootstrap: Bootstrap
    }

    private let reference: Reference

    init() throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Reference/scipy.json")
        reference = try JSONDecoder().decode(Reference.self, from: try Data(contentsOf: path))
    }

    /// Equal to nine digits, relative to the larger one; probabilities below 1e-12 count as 0.
    private func agree(_ one: Double, _ other: Double) -> Bool {
        abs(one - other) <= 1e-9 * max(abs(one), abs(other)) + 1e-12
    }

    @Test("Welch's test: t, degrees of freedom and probability")
    func welch() throws {
        for item in reference.welch {
            let test = try #require(WelchTest(item.one, item.other))
            #expect(agree(test.t, item.t))
            #expect(agree(test.degreesOfFreedom, item.df))
            #expect(agree(test.probability, item.p))
        }
        #expect(reference.welch.count >= 6)
    }

    @Test("Student's t: quantiles and probabilities")
    func student() throws {
        for item in reference.t_quantiles {
            let t = StudentT.upperQuantile(
                tail: try #require(item.tail),
                degreesOfFreedom: item.df
            )
            #expect(agree(t, item.t), "\(item)")
        }
        for item in reference.t_probabilities {
            let p = StudentT.twoSidedProbability(item.t, degreesOfFreedom: item.df)
            #expect(agree(p, try #require(item.p)), "\(item)")
        }
    }

    @Test("median, scaled median deviation and Spearman's rank correlation")
    func spreads() throws {
        for item in reference.spreads {
            #expect(agree(try #require(RobustSpread.median(item.values)), item.median))
            #expect(agree(try #require(RobustSpread.deviation(item.values)), item.deviation))
            let indices = item.values.indices.map(Double.init)
            #expect(agree(SeriesDiagnostics.spearman(item.values, indices), item.spearman))
        }
    }

    @Test("exact binomial bounds and the incomplete beta function behind them")
    func bounds() {
        for item in reference.bounds {
            let low = BinomialInterval.lowerBound(
                successes: item.successes,
                trials: item.trials,
                confidence: 0.995
            )
            let high = BinomialInterval.upperBound(
                successes: item.successes,
                trials: item.trials,
                confidence: 0.995
            )
            #expect(agree(low, item.low))
            #expect(agree(high, item.high))
        }
        for item in reference.beta {
            let value = RealFunctions.incompleteBeta(item.x, a: item.a, b: item.b)
            #expect(agree(value, item.value), "\(item)")
        }
    }

    @Test("the interval of resampled rounds, to the error of drawing 2000 times")
    func bootstrap() throws {
        let rounds = reference.bootstrap.rounds.map { values -> HistogramSnapshot in
            var histogram = LatencyHistogram()
            for value in values { histogram.record(value) }
            return histogram.takeSnapshot()
        }
        let estimate = RoundBootstrap(rounds: rounds).estimateMean()
        #expect(agree(estimate.value, reference.bootstrap.mean))
        let interval = try #require(estimate.ci95)
        let width = reference.bootstrap.high - reference.bootstrap.low
        // An end of 2000 draws is off by about 0.03 of the width: √(0.025 · 0.975 / 2000) / φ(1.96) / 3.92.
        #expect(abs(interval.low - reference.bootstrap.low) < 0.08 * width)
        #expect(abs(interval.high - reference.bootstrap.high) < 0.08 * width)
    }
}
