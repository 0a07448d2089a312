package import Units

/// Why an engine, a file or a thread could not do what it was asked.
///
/// - Source: the wording of each case stands in `EngineError+Factories.swift`.
package struct EngineError: DescribedError, Equatable {
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
}
