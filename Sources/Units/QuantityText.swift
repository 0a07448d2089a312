/// Times, sizes and rates as people read them.
///
/// Pure text; no locale.
package enum QuantityText {
    /// A duration with three significant digits and its unit: "870 ns", "12.4 µs", "1.84 ms", "2.05 s".
    ///
    /// - Parameter nanoseconds: any value; NaN and infinity are printed as "–".
    /// - Returns: the text, with a unit.
    package static func duration(nanoseconds: Double) -> String {
        guard nanoseconds.isFinite else { return "–" }
        let magnitude = abs(nanoseconds)
        // 999.5 rounds to 1000 at three digits, so the next unit starts there.
        if magnitude < 999.5 { return "\(threeDigits(nanoseconds)) ns" }
        if magnitude < 999.5e3 { return "\(threeDigits(nanoseconds / 1e3)) µs" }
        if magnitude < 999.5e6 { return "\(threeDigits(nanoseconds / 1e6)) ms" }
        return "\(threeDigits(nanoseconds / 1e9)) s"
    }

    /// A duration from integer nanoseconds.
    package static func duration(nanoseconds: UInt64) -> String {
        duration(nanoseconds: Double(nanoseconds))
    }

    /// A size in binary units: "512 B", "4 KiB", "61 MiB", "1.5 GiB".
    package static func bytes(_ count: UInt64) -> String {
        scaled(Double(count), step: 1024, units: ["B", "KiB", "MiB", "GiB", "TiB", "PiB"])
    }

    /// A rate in decimal bytes a second, as network and disk vendors quote it: "120 MB/s".
    package static func bytesPerSecond(_ rate: Double) -> String {
        scaled(rate, step: 1000, units: ["B/s", "kB/s", "MB/s", "GB/s", "TB/s"])
    }

    /// A count grouped by thousands with narrow no-break spaces: "2 391".
    package static func count(_ value: UInt64) -> String {
        let digits = String(value)
        guard digits.count > 3 else { return digits }
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text.append("\u{202F}") }
            text.append(digit)
        }
        return text
    }

    /// A ratio as a percentage with at most one decimal: "3.4 %".
    package static func percent(_ ratio: Double) -> String {
        guard ratio.isFinite else { return "–" }
        return "\(fixed(ratio * 100, decimals: abs(ratio) < 0.1 ? 1 : 0)) %"
    }

    /// `value` with exactly `decimals` digits behind the point.
    package static func fixed(_ value: Double, decimals: Int) -> String {
        guard value.isFinite else { return "–" }
        var scale = 1.0
        for _ in 0..<max(0, decimals) { scale *= 10 }
        let rounded = (value * scale).rounded()
        guard abs(rounded) < 9e15 else { return "\(value)" }
        let integer = Int64(rounded)
        let digits = String(integer.magnitude)
        let sign = integer < 0 ? "-" : ""
        guard decimals > 0 else { return sign + digits }
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        return "\(sign)\(padded.dropLast(decimals)).\(padded.suffix(decimals))"
    }

    /// Three significant digits without an exponent: "0.00123", "1.84", "12.4", "412".
    ///
    /// A whole number stays whole ("12", "64"); below 1e-9 it is "0.00000000000" rather than an exponent.
    package static func threeDigits(_ value: Double) -> String {
        guard value.isFinite else { return "–" }
        let magnitude = abs(value)
        if magnitude >= 99.95 || magnitude == magnitude.rounded() {
            return fixed(value, decimals: 0)
        }
        if magnitude >= 9.995 { return fixed(value, decimals: 1) }
        var decimals = 2
        var scaled = magnitude
        // 0.9995 rounds to 1.00, which has its three digits with two decimals.
        while scaled < 0.9995, decimals < 11 {
            scaled *= 10
            decimals += 1
        }
        return fixed(value, decimals: decimals)
    }

    private static func scaled(_ value: Double, step: Double, units: [String]) -> String {
        guard value.isFinite else { return "–" }
        var value = value
        var unit = 0
        while abs(value) >= step * 0.9995, unit + 1 < units.count {
            value /= step
            unit += 1
        }
        var digits = threeDigits(value)
        // "64 MiB" and "1.5 GiB", not "64.0 MiB": a size is often a round number.
        if digits.contains(".") {
            while digits.hasSuffix("0") { digits.removeLast() }
            if digits.hasSuffix(".") { digits.removeLast() }
        }
        return "\(digits) \(units[unit])"
    }
}
