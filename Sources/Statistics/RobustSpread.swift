/// Middle and spread of values of which some may be far off: median and MAD, in logarithms, because latencies differ by factors.
///
/// - Source: Iglewicz and Hoaglin, "How to Detect and Handle Outliers" (1993): modified z-score, limit 3.5.
package struct RobustSpread: Sendable, Equatable {
    /// The median, in the values' own unit.
    package let median: Double
    /// The standard deviation of the logarithms, as the MAD estimates it.
    package let deviation: Double
    package let count: Int

    /// A machine reproduces itself to 2 % at best: less spread than that makes outliers of nothing.
    static let leastDeviation = 0.02
    /// From 0.6745 × |x − median| ÷ MAD > 3.5.
    package static let limit = 3.5

    /// Nil for no value above 0.
    package init?(_ values: [Double]) {
        let logarithms = values.filter { $0 > 0 && $0.isFinite }.map { RealFunctions.ln($0) }
        guard let middle = Self.median(logarithms) else { return nil }
        median = RealFunctions.exp(middle)
        deviation = max(Self.leastDeviation, Self.deviation(logarithms) ?? 0)
        count = logarithms.count
    }

    /// How many deviations a value lies above the median.
    package func score(_ value: Double) -> Double {
        value > 0 && value.isFinite
            ? (RealFunctions.ln(value) - RealFunctions.ln(median)) / deviation : 0
    }

    /// The middle value, or the mean of the two in the middle; nil for none.
    package static func median(_ values: [Double]) -> Double? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count.isMultiple(of: 2)
            ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    }

    /// The median distance from the median, times 1.4826: the standard deviation where values are normal.
    ///
    /// - Returns: nil for fewer than two values.
    /// - Source: Rousseeuw and Croux (1993); 1.4826 is 1 / Φ⁻¹(3/4).
    package static func deviation(_ values: [Double]) -> Double? {
        guard values.count >= 2, let centre = median(values) else { return nil }
        return median(values.map { abs($0 - centre) }).map { $0 * 1.482_602_218_505_602 }
    }
}
