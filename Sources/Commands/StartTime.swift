import ArgumentTable
import Foundation
import Glibc
import IOEngines
import Units

/// The moment that a run of a fleet waits for.
enum StartTime {
    /// Later than this the turn is missed: starting would measure beside whoever is next.
    static let grace: TimeInterval = 60

    /// Reads "2026-08-03T22:00:00Z".
    ///
    /// - Throws: `CommandError` for anything else.
    static func read(_ text: String) throws -> Date {
        let style = Date.ISO8601FormatStyle()
        guard text.utf8.count == 20, let date = try? Date(text, strategy: style) else {
            throw CommandError(
                operation: "wait",
                subject: text,
                reason: "'\(text)' is no moment in UTC",
                hint: "such as 2026-08-03T22:00:00Z"
            )
        }
        return date
    }

    static func text(_ date: Date) -> String { date.formatted(.iso8601) }

    /// Waits as the command asks for.
    ///
    /// - Returns: nil when it is time, or the signal that ended the waiting.
    /// - Throws: `CommandError` when the moment has passed.
    static func wait(_ command: ParsedCommand, console: Console) throws -> ExitCode? {
        guard command.declares("log-lines"), let text = command.string("start-at") else {
            return nil
        }
        let start = try read(text)
        let late = Date().timeIntervalSince(start)
        guard late <= grace else {
            throw CommandError(
                operation: "wait",
                subject: text,
                reason:
                    "\(text) was \(QuantityText.duration(nanoseconds: late * 1e9)) ago, and another node may have its turn by now",
                hint: "print the manifest again with a later --start-at",
                exitCode: .unavailable
            )
        }
        if late < 0 {
            console.message("tbench: waiting until \(text)\n")
        }
        // Signals are blocked in this thread, so they wait here until somebody takes them.
        var set = sigset_t()
        sigemptyset(&set)
        for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&set, number) }
        while true {
            let left = start.timeIntervalSince(Date())
            guard left > 0 else { return nil }
            // In short steps, because the wall clock may be set meanwhile.
            let step = min(left, 1)
            var pause = timespec(tv_sec: 0, tv_nsec: Int(step * 0.999e9))
            let number = sigtimedwait(&set, nil, &pause)
            if number > 0 { return .signal(number) }
        }
    }
}
