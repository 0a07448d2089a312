/// Student's t distribution, for intervals from a handful of rounds.
enum StudentT {
    /// The value that t exceeds with probability `tail`.
    ///
    /// - Parameters:
    ///   - tail: above 0, at most 0.5; anything else is clamped into it.
    ///   - degrees: degrees of freedom, at least 1.
    /// - Returns: 0 or more, exact to about 1e-9.
    /// - Source: Abramowitz and Stegun 26.5.27, solved by bisection.
    static func quantile(tail: Double, degrees: Int) -> Double {
        let freedom = Double(max(1, degrees))
        let tail = tail > 1e-12 ? min(tail, 0.5) : 1e-12
        func exceeding(_ t: Double) -> Double {
            RealFunctions.incompleteBeta(freedom / (freedom + t * t), a: freedom / 2, b: 0.5) / 2
        }
        var low = 0.0
        var high = 1.0
        while exceeding(high) > tail, high < 1e13 { high *= 2 }
        for _ in 0..<80 {
            let middle = (low + high) / 2
            if exceeding(middle) > tail { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }
}
