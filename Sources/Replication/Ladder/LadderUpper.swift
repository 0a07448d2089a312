import IOEngines
import ResultStore
import Statistics

/// The parts above the replicas, connected to and opened.
final class LadderUpper {
    let description: LadderTop
    let engine: ReplicaSet?
    private let device: BlockLoop?
    private let file: BlockLoop?

    /// Opens them, and lays the file out.
    ///
    /// - Throws: `ReplicationError` for the first that cannot be used.
    init(_ top: LadderTop, _ plan: LadderPlan) throws(ReplicationError) {
        description = top
        if let engine = top.engine {
            self.engine = try ReplicaSet([engine.endpoint], connections: plan.connections) {
                (endpoint) throws(ReplicationError) in try .plain(endpoint)
            }
        } else {
            engine = nil
        }
        do throws(EngineError) {
            if let place = top.device {
                device = try BlockLoop(place, isSynced: false, blockBytes: 4096)
            } else {
                device = nil
            }
            if let place = top.file {
                let loop = try BlockLoop(place, isSynced: true, blockBytes: 4096)
                try loop.layOut(seed: plan.seed)
                file = loop
            } else {
                file = nil
            }
        } catch {
            throw ReplicationError(error)
        }
    }

    /// One round of a step on the device or in the filesystem.
    func run(
        _ step: LadderStepRun,
        _ slice: UInt64,
        _ seed: UInt64
    ) throws(ReplicationError) -> (duration: UInt64, latency: HistogramSnapshot) {
        let isWrite = step.load.operation == .write
        do throws(EngineError) {
            let result =
                step.kind == .device
                ? try device?.run(isWrite: isWrite, durationNanoseconds: slice, seed: seed)
                : try file?.run(isWrite: isWrite, durationNanoseconds: slice, seed: seed)
            return result ?? (0, .empty)
        } catch {
            throw ReplicationError(error)
        }
    }
}
