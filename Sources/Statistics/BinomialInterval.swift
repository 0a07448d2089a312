/// Exact bounds on a probability from counted successes (Clopper–Pearson).
///
/// The bounds are one-sided; use 0.995 on both sides for a two-sided 99 % interval. Exact for
/// independent trials only: latencies come in bursts, so combine them with `RoundBootstrap`.
/// - Source: Clopper and Pearson, Biometrika 26 (1934); "rule of three" for 0 successes.
package enum BinomialInterval {
    /// The largest probability that the observation does not rule out at this confidence.
    ///
    /// - Parameters:
    ///   - successes: 0 ... `trials`, clamped; may be fractional, as an interpolated count is.
    ///   - trials: how many were observed; 0 allows everything, so the bound is 1.
    ///   - confidence: one-sided, 0 ... 1, clamped.
    /// - Returns: 0 ... 1.
    package static func upperBound(
        successes: Double,
        trials: UInt64,
        confidence: Double
    ) -> Double {
        let trials = Double(trials)
        let successes = clamped(successes, trials)
        guard successes < trials, confidence < 1 else { return 1 }
        guard confidence > 0 else { return 0 }
        return solve(a: successes + 1, b: trials - successes, probability: confidence)
    }

    /// The smallest probability that the observation does not rule out at this confidence.
    ///
    /// Parameters as in `upperBound`; 0 for no trials or no successes.
    package static func lowerBound(
        successes: Double,
        trials: UInt64,
        confidence: Double
    ) -> Double {
        let trials = Double(trials)
        let successes = clamped(successes, trials)
        guard successes > 0, confidence < 1 else { return 0 }
        guard confidence > 0 else { return 1 }
        return solve(a: successes, b: trials - successes + 1, probability: 1 - confidence)
    }

    private static func clamped(_ successes: Double, _ trials: Double) -> Double {
        // NaN fails the comparison and becomes 0.
        successes > 0 ? min(successes, trials) : 0
    }

    /// The x with I_x(a, b) = probability, by bisection until neighbouring Doubles remain.
    private static func solve(a: Double, b: Double, probability: Double) -> Double {
        var low = 0.0
        var high = 1.0
        // 200 halvings reach any probability above 1e-60; the exit below usually comes first.
        for _ in 0..<200 {
            let middle = low + (high - low) / 2
            if middle <= low || middle >= high || high - low < 1e-14 * high { break }
            if RealFunctions.incompleteBeta(middle, a: a, b: b) < probability {
                low = middle
            } else {
                high = middle
            }
        }
        return low + (high - low) / 2
    }
}
