// What happens to latencies that follow each other, run side by side, or come one or the other way.
extension LatencyDistribution {
    /// One after the other: the sum of two independent latencies.
    ///
    /// Every pair of cells puts its share at the sum of their middles, split between the two nearest cells so that the mean stays.
    /// The mean is exact. A quantile is off by at most half a cell of each part and one of the sum, 1.2 % at worst; in practice
    /// the roundings cancel, and the tests hold it to 0.3 %.
    /// - Complexity: O(occupied cells of one × of the other).
    package func plus(_ other: LatencyDistribution) -> LatencyDistribution {
        if other.minimum == other.maximum { return shifted(by: other.mean) }
        if minimum == maximum { return other.shifted(by: mean) }
        let minimum = minimum + other.minimum
        let maximum = maximum + other.maximum
        let first = LatencyGrid.cell(of: minimum)
        let last = LatencyGrid.cell(of: maximum)
        let values = other.cells.indices.map { position -> Double in
            let (low, high) = other.ends(at: position)
            return (low + high) / 2
        }
        var dense = [Double](repeating: 0, count: LatencyGrid.cellCount)
        dense.withUnsafeMutableBufferPointer { dense in
            LatencyGrid.middles.withUnsafeBufferPointer { middles in
                for position in cells.indices {
                    let (low, high) = ends(at: position)
                    let value = (low + high) / 2
                    let mass = masses[position]
                    for (added, share) in zip(values, other.masses) {
                        let sum = value + added
                        let cell = LatencyGrid.cell(of: sum)
                        let neighbour = sum < middles[cell] ? cell - 1 : cell + 1
                        guard neighbour >= first, neighbour <= last else {
                            dense[cell] += mass * share
                            continue
                        }
                        let part = (sum - middles[cell]) / (middles[neighbour] - middles[cell])
                        dense[cell] += mass * share * (1 - part)
                        dense[neighbour] += mass * share * part
                    }
                }
            }
        }
        return LatencyDistribution(
            dense: dense,
            mean: mean + other.mean,
            minimum: minimum,
            maximum: maximum
        )
    }

    /// Side by side, all waited for: the largest of independent latencies.
    ///
    /// F_max(t) = ∏ F_r(t), exact at the edges of the cells; a quantile is within its cell, 0.8 %. The mean is that of the cells,
    /// corrected by how far each part's cells are from its own mean.
    /// - Returns: Nil for no part at all.
    package static func maximum(of parts: [LatencyDistribution]) -> LatencyDistribution? {
        guard let first = parts.first else { return nil }
        guard parts.count > 1 else { return first }
        let minimum = parts.map(\.minimum).max() ?? 0
        let maximum = parts.map(\.maximum).max() ?? 0
        var dense = [Double](repeating: 0, count: LatencyGrid.cellCount)
        var correction = 0.0
        var weights = 0.0
        let shares = parts.map { $0.meanOfCells > 0 ? $0.mean / $0.meanOfCells : 1 }
        let masses = parts.map(\.denseMasses)
        var below = [Double](repeating: 0, count: parts.count)
        var productBelow = 0.0
        for cell in LatencyGrid.cell(
            of: parts.map(\.minimum).min() ?? 0
        )...LatencyGrid.cell(of: maximum) {
            var product = 1.0
            for part in parts.indices {
                let mass = masses[part][cell]
                below[part] += mass
                product *= min(1, below[part])
            }
            let mass = max(0, product - productBelow)
            productBelow = product
            guard mass > 0 else { continue }
            dense[cell] = mass
            // The part that gained most here is the likeliest largest one.
            for part in parts.indices where masses[part][cell] > 0 && below[part] > 0 {
                let weight = product * masses[part][cell] / below[part]
                correction += weight * shares[part]
                weights += weight
            }
        }
        let cells = LatencyDistribution(dense: dense, mean: 0, minimum: minimum, maximum: maximum)
        return LatencyDistribution(
            cells: cells.cells,
            masses: cells.masses,
            mean: cells.meanOfCells * (weights > 0 ? correction / weights : 1),
            minimum: minimum,
            maximum: maximum
        )
    }

    /// One way or the other: a share of each.
    ///
    /// - Parameter parts: weights of any size, at least one above 0; those that are not count as 0.
    /// - Returns: Nil where no part has a weight.
    package static func mixture(
        of parts: [(distribution: LatencyDistribution, weight: Double)]
    ) -> LatencyDistribution? {
        let parts = parts.filter { $0.weight > 0 && $0.weight.isFinite }
        guard let first = parts.first?.distribution else { return nil }
        guard parts.count > 1 else { return first }
        var dense = [Double](repeating: 0, count: LatencyGrid.cellCount)
        var mean = 0.0
        var total = 0.0
        for (distribution, weight) in parts {
            for (cell, mass) in zip(distribution.cells, distribution.masses) {
                dense[Int(cell)] += mass * weight
            }
            mean += distribution.mean * weight
            total += weight
        }
        return LatencyDistribution(
            dense: dense,
            mean: mean / total,
            minimum: parts.map(\.distribution.minimum).min() ?? 0,
            maximum: parts.map(\.distribution.maximum).max() ?? 0
        )
    }

    /// Each latency later by the same time.
    ///
    /// - Parameter nanoseconds: what is below 0, or NaN, counts as 0.
    /// - Returns: the moved distribution.
    package func shifted(by nanoseconds: Double) -> LatencyDistribution {
        nanoseconds > 0 ? mapped(factor: 1, offset: nanoseconds) : self
    }

    /// Each latency so many times as long; a factor that is not above 0 and finite gives 0.
    package func scaled(by factor: Double) -> LatencyDistribution {
        guard factor > 0, factor.isFinite else { return LatencyDistribution(constant: 0) }
        return factor == 1 ? self : mapped(factor: factor, offset: 0)
    }

    /// Spreads each cell over the cells that it lies on afterwards.
    private func mapped(factor: Double, offset: Double) -> LatencyDistribution {
        if minimum == maximum { return LatencyDistribution(constant: mean * factor + offset) }
        let ceiling = LatencyGrid.edges[LatencyGrid.cellCount]
        func moved(_ value: Double) -> Double { min(value * factor + offset, ceiling) }
        var dense = [Double](repeating: 0, count: LatencyGrid.cellCount)
        for position in cells.indices {
            let (low, high) = ends(at: position)
            let (from, to) = (moved(low), moved(high))
            let firstCell = LatencyGrid.cell(of: from)
            let lastCell = LatencyGrid.cell(of: to)
            guard to > from, lastCell > firstCell else {
                dense[firstCell] += masses[position]
                continue
            }
            for cell in firstCell...lastCell {
                let width =
                    min(to, LatencyGrid.edges[cell + 1]) - max(from, LatencyGrid.edges[cell])
                dense[cell] += masses[position] * max(0, width) / (to - from)
            }
        }
        return LatencyDistribution(
            dense: dense,
            mean: moved(mean),
            minimum: moved(minimum),
            maximum: moved(maximum)
        )
    }

    /// The shares of all cells of the grid.
    private var denseMasses: [Double] {
        var dense = [Double](repeating: 0, count: LatencyGrid.cellCount)
        for (cell, mass) in zip(cells, masses) { dense[Int(cell)] = mass }
        return dense
    }
}
