/// Where a latency-against-load curve bends: the point with the most throughput for its latency.
///
/// Kleinrock's power, throughput divided by mean latency. It rises as long as more load brings more throughput than it costs
/// latency, relatively, and falls beyond. For a device that serves k requests at a time in a fixed time it is largest at
/// depth k; for one server with random arrivals and service (M/M/1) at half its capacity.
/// - Source: L. Kleinrock, "Power and deterministic rules of thumb for probabilistic problems in computer communications",
///   ICC 1979.
package enum LoadKnee {
    /// One point of a sweep.
    package struct Point: Sendable, Equatable {
        /// I/Os a second that were done.
        package var perSecond: Double
        /// Mean latency in nanoseconds, above 0.
        package var meanNanoseconds: Double

        package init(perSecond: Double, meanNanoseconds: Double) {
            self.perSecond = perSecond
            self.meanNanoseconds = meanNanoseconds
        }
    }

    /// The index of the knee among points of ascending load.
    ///
    /// - Returns: Nil for fewer than three points, and where power still rises at the last point or only falls from the first:
    ///   the bend, if there is one, lies outside of the sweep.
    package static func index(of points: [Point]) -> Int? {
        let powers = points.map { point in
            point.meanNanoseconds > 0 ? point.perSecond / point.meanNanoseconds : 0
        }
        guard points.count >= 3, let most = powers.max(), most > 0,
            let index = powers.firstIndex(of: most), index > 0, index < points.count - 1
        else { return nil }
        return index
    }
}
