package import Units

/// Why a replica, an agent or a path to one could not be used.
package struct ReplicationError: DescribedError, Equatable {
    package let operation: String
    package let subject: String
    package let reason: String
    package let cause: SystemCallFailure?
    package let hint: String?
    package let exitCode: ExitCode

    package init(
        operation: String,
        subject: String,
        reason: String,
        cause: SystemCallFailure? = nil,
        hint: String? = nil,
        exitCode: ExitCode = .failure
    ) {
        self.operation = operation
        self.subject = subject
        self.reason = reason
        self.cause = cause
        self.hint = hint
        self.exitCode = exitCode
    }

    /// The same error, as seen while replicating.
    package init(_ error: any DescribedError) {
        self.init(
            operation: error.operation,
            subject: error.subject,
            reason: error.reason,
            cause: error.cause,
            hint: error.hint,
            exitCode: error.exitCode
        )
    }
}
