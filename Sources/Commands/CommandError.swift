import Units

/// A command line that parsed but cannot be carried out.
struct CommandError: DescribedError, Equatable {
    let operation: String
    let subject: String
    let reason: String
    let cause: SystemCallFailure?
    let hint: String?
    let exitCode: ExitCode

    init(
        operation: String,
        subject: String,
        reason: String,
        hint: String? = nil,
        exitCode: ExitCode = .usage
    ) {
        self.operation = operation
        self.subject = subject
        self.reason = reason
        self.cause = nil
        self.hint = hint
        self.exitCode = exitCode
    }
}
