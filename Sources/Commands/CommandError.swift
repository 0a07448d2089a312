import TargetSafety
import Units

/// A command line that parsed but cannot be carried out.
struct CommandError: DescribedError, Equatable {
    let operation: String
    let subject: String
    let reason: String
    let cause: SystemCallFailure?
    let hint: String?
    let exitCode: ExitCode

    /// A flag that means nothing for this kind of target.
    static func onlyForDevices(_ flag: String, _ target: ResolvedTarget) -> CommandError {
        CommandError(
            operation: "etcd",
            subject: target.path,
            reason: "\(flag) is for block devices, and \(target.path) is a \(target.kind.rawValue)",
            hint:
                "leave \(flag) out; a \(target.kind.rawValue) is measured without erasing anything"
        )
    }

    /// The same error, as seen by the command.
    init(_ error: any DescribedError) {
        operation = error.operation
        subject = error.subject
        reason = error.reason
        cause = error.cause
        hint = error.hint
        exitCode = error.exitCode
    }

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
