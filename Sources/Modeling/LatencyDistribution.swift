package import Statistics

/// How likely each latency is: what a histogram knows, in a form that can be added, and whose largest of several can be found.
///
/// A cell of the grid is at most 0.8 % wide, and inside it every value is taken to be as likely as the next. The mean, the
/// minimum and the maximum are carried beside the cells, so they stay as exact as the histogram's.
package struct LatencyDistribution: Sendable, Equatable {
    /// The cells of `LatencyGrid` that hold anything, ascending.
    let cells: [Int32]
    /// The share of each cell; together 1.
    let masses: [Double]
    /// In nanoseconds.
    package let mean: Double
    /// The smallest possible value, in nanoseconds.
    package let minimum: Double
    /// The largest possible value, in nanoseconds.
    package let maximum: Double

    /// The distribution of what a histogram counted; nil when it is empty.
    package init?(_ snapshot: HistogramSnapshot) {
        guard snapshot.count > 0 else { return nil }
        let total = snapshot.counts.reduce(0) { $0 + Double($1) }
        self.init(
            cells: snapshot.indices,
            masses: snapshot.counts.map { Double($0) / total },
            mean: snapshot.mean,
            minimum: Double(snapshot.minimum),
            maximum: Double(snapshot.maximum)
        )
    }

    /// Always the same latency; a negative one or NaN counts as 0.
    package init(constant nanoseconds: Double) {
        let value = nanoseconds > 0 ? min(nanoseconds, LatencyGrid.edges[LatencyGrid.cellCount]) : 0
        self.init(
            cells: [Int32(LatencyGrid.cell(of: value))],
            masses: [1],
            mean: value,
            minimum: value,
            maximum: value
        )
    }

    init(cells: [Int32], masses: [Double], mean: Double, minimum: Double, maximum: Double) {
        self.cells = cells
        self.masses = masses
        self.mean = mean
        self.minimum = minimum
        self.maximum = maximum
    }

    /// The occupied cells of a dense array, scaled so that their shares add up to 1; mean and ends as given.
    init(dense: [Double], mean: Double, minimum: Double, maximum: Double) {
        let total = dense.reduce(0, +)
        var cells: [Int32] = []
        var masses: [Double] = []
        for (cell, mass) in dense.enumerated() where mass > 0 {
            cells.append(Int32(cell))
            masses.append(mass / total)
        }
        self.init(cells: cells, masses: masses, mean: mean, minimum: minimum, maximum: maximum)
    }

    /// The latency that a share `q` does not exceed, in nanoseconds.
    ///
    /// Interpolated inside its cell, never outside `minimum ... maximum`.
    /// - Parameter q: 0 ... 1; anything else is clamped, NaN to 0.
    /// - Returns: nanoseconds.
    package func quantile(_ q: Double) -> Double {
        guard q > 0 else { return minimum }
        guard q < 1 else { return maximum }
        var below = 0.0
        for position in cells.indices {
            let mass = masses[position]
            if below + mass >= q {
                let (low, high) = ends(at: position)
                return low + (high - low) * max(0, (q - below) / mass)
            }
            below += mass
        }
        return maximum
    }

    /// The share of latencies that are not above `nanoseconds`, from 0 to 1.
    package func share(upTo nanoseconds: Double) -> Double {
        guard nanoseconds < maximum else { return 1 }
        guard nanoseconds >= minimum else { return 0 }
        var sum = 0.0
        for position in cells.indices {
            let (low, high) = ends(at: position)
            if nanoseconds < low { break }
            sum +=
                nanoseconds >= high
                ? masses[position] : masses[position] * (nanoseconds - low) / (high - low)
        }
        return min(1, sum)
    }

    /// Both ends of the cell at a position, cut to what is possible at all.
    func ends(at position: Int) -> (low: Double, high: Double) {
        let cell = Int(cells[position])
        let low = max(LatencyGrid.edges[cell], minimum)
        return (low, max(low, min(LatencyGrid.edges[cell + 1], maximum)))
    }

    /// The mean that the cells alone would give: within half a cell, 0.4 %, of `mean`.
    var meanOfCells: Double {
        var sum = 0.0
        for position in cells.indices {
            let (low, high) = ends(at: position)
            sum += masses[position] * (low + high) / 2
        }
        return sum
    }
}
