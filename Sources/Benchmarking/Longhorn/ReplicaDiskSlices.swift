import IOEngines
import ResultStore
import Statistics

/// What the slices of one case have measured so far.
struct ReplicaDiskSlices {
    let spec: ReplicaDiskCase
    private var rounds: [RoundRecord] = []
    private var startedAt: UInt64?
    private var slow: [SlowEntry] = []
    private var threads = 0
    private var counters: [String: Double] = [:]
    /// True when there was nothing left for it to do.
    private var isExhausted = false

    init(_ spec: ReplicaDiskCase) {
        self.spec = spec
    }

    /// Adds what the joined workers of a slice recorded.
    ///
    /// - Parameters:
    ///   - workers: of one slice.
    ///   - start: when it began to count.
    ///   - wasCut: whether the time ended it, and not the want of blocks.
    ///   - requests: what the block layer counted meanwhile; nil where it is not known.
    mutating func add(
        _ workers: [any SliceWorker],
        from start: UInt64,
        wasCut: Bool,
        requests: DeviceRequests?
    ) {
        var latency: [OperationClass: HistogramSnapshot] = [:]
        for worker in workers {
            for (_, part) in worker.recorder.collect() {
                latency.merge(part) { HistogramSnapshot.merged([$0, $1]) }
            }
            slow += worker.recorder.slowest()
        }
        slow = Array(
            slow.sorted { $0.nanoseconds > $1.nanoseconds }.prefix(RoundRecorder.slowCapacity)
        )
        threads = max(threads, workers.count)
        if !wasCut { isExhausted = true }
        let end = workers.map(\.finishedAt).max() ?? start
        guard !latency.isEmpty, end > start else { return }
        if startedAt == nil { startedAt = start }
        requests?.add(to: &counters)
        rounds.append(
            RoundRecord(
                durationNs: end - start,
                latency: latency.reduce(into: [:]) { result, entry in
                    result[entry.key.rawValue] = SparseHistogram(entry.value)
                }
            )
        )
    }

    /// As a phase of the record.
    ///
    /// - Parameters:
    ///   - runStart: when the command began.
    ///   - planned: how many slices there were to be.
    /// - Returns: nil when nothing was measured.
    func phase(runStart: UInt64, planned: Int) -> PhaseRecord? {
        guard let startedAt else { return nil }
        var phase = PhaseRecord(
            name: spec.name,
            kind: "disk",
            startSeconds: Double(startedAt - min(startedAt, runStart)) / 1e9,
            rounds: rounds,
            counters: counters,
            slow: RoundRecorder.slowest(of: slow, runStart: runStart),
            ladder: spec.ladder,
            stopReason: isExhausted ? "size" : rounds.count < planned ? "interrupted" : "fixed"
        )
        let block = Double(spec.blockBytes)
        let counts = [
            ("reads", "read_bytes", OperationClass.read),
            ("writes", "written_bytes", .write),
            ("batches", "rebuilt_bytes", .rebuildBatch),
        ]
        for (name, bytes, operation) in counts {
            let count = phase.pooled([operation]).count
            guard count > 0 else { continue }
            phase.counters[name] = Double(count)
            phase.counters[bytes] = Double(count) * block
        }
        phase.counters["threads"] = Double(threads)
        // In flight together: threads of one call each, or one thread with a ring.
        phase.counters["iodepth"] = Double(threads == 1 ? spec.depth : 1)
        return phase
    }
}
