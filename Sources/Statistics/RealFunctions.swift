/// The few real functions statistics needs, in plain Swift.
///
/// Pure modules import no C library; and written out, the same record gives bit for bit the same
/// interval with glibc, with musl and on arm64, which libm does not promise. Relative error below 1e-14.
package enum RealFunctions {
    private static let ln2High = 0x1.62e42fefa3800p-1
    private static let ln2Low = 0x1.ef35793c76730p-45

    /// The natural logarithm; -infinity for 0, NaN for negative values.
    ///
    /// x = m·2^e with m near 1, then ln m = 2 artanh((m-1)/(m+1)), a series in at most 0.172².
    package static func ln(_ x: Double) -> Double {
        guard x > 0 else { return x == 0 ? -.infinity : .nan }
        guard x < .infinity else { return x }
        var mantissa = x.significand
        var exponent = Double(x.exponent)
        if mantissa > 1.414_213_562_373_095 {
            mantissa /= 2
            exponent += 1
        }
        let s = (mantissa - 1) / (mantissa + 1)
        let square = s * s
        var series = 0.0
        for k in stride(from: 23, through: 3, by: -2) {
            series = (series + 1 / Double(k)) * square
        }
        return exponent * ln2High + (exponent * ln2Low + 2 * (s + s * series))
    }

    /// e^x; 0 below the range of a Double, infinity above it.
    package static func exp(_ x: Double) -> Double {
        guard x < 709.7 else { return x.isNaN ? x : .infinity }
        guard x > -708 else { return 0 }
        let exponent = (x / (ln2High + ln2Low)).rounded()
        let rest = (x - exponent * ln2High) - exponent * ln2Low
        var series = 1.0
        for k in stride(from: 14.0, through: 1, by: -1) {
            series = 1 + series * rest / k
        }
        return Double(sign: .plus, exponent: Int(exponent), significand: series)
    }

    /// ln Γ(x) for x > 0.
    ///
    /// - Source: Abramowitz and Stegun 6.1.15 (recurrence up to 15) and 6.1.41 (Stirling's series).
    package static func logGamma(_ x: Double) -> Double {
        guard x > 0 else { return .infinity }
        var argument = x
        var product = 1.0
        while argument < 15 {
            product *= argument
            argument += 1
        }
        let inverse = 1 / argument
        let square = inverse * inverse
        let coefficients = [
            1.0 / 156, -691.0 / 360_360, 1.0 / 1188, -1.0 / 1680, 1.0 / 1260, -1.0 / 360, 1.0 / 12,
        ]
        var series = 0.0
        for coefficient in coefficients { series = series * square + coefficient }
        let halfLnTwoPi = 0.918_938_533_204_672_74
        return (argument - 0.5) * ln(argument) - argument + halfLnTwoPi + series * inverse
            - ln(product)
    }

    /// The regularised incomplete beta function I_x(a, b).
    ///
    /// For a and b above 0 and x from 0 to 1.
    /// - Source: Abramowitz and Stegun 26.5.8, evaluated by Lentz's method; 26.5.2 for the side
    ///   on which the continued fraction converges fast.
    package static func incompleteBeta(_ x: Double, a: Double, b: Double) -> Double {
        guard x > 0 else { return 0 }
        guard x < 1 else { return 1 }
        let logFront = logGamma(a + b) - logGamma(a) - logGamma(b) + a * ln(x) + b * ln(1 - x)
        let front = exp(logFront)
        if x < (a + 1) / (a + b + 2) {
            return min(1, front * betaFraction(x, a: a, b: b) / a)
        }
        return max(0, 1 - front * betaFraction(1 - x, a: b, b: a) / b)
    }

    /// A number of nanoseconds as an integer, rounded down; anything a `UInt64` cannot hold is clamped.
    static func wholeNanoseconds(_ value: Double) -> UInt64 {
        guard value > 0 else { return 0 }
        return value < 0x1p64 ? UInt64(value) : .max
    }

    private static func betaFraction(_ x: Double, a: Double, b: Double) -> Double {
        let tiny = 1e-300
        func safe(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
        var c = 1.0
        var d = 1 / safe(1 - (a + b) * x / (a + 1))
        var fraction = d
        // Converges in O(sqrt(max(a, b))) steps; the cap only guards against a loop without end.
        for step in 1...200_000 {
            let m = Double(step)
            let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            d = 1 / safe(1 + even * d)
            c = safe(1 + even / c)
            fraction *= d * c
            let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            d = 1 / safe(1 + odd * d)
            c = safe(1 + odd / c)
            let change = d * c
            fraction *= change
            if abs(change - 1) < 1e-15 { break }
        }
        return fraction
    }
}
