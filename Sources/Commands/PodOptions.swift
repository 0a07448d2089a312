import ArgumentTable

/// What a run in a pod offers beside what every run does: lines for the log, a summary, a moment to begin.
enum PodOptions {
    static let all = [
        OptionSpec(
            long: "log-lines",
            help:
                "Put the record into the log as checksummed JSON lines for 'tbench collect'; the report goes to stderr.",
            group: "POD OPTIONS"
        ),
        OptionSpec(
            long: "summary",
            valueName: "file",
            help: "Write at most 4096 bytes of JSON there, such as /dev/termination-log.",
            parse: .path,
            group: "POD OPTIONS"
        ),
        OptionSpec(
            long: "start-at",
            valueName: "time",
            help:
                "Wait until this moment, such as 2026-08-03T22:00:00Z; refused when it is more than a minute ago.",
            parse: .string,
            group: "POD OPTIONS"
        ),
    ]
}
