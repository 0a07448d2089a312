import Statistics

/// One character per value, its height on a logarithmic scale.
enum Sparkline {
    /// The values as block elements, or as ASCII of growing weight.
    ///
    /// - Parameters:
    ///   - values: any numbers; those that are not positive are shown as a space.
    ///   - width: the most characters; more values are grouped and the largest of a group is shown.
    ///   - unicode: block elements may be used.
    /// - Returns: at most `width` characters.
    static func text(_ values: [Double], width: Int, unicode: Bool) -> String {
        let groups = grouped(values, into: width) { $0.max() ?? 0 }
        let positive = groups.filter { $0 > 0 && $0.isFinite }
        guard let least = positive.min(), let most = positive.max() else {
            return String(repeating: " ", count: groups.count)
        }
        let glyphs = Array(unicode ? "▁▂▃▄▅▆▇█" : "_.-:=+*#")
        return String(
            groups.map { value in
                guard value > 0, value.isFinite else { return " " }
                // Below a factor of two a difference is noise: the scale never stretches it.
                let span = max(0.693, logRatio(most, least))
                let height = logRatio(value, least) / span * Double(glyphs.count - 1)
                return glyphs[min(glyphs.count - 1, max(0, Int(height.rounded())))]
            }
        )
    }

    /// ln(value / base) for positive values with value ≥ base.
    private static func logRatio(_ value: Double, _ base: Double) -> Double {
        2 * Interval(low: base, high: value).lnHalfWidth
    }

    /// Neighbours joined so that at most `width` values remain.
    static func grouped<Value>(
        _ values: [Value],
        into width: Int,
        _ join: (ArraySlice<Value>) -> Value
    ) -> [Value] {
        guard width > 0, values.count > width else { return width > 0 ? values : [] }
        let size = (values.count + width - 1) / width
        return stride(from: 0, to: values.count, by: size).map {
            join(values[$0..<min(values.count, $0 + size)])
        }
    }
}
