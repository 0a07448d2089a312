package import Units

/// Why a benchmark could not be run to its end.
package struct BenchmarkError: DescribedError, Equatable {
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

    /// What `body` makes, or its error as seen while benchmarking.
    static func wrap<Value: ~Copyable, Failure: DescribedError>(
        _ body: () throws(Failure) -> Value
    ) throws(BenchmarkError) -> Value {
        do throws(Failure) {
            return try body()
        } catch {
            throw BenchmarkError(error)
        }
    }

    /// The same error, as seen while benchmarking.
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
