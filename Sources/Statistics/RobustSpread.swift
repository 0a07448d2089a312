/// Centre and spread that a few wild values do not move.
package enum RobustSpread {
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
