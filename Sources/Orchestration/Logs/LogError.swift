package import Units

/// Why a record cannot be put into a log or taken out of it.
package struct LogError: DescribedError, Equatable {
    package let operation: String
    package let subject: String
    package let reason: String
    package let cause: SystemCallFailure?
    package let hint: String?
    package let exitCode: ExitCode

    private init(_ operation: String, _ subject: String, _ reason: String, hint: String) {
        self.operation = operation
        self.subject = subject
        self.reason = reason
        cause = nil
        self.hint = hint
        exitCode = .failure
    }

    static func compression(_ bytes: Int) -> Self {
        Self(
            "compress",
            "record",
            "zlib had no memory for a record of \(QuantityText.bytes(UInt64(max(0, bytes))))",
            hint: "raise the pod's memory limit"
        )
    }

    static func tooMuchUnfinished(_ bytes: Int) -> Self {
        Self(
            "collect",
            "logs",
            "more than \(QuantityText.bytes(UInt64(max(0, bytes)))) of records without their end",
            hint: "collect fewer logs at a time, or look for whoever writes such lines"
        )
    }
}
