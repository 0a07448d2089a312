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
            hint: target.isReadOnly
                ? "name a larger file or device, or make the job's size, offset or block smaller"
                : "make the target larger with --size, or the job's size, offset or block smaller",
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
            hint: hint(ErrnoName.of(failure.errno))
        )
    }

    // See: man 2 write, open (O_DIRECT)
    private static func hint(_ name: String?) -> String {
        switch name {
        case "EOPNOTSUPP":
            "polled I/O (hipri) needs a driver with poll queues, as nvme.poll_queues=2 gives; without it drop hipri"
        case "EINVAL":
            "direct I/O moves whole logical blocks only: blockdev --getss shows their size; use such a bs, or direct=0"
        case "ENOSPC", "EDQUOT":
            "the disk is full, or the pool or quota below it; free some space or use a smaller --size"
        default: "dmesg shows what the device said; what was measured until then is kept"
        }
    }

    static func verifiesShared(_ spec: JobSpec) -> BenchmarkError {
        BenchmarkError(
            operation: "prepare job",
            subject: spec.name,
            reason:
                "job '\(spec.name)' verifies blocks that another of its threads, or another job of its phase, writes too",
            hint: "give each thread its own part with offset_increment, or use numjobs 1",
            exitCode: .usage
        )
    }

    static func verifiesTooMuch(_ spec: JobSpec) -> BenchmarkError {
        BenchmarkError(
            operation: "prepare job",
            subject: spec.name,
            reason:
                "job '\(spec.name)' verifies more than 268 million blocks, which takes more than 1 GiB to remember",
            hint: "verify a part of the device with --size, or use larger blocks",
            exitCode: .usage
        )
    }

    /// Blocks that came back as something else than what was written.
    static func wrongBlocks(_ ledger: VerifyLedger, _ path: String) -> BenchmarkError {
        let list = ledger.findings.map { "offset \($0.offset): \(text($0.outcome))" }
        let more = ledger.wrong - UInt64(list.count)
        return BenchmarkError(
            operation: "verify",
            subject: path,
            reason:
                "\(ledger.wrong) of \(ledger.checked) blocks of \(ledger.blockBytes) bytes of \(path) came back wrong: "
                + list.joined(separator: "; ") + (more > 0 ? "; and \(more) more" : ""),
            hint: "do not trust this disk or the layers above it with data; dmesg may say more"
        )
    }

    private static func text(_ outcome: VerifyOutcome) -> String {
        switch outcome {
        case .ok: "right"
        case .lost: "lost, it reads as zeros"
        case .stale(let sequence?): "stale, it holds write \(sequence) to this block"
        case .stale(nil): "stale, it is of another run or thread"
        case .misplaced(let offset): "misplaced, it was written for offset \(offset)"
        case .torn(let sequence, let sectors, let count):
            "torn, \(sectors) of its \(count) sectors are of write \(sequence)"
        case .corrupt: "corrupt, nobody wrote these bytes"
        }
    }
}
