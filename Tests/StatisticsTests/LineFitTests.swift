import Testing

@testable import Statistics

@Suite("A straight line through points") struct LineFitTests {
    /// Four sets with the same line and different pictures.
    ///
    /// - Source: Anscombe, "Graphs in Statistical Analysis" (1973): y = 3.00 + 0.500 x, R² = 0.67 for each.
    static let anscombe: [[LineFit.Point]] = {
        let x = [10.0, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5]
        let fourth = [8.0, 8, 8, 8, 8, 8, 8, 19, 8, 8, 8]
        let y = [
            [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68],
            [9.14, 8.14, 8.74, 8.77, 9.26, 8.10, 6.13, 3.10, 9.13, 7.26, 4.74],
            [7.46, 6.77, 12.74, 7.11, 7.81, 8.84, 6.08, 5.39, 8.15, 6.42, 5.73],
            [6.58, 5.76, 7.71, 8.84, 8.47, 7.04, 5.25, 12.50, 5.56, 7.91, 6.89],
        ]
        return y.enumerated().map { set, values in
            zip(set == 3 ? fourth : x, values).map { LineFit.Point($0, $1) }
        }
    }()

    @Test("Anscombe's four sets have their published line", arguments: 0..<4)
    func published(set: Int) throws {
        let fit = try #require(LineFit(Self.anscombe[set]))
        #expect(abs(fit.slope - 0.5) < 0.0005)
        #expect(abs(fit.intercept - 3) < 0.005)
        #expect(abs(fit.rSquared - 0.67) < 0.005)
    }

    @Test("points on a line give that line, and explain everything")
    func exact() throws {
        let fit = try #require(LineFit([0, 4, 8, 64, 128].map { .init($0, 90 + 8.25 * $0) }))
        #expect(abs(fit.slope - 8.25) < 1e-9)
        #expect(abs(fit.intercept - 90) < 1e-9)
        #expect(abs(fit.rSquared - 1) < 1e-12)
    }

    @Test("a level line explains everything, and one point or one x is no line")
    func degenerate() {
        #expect(LineFit([.init(0, 5), .init(1, 5)])?.rSquared == 1)
        #expect(LineFit([.init(0, 5)]) == nil)
        #expect(LineFit([.init(2, 5), .init(2, 7)]) == nil)
        #expect(LineFit([]) == nil)
        #expect(LineFit([.init(0, .nan), .init(1, 5)]) == nil)
    }

    @Test("the interval of rounds on one line is that line's slope, and a few rounds have none")
    func interval() throws {
        let round = [0.0, 4, 128].map { LineFit.Point($0, 10 + 2 * $0) }
        let interval = try #require(
            LineFit.slopeInterval(of: Array(repeating: round, count: 8), resamples: 200)
        )
        #expect(abs(interval.low - 2) < 1e-9)
        #expect(abs(interval.high - 2) < 1e-9)
        #expect(LineFit.slopeInterval(of: [round, round, round, round]) == nil)
    }

    @Test("the interval of rounds that disagree spans their slopes, and a seed reproduces it")
    func spread() throws {
        let rounds = (0..<10).map { number in
            [0.0, 100].map { LineFit.Point($0, $0 * (number % 2 == 0 ? 1 : 3)) }
        }
        let interval = try #require(LineFit.slopeInterval(of: rounds))
        // Ten fair draws of 1 or 3 have a mean of 2 and a standard deviation of 1/√10: 95 % lie within 1.4 ... 2.6.
        #expect(abs(interval.low - 1.4) < 0.21)
        #expect(abs(interval.high - 2.6) < 0.21)
        let again = try #require(LineFit.slopeInterval(of: rounds))
        #expect(again == interval)
    }

    @Test("the interval of a mean holds it")
    func mean() throws {
        let interval = try #require(LineFit.meanInterval(of: [1, 2, 3, 4, 5, 6, 7, 8]))
        #expect(interval.low < 4.5 && interval.high > 4.5)
        #expect(interval.low > 2 && interval.high < 7)
        #expect(LineFit.meanInterval(of: [1, 2]) == nil)
    }
}
