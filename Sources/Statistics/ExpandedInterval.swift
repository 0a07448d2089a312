/// How sure an interval is, and how much wider than the draws it has to be to be that sure.
///
/// The plain percentile interval of a few rounds is too narrow: it takes normal quantiles where t is due, its
/// variance lacks the factor n / (n − 1), and it takes rounds that resemble their neighbours for independent ones.
/// - Source: Hesterberg, "What Teachers Should Know About the Bootstrap" (2015) §5.3, the expanded percentile
///   interval; √((1 + r) / (1 − r)) for a first-order autoregression, with Kendall's (1954) correction of r.
enum ConfidenceLevel {
    case ninetyFive
    case ninetyNine

    /// The share of draws beyond each end.
    var tail: Double { self == .ninetyFive ? 0.025 : 0.005 }

    /// Φ⁻¹(1 − tail).
    private var normalQuantile: Double {
        self == .ninetyFive ? 1.959_963_984_540_054 : 2.575_829_303_548_901
    }

    /// The factor for rounds of one run.
    ///
    /// - Parameters:
    ///   - rounds: at least 2.
    ///   - correlation: of each round's value with the next one's, below 1.
    /// - Returns: at least 1.
    func expansion(rounds: Int, correlation: Double) -> Double {
        let count = Double(max(2, rounds))
        let t = StudentT.upperQuantile(tail: tail, degreesOfFreedom: count - 1)
        // The estimate from n rounds is too small by (1 + 4r) / n on average.
        let likeness = min(max(0, correlation + (1 + 4 * correlation) / count), 0.9)
        return t / normalQuantile * (count / (count - 1)).squareRoot()
            * ((1 + likeness) / (1 - likeness)).squareRoot()
    }
}

extension Interval {
    /// Stretched about a value by a factor, on a logarithmic scale; itself where something is not above 0.
    func stretched(about value: Double, by factor: Double) -> Interval {
        guard value > 0, low > 0, high > 0 else { return self }
        let centre = RealFunctions.ln(value)
        return Interval(
            low: RealFunctions.exp(centre + factor * (RealFunctions.ln(low) - centre)),
            high: RealFunctions.exp(centre + factor * (RealFunctions.ln(high) - centre))
        )
    }
}
