package import ResultStore
import Statistics

/// A measured step of the ladder.
package struct LadderSeries: Sendable, Equatable {
    package var point: LadderPoint
    package var series: MeasuredSeries

    /// Every step that a record holds: phases that say which they are, and plain jobs of `tbench run`.
    ///
    /// A phase that measured nothing is left out.
    static func all(in source: SourceRecord) -> [LadderSeries] {
        source.record.phases.compactMap { phase in
            phase.ladder == nil ? ofJob(phase, source) : ofLadder(phase, source)
        }
    }

    private static func ofLadder(_ phase: PhaseRecord, _ source: SourceRecord) -> LadderSeries? {
        guard let point = phase.ladder else { return nil }
        let classes: [OperationClass]
        switch point.operation {
        case "ping": classes = [.ping]
        case "read": classes = [.read]
        case "write": classes = [.write]
        case "fsync", "fdatasync", "sync": classes = [.sync]
        default: return nil
        }
        guard let series = MeasuredSeries(phase, classes, of: source) else { return nil }
        return LadderSeries(point: point, series: series)
    }

    /// A job of `tbench run` that only writes or only reads, never syncs, and does so in a closed loop: a disk.
    ///
    /// Its figures come from the phase's own counters, so every profile will do, not only Longhorn's.
    private static func ofJob(_ phase: PhaseRecord, _ source: SourceRecord) -> LadderSeries? {
        guard phase.kind == "job", phase.offeredPerSecond == nil,
            phase.pooled([.sync]).count == 0
        else { return nil }
        func counter(_ name: String) -> Double { max(0, phase.counters[name] ?? 0) }
        let (reads, writes) = (counter("reads"), counter("writes"))
        guard (reads > 0) != (writes > 0) else { return nil }
        let bytes = reads > 0 ? counter("read_bytes") / reads : counter("written_bytes") / writes
        let depth = counter("threads") * counter("iodepth")
        guard bytes >= 1, bytes < 1e12, depth >= 1, depth < 1e6, bytes == bytes.rounded(),
            let series = MeasuredSeries(phase, reads > 0 ? [.read] : [.write], of: source)
        else { return nil }
        let identity = source.record.benchmark.spec["job.\(phase.name)"] ?? ""
        return LadderSeries(
            point: LadderPoint(
                step: .disk,
                replicas: ["local"],
                operation: reads > 0 ? "read" : "write",
                pattern: identity.contains("rand") ? "random" : "sequential",
                blockBytes: UInt64(bytes),
                depth: Int(depth),
                connections: 0
            ),
            series: series
        )
    }
}

/// A kind of request that the model can speak of.
package struct RequestKind: Sendable, Hashable {
    /// "read" or "write".
    package var operation: String
    package var blockBytes: UInt64

    package init(_ operation: String, _ blockBytes: UInt64 = 4096) {
        self.operation = operation
        self.blockBytes = blockBytes
    }

    package static let write = RequestKind("write")
    package static let read = RequestKind("read")
}

extension [LadderSeries] {
    /// The one that fits best, in the order of preference; nil where none does.
    func first(
        _ step: LadderStep,
        _ replicas: [String],
        _ kind: RequestKind,
        depth: Int = 1,
        pattern: String? = "random",
        connections: Int = 2,
        atOnce: Int = 1
    ) -> LadderSeries? {
        let fitting = filter { one in
            one.point.step == step && one.point.replicas == replicas && one.point.depth == depth
                && one.point.atOnce == atOnce
                && one.point.operation == kind.operation && one.point.blockBytes == kind.blockBytes
        }
        // A random one stands for a sequential one where nothing else is there, and the other way round.
        let preferred = fitting.filter { $0.point.pattern == pattern }
        let candidates = preferred.isEmpty ? fitting : preferred
        return candidates.first { $0.point.connections == connections } ?? candidates.first
    }
}
