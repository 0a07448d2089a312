import Glibc
import Units

// The wording of what an engine itself, not an I/O, can fail with.

extension EngineError {
    /// A queue depth no engine can have.
    static func capacity(_ capacity: Int, limit: Int) -> EngineError {
        EngineError(
            operation: "create engine",
            subject: "--iodepth \(capacity)",
            reason: "a queue depth of \(capacity) is not possible",
            hint: "use 1 to \(limit)",
            exitCode: .usage
        )
    }
}
