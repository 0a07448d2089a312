/// The blocks of a case laid out for resampling: cumulative shares, one row per cell, as `RoundPool` of Statistics has them.
struct BlockPool {
    let blockCount: Int
    /// What a block counts for.
    private let weights: [Double]
    private let weightedMeans: [Double]
    private let cells: [Int]
    private let minimum: Double
    private let maximum: Double
    /// Weight of block b up to and including cell row r, at [r * blockCount + b].
    private let cumulative: [Double]

    /// - Parameters:
    ///   - blocks: at least one.
    ///   - weights: one for each, above 0: the operations it stands for.
    init(_ blocks: [LatencyDistribution], weights: [Double]) {
        self.weights = weights
        blockCount = blocks.count
        weightedMeans = zip(blocks, weights).map { $0.mean * $1 }
        minimum = blocks.map(\.minimum).min() ?? 0
        maximum = blocks.map(\.maximum).max() ?? 0
        var occupied = [Bool](repeating: false, count: LatencyGrid.cellCount)
        for block in blocks { for cell in block.cells { occupied[Int(cell)] = true } }
        cells = occupied.indices.filter { occupied[$0] }
        var cumulative = [Double](repeating: 0, count: cells.count * blocks.count)
        for (index, block) in blocks.enumerated() {
            var next = 0
            var below = 0.0
            for (row, cell) in cells.enumerated() {
                if next < block.cells.count, Int(block.cells[next]) == cell {
                    below += block.masses[next] * weights[index]
                    next += 1
                }
                cumulative[row * blocks.count + index] = below
            }
        }
        self.cumulative = cumulative
    }

    /// Mean, median and 99th percentile with each block counted `draws` times.
    func statistics(_ draws: [Double]) -> [Double] {
        let total = sum(weights, draws)
        return [sum(weightedMeans, draws) / total, quantile(0.5, draws), quantile(0.99, draws)]
    }

    private func quantile(_ q: Double, _ draws: [Double]) -> Double {
        let target = q * sum(weights, draws)
        var low = 0
        var high = cells.count - 1
        while low < high {
            let middle = (low + high) / 2
            let reached = row(middle, draws)
            if reached >= target, reached > 0 { high = middle } else { low = middle + 1 }
        }
        let reached = row(low, draws)
        let below = low > 0 ? row(low - 1, draws) : 0
        let from = max(LatencyGrid.edges[cells[low]], minimum)
        let to = max(from, min(LatencyGrid.edges[cells[low] + 1], maximum))
        guard reached > below else { return from }
        return from + (to - from) * max(0, min(1, (target - below) / (reached - below)))
    }

    private func row(_ row: Int, _ draws: [Double]) -> Double {
        cumulative.withUnsafeBufferPointer { cumulative in
            draws.withUnsafeBufferPointer { draws in
                var sum = 0.0
                let start = row * blockCount
                for block in 0..<blockCount { sum += draws[block] * cumulative[start + block] }
                return sum
            }
        }
    }

    private func sum(_ values: [Double], _ draws: [Double]) -> Double {
        zip(values, draws).reduce(0) { $0 + $1.0 * $1.1 }
    }
}
