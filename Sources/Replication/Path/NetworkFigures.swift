import ResultStore
import Statistics

/// What the phases of a network measurement come to: the cost of a byte, and bandwidth.
enum NetworkFigures {
    /// The line through the median round trips of one request at a time over one connection, for writes and for reads.
    static func slopes(_ phases: [PhaseRecord]) -> [NetworkSlope] {
        [OperationClass.write, .read].compactMap { slope($0, phases) }
    }

    private static func slope(
        _ operation: OperationClass,
        _ phases: [PhaseRecord]
    ) -> NetworkSlope? {
        let parts = phases.compactMap { phase -> (x: Double, phase: PhaseRecord)? in
            guard let point = phase.ladder, point.depth == 1, point.connections == 1,
                point.operation == operation.rawValue || point.step == .ping
            else { return nil }
            return (Double(point.blockBytes) / 1024, phase)
        }
        func classes(_ phase: PhaseRecord) -> [OperationClass] {
            phase.ladder?.step == .ping ? [.ping] : [operation]
        }
        let pooled = parts.compactMap { part -> LineFit.Point? in
            let all = part.phase.pooled(classes(part.phase))
            return all.count > 0 ? LineFit.Point(part.x, all.quantile(0.5)) : nil
        }
        guard pooled.count > 2, let fit = LineFit(pooled) else { return nil }
        var slope = NetworkSlope(
            operation: operation.rawValue,
            nsPerKib: fit.slope,
            interceptNs: fit.intercept
        )
        slope.rSquared = fit.rSquared
        if fit.slope > 0 { slope.bytesPerSecond = 1024 / fit.slope * 1e9 }
        let count = parts.map(\.phase.rounds.count).min() ?? 0
        let rounds = (0..<count).map { number in
            parts.compactMap { part -> LineFit.Point? in
                let all = part.phase.rounds[number].snapshot(of: classes(part.phase))
                return all.count > 0 ? LineFit.Point(part.x, all.quantile(0.5)) : nil
            }
        }
        // The value comes from all requests together, the interval from each round's median: it may miss by a hair.
        slope.nsPerKibCi95 = LineFit.slopeInterval(of: rounds)
            .map { [min($0.low, fit.slope), max($0.high, fit.slope)] }
        return slope
    }

    /// Bytes a second of one stream, all rounds together.
    static func stream(_ cell: NetworkPlan.Cell, _ phase: PhaseRecord) -> NetworkStream? {
        let bytes = phase.rounds.map { round in
            Double(round.snapshot(of: [cell.operationClass]).count) * Double(cell.blockBytes)
        }
        let seconds = phase.measuredSeconds
        guard seconds > 0, bytes.contains(where: { $0 > 0 }) else { return nil }
        var stream = NetworkStream(
            operation: cell.operation.rawValue,
            streams: cell.connections,
            bytesPerSecond: bytes.reduce(0, +) / seconds
        )
        let rates = zip(bytes, phase.rounds).compactMap { bytes, round in
            round.durationNs > 0 ? bytes / Double(round.durationNs) * 1e9 : nil
        }
        stream.bytesPerSecondCi95 = LineFit.meanInterval(of: rates).map { [$0.low, $0.high] }
        stream.retransmits = phase.counters["retransmits"].map { UInt64($0) }
        return stream
    }
}
