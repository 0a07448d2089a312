import Statistics
import Units

/// From values to pixels along one axis, and where its ticks are.
struct PlotScale {
    /// What the values are, and how they are written.
    enum Unit {
        /// Nanoseconds.
        case duration
        /// A number a second, or any other that has no unit.
        case rate
        /// A share; 0.5 is "50 %".
        case share
        /// How many times something else; 1.1 is "1.1 ×".
        case ratio
        /// The logarithm of 1 / (1 - p): equal steps from 90 to 99 to 99.9 %.
        case percentile
        /// KiB.
        case kibibytes
        /// Seconds.
        case seconds
        /// The number of an item in a row; without ticks.
        case ordinal
    }

    struct Tick {
        var value: Double
        var label: String
    }

    let unit: Unit
    let isLogarithmic: Bool
    let low: Double
    let high: Double
    /// Pixels of the low and of the high end.
    var from = 0.0
    var to = 1.0

    /// A scale around values.
    ///
    /// - Parameters:
    ///   - values: what must lie inside; on a logarithmic scale those that are not above 0 count for nothing.
    ///   - unit: what they are.
    ///   - isLogarithmic: equal factors are equally long.
    ///   - startsAtZero: a linear scale begins at 0.
    ///   - least: the smallest factor between the ends of a logarithmic scale.
    init(
        _ values: [Double],
        _ unit: Unit,
        isLogarithmic: Bool,
        startsAtZero: Bool = true,
        least: Double = 2
    ) {
        self.unit = unit
        self.isLogarithmic = isLogarithmic
        // No clock and no counter goes beyond these; a damaged file does.
        let usable = values.filter { $0.isFinite && (!isLogarithmic || $0 > 0) }
            .map { max(isLogarithmic ? 1e-9 : -1e18, min($0, 1e18)) }
        var low = usable.min() ?? (isLogarithmic ? 1 : 0)
        var high = usable.max() ?? (isLogarithmic ? 10 : 1)
        if isLogarithmic {
            if high / low < least {
                let middle = (low * high).squareRoot()
                let half = least.squareRoot()
                (low, high) = (middle / half, middle * half)
            }
            // A little air, so that no line runs along the frame.
            let air = Self.power(high / low, 0.04)
            (low, high) = (low / air, high * air)
        } else {
            low = startsAtZero ? min(0, low) : low
            if high <= low { high = low + max(1, abs(low)) }
            let air = (high - low) * 0.04
            high += air
            if !startsAtZero { low -= air }
        }
        self.low = low
        self.high = high
    }

    /// Exactly these ends.
    init(exactly low: Double, _ high: Double, _ unit: Unit) {
        self.unit = unit
        self.isLogarithmic = false
        self.low = low
        self.high = max(high, low + 1e-9)
    }

    /// Where a value is; what is outside comes to the edge.
    func callAsFunction(_ value: Double) -> Double {
        let share: Double
        if isLogarithmic {
            share = value > 0 ? Self.log10(value / low) / Self.log10(high / low) : 0
        } else {
            share = (value - low) / (high - low)
        }
        guard share.isFinite else { return from }
        return from + (to - from) * max(0, min(share, 1))
    }

    /// At most about `most` ticks, at round values.
    func ticks(most: Int) -> [Tick] {
        switch unit {
        case .percentile: return percentiles(most: most)
        case .ordinal: return []
        case .duration, .rate, .share, .ratio, .kibibytes, .seconds: break
        }
        let values = isLogarithmic ? powers(most: most) : steps(most: most)
        return values.map { Tick(value: $0, label: label($0)) }
    }

    /// A value as it stands at a tick.
    func label(_ value: Double) -> String {
        switch unit {
        case .duration: value == 0 ? "0" : Self.duration(value)
        case .rate: Self.compact(value)
        case .share: "\(Number.trimmed(QuantityText.threeDigits(value * 100))) %"
        case .ratio: "\(Number.trimmed(QuantityText.threeDigits(value))) ×"
        case .kibibytes: "\(Number.trimmed(QuantityText.threeDigits(value)))"
        case .seconds: "\(Number.trimmed(QuantityText.threeDigits(value)))"
        case .percentile, .ordinal: ""
        }
    }

    /// "1.5 ms", "100 µs".
    static func duration(_ nanoseconds: Double) -> String {
        let words = QuantityText.duration(nanoseconds: nanoseconds).split(separator: " ")
        guard words.count == 2 else { return words.joined() }
        return "\(Number.trimmed(String(words[0]))) \(words[1])"
    }

    /// "12 k", "3.5 M": a rate beside an axis.
    private static func compact(_ value: Double) -> String {
        let units: [(Double, String)] = [(1e9, " G"), (1e6, " M"), (1e3, " k")]
        for (factor, name) in units where abs(value) >= factor * 0.9995 {
            return Number.trimmed(QuantityText.threeDigits(value / factor)) + name
        }
        return Number.trimmed(QuantityText.threeDigits(value))
    }

    private func percentiles(most: Int) -> [Tick] {
        let all: [(Double, String)] = [
            (0, "0 %"), (0.301_03, "50 %"), (1, "90 %"), (2, "99 %"), (3, "99.9 %"), (4, "99.99 %"),
            (5, "99.999 %"), (6, "99.9999 %"),
        ]
        let inside = all.filter { $0.0 >= low - 1e-6 && $0.0 <= high + 1e-6 }
        return inside.map { Tick(value: $0.0, label: $0.1) }
    }

    /// 1, 2 and 5 of each power of ten, or fewer where that would be too many.
    private func powers(most: Int) -> [Double] {
        let first = Int(Self.log10(low).rounded(.down))
        let last = Int(Self.log10(high).rounded(.up))
        for mantissas in [[1.0, 1.5, 2, 3, 4, 5, 6, 8], [1, 2, 3, 5], [1, 2, 5], [1, 3], [1]] {
            let values = (first...max(first, last)).flatMap { exponent in
                mantissas.map { $0 * Self.tenToThe(exponent) }
            }
            .filter { $0 >= low && $0 <= high }
            if values.count <= most, !values.isEmpty { return values }
        }
        let decades = (first...max(first, last)).map(Self.tenToThe)
            .filter { $0 >= low && $0 <= high }
        let stride = max(1, (decades.count + most - 1) / max(1, most))
        return decades.enumerated().filter { $0.offset % stride == 0 }.map(\.element)
    }

    private func steps(most: Int) -> [Double] {
        let rough = (high - low) / Double(max(1, most))
        guard rough > 0, rough.isFinite else { return [] }
        let power = Self.tenToThe(Int(Self.log10(rough).rounded(.down)))
        let step = [1.0, 2, 5, 10].map { $0 * power }.first { $0 >= rough } ?? power * 10
        var values: [Double] = []
        var index = (low / step).rounded(.up)
        while index * step <= high + step * 1e-9, values.count < 50 {
            values.append(index * step)
            index += 1
        }
        return values
    }

    static func log10(_ value: Double) -> Double {
        RealFunctions.ln(value) / 2.302_585_092_994_046
    }

    static func power(_ base: Double, _ exponent: Double) -> Double {
        RealFunctions.exp(RealFunctions.ln(max(base, 1e-300)) * exponent)
    }

    static func tenToThe(_ exponent: Int) -> Double {
        var value = 1.0
        for _ in 0..<min(abs(exponent), 300) { value *= 10 }
        return exponent < 0 ? 1 / value : value
    }
}
