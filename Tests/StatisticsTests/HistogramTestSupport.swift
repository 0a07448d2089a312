import Statistics

/// A histogram of these values, recorded as an I/O thread would.
func histogram(_ values: some Sequence<UInt64>) -> HistogramSnapshot {
    var histogram = LatencyHistogram()
    for value in values { histogram.record(value) }
    return histogram.snapshot()
}

/// Exponentially distributed latencies with this mean: the quantile q is -mean·ln(1-q).
func exponential(
    mean: Double,
    count: Int,
    random: inout SplitMix64
) -> [UInt64] {
    (0..<count).map { _ in UInt64(-mean * RealFunctions.ln(1 - random.unitInterval())) }
}

/// Independent rounds of exponentially distributed latencies.
func exponentialRounds(
    _ rounds: Int,
    of count: Int,
    mean: Double,
    seed: UInt64
) -> [HistogramSnapshot] {
    var random = SplitMix64(seed: seed)
    return (0..<rounds).map { _ in
        histogram(exponential(mean: mean, count: count, random: &random))
    }
}
