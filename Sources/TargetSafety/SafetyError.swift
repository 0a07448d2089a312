package import Units

/// Why a target was refused, could not be prepared or could not be cleaned up.
///
/// - Source: the wording stands in `SafetyError+Targets.swift`, `+Scratch.swift` and `+Devices.swift`.
package struct SafetyError: DescribedError, Equatable {
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
