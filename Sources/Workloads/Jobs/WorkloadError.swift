package import Units

/// Why a profile, a fio job file or a job was refused.
package struct WorkloadError: DescribedError, Equatable {
    package let operation: String
    /// The file and the line: "my.json5:12"; the file alone where no line is to blame.
    package let subject: String
    package let reason: String
    package let hint: String?

    package var cause: SystemCallFailure? { nil }
    package var exitCode: ExitCode { .usage }

    /// A refusal with the place in front of its reason.
    package init(at place: SourcePlace, _ reason: String, hint: String? = nil) {
        operation = "read"
        subject = place.description
        self.reason = "\(place.description): \(reason)"
        self.hint = hint
    }
}

/// A line of a file, for messages.
package struct SourcePlace: Sendable, Equatable, CustomStringConvertible {
    /// The path as the user gave it, or the name of an embedded profile.
    package let file: String
    /// From 1; 0 where no line is to blame.
    package let line: Int

    package init(file: String, line: Int = 0) {
        self.file = file
        self.line = line
    }

    /// "file:12", or the file alone.
    package var description: String { line > 0 ? "\(file):\(line)" : file }
}
