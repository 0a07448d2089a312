// What a sweep can be refused with.

extension WorkloadError {
    static func sweep(_ text: String, _ reason: String, _ forms: String) -> WorkloadError {
        WorkloadError(
            at: SourcePlace(file: "--sweep \(text)"),
            reason,
            hint: "write \(forms)"
        )
    }

    static func sweepNeedsJob(_ profile: String, _ jobs: [String]) -> WorkloadError {
        WorkloadError(
            at: SourcePlace(file: "--sweep"),
            "\(profile) has \(jobs.count) jobs, and a sweep is about one",
            hint: "name it with --job: \(jobs.joined(separator: ", "))"
        )
    }

    static func noSuchJob(_ wanted: String, _ profile: String, _ jobs: [String]) -> WorkloadError {
        WorkloadError(
            at: SourcePlace(file: "--job \(wanted)"),
            "\(profile) has no job of that name",
            hint: "it has \(jobs.joined(separator: ", "))"
        )
    }

    static func cannotSweep(_ job: String, _ reason: String, _ hint: String) -> WorkloadError {
        WorkloadError(at: SourcePlace(file: "--sweep"), "job '\(job)' \(reason)", hint: hint)
    }
}
