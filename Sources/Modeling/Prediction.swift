package import ResultStore
import Statistics

/// What a request should take, beside what it took.
package struct Prediction: Sendable {
    /// What is predicted: step, replicas, operation, block size, depth.
    package var subject: LadderPoint
    /// How it is put together.
    package var path: Path
    /// Sums of means, medians and 99th percentiles, of parallel ones the largest: the formula as documented.
    package var documented: LatencyFigures
    /// Distributions added, and the largest of several found as an order statistic.
    package var refined: LatencyFigures
    /// The whole refined distribution.
    package var distribution: LatencyDistribution
    /// What was measured; nil where nobody did.
    package var measured: LatencyFigures?
    /// Where it was measured.
    package var measuredSource: String?
    /// Of mean, p50 and p99, refined against measured; empty where nothing was measured.
    package var residuals: [Residual]
    /// Terms that belong to it and that nobody measured, so that it is too small by them.
    package var missing: [String]

    /// True where every residual that can be judged is inside its limit; nil where none can.
    package var passes: Bool? {
        let judged = residuals.compactMap(\.passes)
        return judged.isEmpty ? nil : judged.allSatisfy(\.self)
    }

    /// The residual of one figure.
    package func residual(_ statistic: Statistic) -> Residual? {
        residuals.first { $0.statistic == statistic }
    }

    init(
        _ subject: LadderPoint,
        _ path: Path,
        measured: MeasuredSeries? = nil,
        missing: [String] = []
    ) {
        self.subject = subject
        self.path = path
        self.missing = missing
        let blocks = PredictedBlocks(path, measured)
        let known = blocks.hasTail
        distribution = blocks.pooled
        refined = blocks.predicted.figures(known)
        let formula = path.figures { LatencyFigures($0.distribution, p99IsKnown: known) }
        documented = LatencyFigures(
            mean: Estimate(formula[0]),
            p50: Estimate(formula[1]),
            p99: Estimate(formula[2]),
            p99IsKnown: known
        )
        guard let measured, let truth = blocks.measured else {
            residuals = []
            return
        }
        let tail = measured.pooled.count / 100 >= 20
        self.measured = truth.figures(tail)
        measuredSource = measured.source
        let shares = truth.residuals(against: blocks.predicted)
        residuals = zip(Statistic.allCases, shares).compactMap { statistic, share in
            guard share.value.isFinite else { return nil }
            let isKnown = statistic != .p99 || (known && tail)
            return Residual(statistic, share: share, isKnown: isKnown)
        }
    }
}

/// The prediction block by block, and the truth beside it.
private struct PredictedBlocks {
    let predicted: ResampledPool
    let measured: ResampledPool?
    let pooled: LatencyDistribution
    /// True where every measured part has at least 20 samples beyond its 99th percentile.
    let hasTail: Bool

    init(_ path: Path, _ truth: MeasuredSeries?) {
        let components = path.components
        let series = components.compactMap(\.series)
        hasTail = !series.isEmpty && series.allSatisfy { $0.pooled.count / 100 >= 20 }
        let plan = BlockPlan((truth.map { [$0] } ?? []) + series)
        var values: [String: [LatencyDistribution]] = [:]
        for component in components where values[component.key] == nil {
            values[component.key] = Self.blocks(of: component, plan)
        }
        let blocks = (0..<plan.count).map { block in
            path.distribution { component in
                values[component.key]?[block] ?? component.distribution
            }
        }
        // A closed loop does fewer requests in a slow round: each block counts for those that fit into its time.
        let times = (truth ?? series.first).map { plan.durations(of: $0) }
        let weights = blocks.indices.map { block in
            let time = times?[block] ?? 1
            return (time > 0 ? time : 1) / max(blocks[block].mean, 1)
        }
        // The same draws for both, so that what all rounds have in common cancels in the residual.
        let draws = Resampling.draws(
            of: plan.count,
            seed: Seed.of(series.map(\.identity).joined(separator: "/"))
        )
        predicted = ResampledPool(BlockPool(blocks, weights: weights), draws)
        pooled =
            LatencyDistribution.mixture(of: Array(zip(blocks, weights)).map { ($0, $1) })
            ?? LatencyDistribution(constant: 0)
        measured = truth.map { ResampledPool(plan.pool(of: $0), draws) }
    }

    private static func blocks(of component: Component, _ plan: BlockPlan) -> [LatencyDistribution]
    {
        guard let series = component.series else {
            return Array(repeating: component.distribution, count: plan.count)
        }
        return plan.snapshots(of: series).map { snapshot in
            component.adjusted(LatencyDistribution(snapshot) ?? LatencyDistribution(constant: 0))
        }
    }
}
