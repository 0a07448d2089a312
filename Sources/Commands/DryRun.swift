import Benchmarking
import TargetSafety
import Units
import Workloads

/// What a run would do, without doing it.
enum DryRun {
    static func text(_ request: EtcdRequest, _ target: ResolvedTarget) -> String {
        let bytes = request.plan.bytesNeeded(segmentBytes: request.options.segmentBytes)
        let seconds = QuantityText.duration(nanoseconds: request.plan.maximumNanoseconds)
        return """
            Would measure \(target.path) (\(target.kind.rawValue)) with load \(request.plan.load.name).
            Would write at most \(QuantityText.bytes(bytes)), all of it scratch of tbench's own.
            Would take at most \(seconds), less when the answer is clear.

            """
    }
}
