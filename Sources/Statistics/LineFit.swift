/// The straight line through some points that leaves the smallest sum of squares, and what it explains.
///
/// - Source: ordinary least squares, one predictor; slope = Sxy / Sxx.
package struct LineFit: Sendable, Equatable {
    /// One point.
    package struct Point: Sendable, Equatable {
        package var x: Double
        package var y: Double

        package init(_ x: Double, _ y: Double) {
            self.x = x
            self.y = y
        }
    }

    /// With fewer rounds there is no interval.
    package static let minimumRounds = RoundBootstrap.minimumRounds

    package var slope: Double
    package var intercept: Double
    /// The share of the variation of y that the line explains, 0 to 1; 1 where y does not vary.
    package var rSquared: Double

    /// Nil for fewer than two different x, or a number that is none.
    package init?(_ points: [Point]) {
        let count = Double(points.count)
        guard points.count > 1, points.allSatisfy({ $0.x.isFinite && $0.y.isFinite }) else {
            return nil
        }
        let meanX = points.reduce(0) { $0 + $1.x } / count
        let meanY = points.reduce(0) { $0 + $1.y } / count
        var (xx, xy, yy) = (0.0, 0.0, 0.0)
        for point in points {
            xx += (point.x - meanX) * (point.x - meanX)
            xy += (point.x - meanX) * (point.y - meanY)
            yy += (point.y - meanY) * (point.y - meanY)
        }
        guard xx > 0 else { return nil }
        slope = xy / xx
        intercept = meanY - slope * meanX
        rSquared = yy > 0 ? min(1, xy * xy / (xx * yy)) : 1
    }

    /// The 95 % interval of the slope: whole rounds are drawn again, and the line laid through the means of each x.
    ///
    /// - Parameters:
    ///   - rounds: the points of each round; an x may be missing in some.
    ///   - seed: the same seed and rounds give the same interval.
    ///   - resamples: how often the rounds are redrawn.
    /// - Returns: nil for fewer than `minimumRounds` rounds.
    package static func slopeInterval(
        of rounds: [[Point]],
        seed: UInt64 = RoundBootstrap.defaultSeed,
        resamples: Int = 2000
    ) -> Interval? {
        guard rounds.count >= minimumRounds else { return nil }
        var random = SplitMix64(seed: seed)
        var slopes: [Double] = []
        for _ in 0..<max(100, resamples) {
            var sums: [Double: (total: Double, count: Double)] = [:]
            for _ in rounds {
                for point in rounds[random.index(below: rounds.count)] {
                    let sum = sums[point.x, default: (0, 0)]
                    sums[point.x] = (sum.total + point.y, sum.count + 1)
                }
            }
            // In order of x: a sum of floating-point numbers depends on the order.
            let points = sums.sorted { $0.key < $1.key }
                .map { Point($0.key, $0.value.total / $0.value.count) }
            if let fit = LineFit(points) { slopes.append(fit.slope) }
        }
        return interval(of: slopes)
    }

    /// The 95 % interval of the mean of some values, one a round, by drawing them again.
    ///
    /// - Returns: nil for fewer than `minimumRounds` values.
    package static func meanInterval(
        of values: [Double],
        seed: UInt64 = RoundBootstrap.defaultSeed,
        resamples: Int = 2000
    ) -> Interval? {
        guard values.count >= minimumRounds else { return nil }
        var random = SplitMix64(seed: seed)
        let means = (0..<max(100, resamples)).map { _ in
            values.reduce(0) { sum, _ in sum + values[random.index(below: values.count)] }
                / Double(values.count)
        }
        return interval(of: means)
    }

    /// The middle 95 %.
    private static func interval(of values: [Double]) -> Interval? {
        guard values.count >= 40 else { return nil }
        let sorted = values.sorted()
        let cut = sorted.count / 40
        return Interval(low: sorted[cut], high: sorted[sorted.count - 1 - cut])
    }
}
