import Units
import Workloads

// The wording of what a job can fail with.

extension BenchmarkError {
    static func region(_ spec: JobSpec, _ reason: String, _ target: JobTarget) -> BenchmarkError {
        BenchmarkError(
            operation: "place job",
            subject: spec.name,
            reason: "job '\(spec.name)': \(reason) on \(target.path) "
                + "(\(QuantityText.bytes(UInt64(max(0, target.byteCount)))))",
            hint: "make the target larger with --size, or the job's size, offset or block smaller",
            exitCode: .missing
        )
    }

    static func unsupported(_ spec: JobSpec, _ what: String, hint: String) -> BenchmarkError {
        BenchmarkError(
            operation: "prepare job",
            subject: spec.name,
            reason: "job '\(spec.name)' asks for \(what), which tbench run does not do yet",
            hint: hint,
            exitCode: .unavailable
        )
    }

    /// An I/O that failed or came back short.
    static func transfer(
        _ operation: String,
        _ slot: JobSlot,
        _ result: Int32,
        _ path: String
    )
        -> BenchmarkError
    {
        let place = "\(slot.byteCount) bytes at offset \(slot.offset)"
        if result >= 0 {
            return BenchmarkError(
                operation: operation,
                subject: path,
                reason: "\(operation) of \(place) of \(path) moved only \(result) bytes",
                hint: "the file ended there or the disk is full: has somebody truncated it?"
            )
        }
        let failure = SystemCallFailure(call: operation, errno: 0 &- result)
        return BenchmarkError(
            operation: operation,
            subject: path,
            reason: "\(operation) of \(place) of \(path) failed",
            cause: failure,
            hint: "dmesg shows what the device said; what was measured until then is kept"
        )
    }
}
