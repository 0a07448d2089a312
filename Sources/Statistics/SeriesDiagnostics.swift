/// Whether the rounds of a run may be treated as independent repetitions of the same thing.
package enum SeriesDiagnostics {
    /// The correlation of each value with the next, r₁ = Σ(xᵢ−x̄)(xᵢ₊₁−x̄) / Σ(xᵢ−x̄)².
    ///
    /// - Returns: About -1 ... 1; 0 for fewer than three values or when all are equal.
    package static func lagOneAutocorrelation(_ values: [Double]) -> Double {
        guard values.count >= 3 else { return 0 }
        let mean = values.reduce(0, +) / Double(values.count)
        var covariance = 0.0
        var variance = 0.0
        for (index, value) in values.enumerated() {
            variance += (value - mean) * (value - mean)
            if index > 0 { covariance += (values[index - 1] - mean) * (value - mean) }
        }
        return variance > 0 ? covariance / variance : 0
    }

    /// Spearman's rank correlation of two series; ties get the mean of their ranks.
    ///
    /// - Returns: -1 ... 1; 0 for fewer than two pairs or when one series is constant. Values beyond
    ///   the shorter series are ignored.
    package static func spearman(_ one: [Double], _ other: [Double]) -> Double {
        let pairs = min(one.count, other.count)
        guard pairs >= 2 else { return 0 }
        return correlation(ranks(Array(one.prefix(pairs))), ranks(Array(other.prefix(pairs))))
    }

    /// Whether the values rise or fall over time: Spearman's |ρ|·√(R−1) above 2.58 (two-sided 1 %).
    ///
    /// Fewer than eight values cannot reach it.
    package static func isDrifting(_ values: [Double]) -> Bool {
        guard values.count >= 2 else { return false }
        let rho = spearman(values, values.indices.map(Double.init))
        return abs(rho) * Double(values.count - 1).squareRoot() > 2.58
    }

    private static func ranks(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { values[$0] < values[$1] }
        var ranks = [Double](repeating: 0, count: values.count)
        var start = 0
        while start < order.count {
            var end = start + 1
            while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
            // The mean of the ranks start + 1 ... end.
            for position in start..<end { ranks[order[position]] = Double(start + 1 + end) / 2 }
            start = end
        }
        return ranks
    }

    private static func correlation(_ one: [Double], _ other: [Double]) -> Double {
        let count = Double(one.count)
        let meanOne = one.reduce(0, +) / count
        let meanOther = other.reduce(0, +) / count
        var product = 0.0
        var squareOne = 0.0
        var squareOther = 0.0
        for (x, y) in zip(one, other) {
            product += (x - meanOne) * (y - meanOther)
            squareOne += (x - meanOne) * (x - meanOne)
            squareOther += (y - meanOther) * (y - meanOther)
        }
        let scale = (squareOne * squareOther).squareRoot()
        return scale > 0 ? product / scale : 0
    }
}
