/// Student's t distribution.
///
/// - Source: Abramowitz and Stegun 26.7.1: A(t|ν) = 1 − I_x(ν/2, 1/2) with x = ν/(ν + t²).
package enum StudentT {
    /// The probability of a value at least as far from 0 as `t`, on either side.
    ///
    /// - Parameters:
    ///   - t: any number; NaN gives NaN.
    ///   - degreesOfFreedom: above 0, not necessarily whole.
    /// - Returns: 0 ... 1.
    package static func twoSidedProbability(_ t: Double, degreesOfFreedom: Double) -> Double {
        guard !t.isNaN, degreesOfFreedom > 0 else { return .nan }
        guard t.isFinite else { return 0 }
        let x = degreesOfFreedom / (degreesOfFreedom + t * t)
        return RealFunctions.incompleteBeta(x, a: degreesOfFreedom / 2, b: 0.5)
    }

    /// The t that a share `tail` of values exceeds.
    ///
    /// - Parameters:
    ///   - tail: above 0, at most 0.5; 0.005 for the upper end of a two-sided 99 % interval.
    ///   - degreesOfFreedom: above 0.
    /// - Returns: at least 0, to 12 digits; infinite where the tail is empty.
    package static func upperQuantile(tail: Double, degreesOfFreedom: Double) -> Double {
        guard tail > 0, degreesOfFreedom > 0 else { return .infinity }
        guard tail < 0.5 else { return 0 }
        var high = 1.0
        while twoSidedProbability(high, degreesOfFreedom: degreesOfFreedom) > 2 * tail {
            high *= 2
            if high > 1e100 { return .infinity }
        }
        var low = 0.0
        for _ in 0..<200 {
            let middle = low + (high - low) / 2
            if middle <= low || middle >= high || high - low < 1e-14 * high { break }
            if twoSidedProbability(middle, degreesOfFreedom: degreesOfFreedom) > 2 * tail {
                low = middle
            } else {
                high = middle
            }
        }
        return low + (high - low) / 2
    }
}

/// Whether two groups of numbers have different means, without taking their variances as equal.
///
/// - Source: Welch, Biometrika 34 (1947), with Satterthwaite's degrees of freedom.
package struct WelchTest: Sendable, Equatable {
    /// The difference of the means over its standard error; infinite where neither group varies and they differ.
    package var t: Double
    package var degreesOfFreedom: Double
    /// Two-sided.
    package var probability: Double

    /// Nil for fewer than two numbers on a side, or one that is not finite.
    package init?(_ one: [Double], _ other: [Double]) {
        guard one.count >= 2, other.count >= 2, (one + other).allSatisfy(\.isFinite) else {
            return nil
        }
        let first = Self.meanAndVariance(one)
        let second = Self.meanAndVariance(other)
        let share = first.variance / Double(one.count)
        let otherShare = second.variance / Double(other.count)
        let difference = first.mean - second.mean
        guard share + otherShare > 0 else {
            t = difference == 0 ? 0 : .infinity * (difference > 0 ? 1 : -1)
            degreesOfFreedom = Double(one.count + other.count - 2)
            probability = difference == 0 ? 1 : 0
            return
        }
        t = difference / (share + otherShare).squareRoot()
        degreesOfFreedom =
            (share + otherShare) * (share + otherShare)
            / (share * share / Double(one.count - 1)
                + otherShare * otherShare / Double(other.count - 1))
        probability = StudentT.twoSidedProbability(t, degreesOfFreedom: degreesOfFreedom)
    }

    private static func meanAndVariance(_ values: [Double]) -> (mean: Double, variance: Double) {
        let mean = values.reduce(0, +) / Double(values.count)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (mean, squares / Double(values.count - 1))
    }
}
