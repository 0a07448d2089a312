package import Units

/// Why a histogram could not be written for other tools.
package struct HistogramExportError: DescribedError, Equatable {
    package let operation: String
    package let subject: String
    package let reason: String
    package let cause: SystemCallFailure?
    package let hint: String?
    package let exitCode: ExitCode

    private init(subject: String, reason: String, hint: String?) {
        operation = "export histogram"
        self.subject = subject
        self.reason = reason
        cause = nil
        self.hint = hint
        exitCode = .failure
    }

    /// - Source: zlib.h: compress2 returns Z_MEM_ERROR (-4) without memory, Z_BUF_ERROR (-5) without room.
    static func compression(status: Int32) -> Self {
        Self(
            subject: "zlib",
            reason: "cannot compress a histogram (zlib status \(status)), likely out of memory",
            hint: status == -4 ? "free some memory and export from the result file again" : nil
        )
    }

    /// A log has times that its format can carry.
    static func time(_ seconds: Double, tag: String) -> Self {
        Self(
            subject: tag,
            reason: "cannot write a histogram log: an interval begins or lasts \(seconds) s",
            hint: "the result file is damaged; run the benchmark again"
        )
    }
}
