import Statistics

extension Component {
    /// What lies between two measurements: one with a layer, one without.
    ///
    /// As a part of a path it counts as the difference of the means, all the time, and never below 0.
    /// - Parameters:
    ///   - role: the layer.
    ///   - with: measured above it.
    ///   - without: measured below it.
    /// - Returns: a derived constant with the figures of the difference.
    static func difference(
        _ role: TermRole,
        with: MeasuredSeries,
        without: MeasuredSeries
    ) -> Component {
        let plan = BlockPlan([with, without])
        let draws = Resampling.draws(
            of: plan.count,
            seed: Seed.of(with.identity + without.identity)
        )
        let estimates = ResampledPool(plan.pool(of: with), draws)
            .compared(with: ResampledPool(plan.pool(of: without), draws)) { $0 - $1 }
        let mean = estimates[0]
        let isNothing =
            mean.value <= 0 || (mean.interval.map { $0.low <= 0 && $0.high >= 0 } ?? false)
        var component = Component(
            role,
            constant: max(0, mean.value),
            provenance: .derived,
            source: "\(with.source) less \(without.source)",
            note: isNothing ? "not to be told from nothing" : nil
        )
        component.figures = LatencyFigures(
            mean: mean,
            p50: estimates[1],
            p99: estimates[2],
            p99IsKnown: with.pooled.count >= 2000 && without.pooled.count >= 2000
        )
        return component
    }
}
