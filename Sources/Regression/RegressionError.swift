package import Units

/// Why a comparison cannot be made as asked.
package struct RegressionError: DescribedError, Equatable {
    package let operation: String
    package let subject: String
    package let reason: String
    package let cause: SystemCallFailure?
    package let hint: String?
    package let exitCode: ExitCode
}

// The wording, one factory per operation.
extension RegressionError {
    static func limit(_ text: String) -> Self {
        Self(
            operation: "read",
            subject: text,
            reason:
                "'\(text)' is not a limit: the value is neither a time nor a number of operations a second",
            cause: nil,
            hint:
                "write wal_fsync_p99=10ms, or read-depth-1.read_rate=1000 for at least so many",
            exitCode: .usage
        )
    }
}
