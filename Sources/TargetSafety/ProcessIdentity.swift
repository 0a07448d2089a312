import FoundationEssentials
import Glibc
import Units

/// Which process made a scratch, written into it, so that a later run can tell a leftover from a neighbour.
///
/// A pid alone is reused and is different in every container; the boot and the start time make it one.
package struct ProcessIdentity: Codable, Sendable, Equatable {
    package let pid: Int32
    /// /proc/sys/kernel/random/boot_id; nil where /proc is missing.
    package let bootID: String?
    /// Field 22 of /proc/PID/stat, clock ticks since boot; nil where /proc is missing.
    package let startTicks: UInt64?
    /// When it made the scratch, for people: ISO 8601, UTC.
    package let started: String

    /// This process, now.
    package static func current(roots: SystemRoots = SystemRoots()) -> ProcessIdentity {
        ProcessIdentity(
            pid: getpid(),
            bootID: bootID(roots),
            startTicks: startTicks(of: "self", roots),
            started: Date.now.formatted(.iso8601)
        )
    }

    /// Whether that process can still be running; when in doubt, it is.
    func mayBeRunning(roots: SystemRoots) -> Bool {
        if let bootID, let now = Self.bootID(roots), now != bootID { return false }
        if kill(pid, 0) != 0, errno == ESRCH { return false }
        guard let startTicks, let now = Self.startTicks(of: String(pid), roots) else { return true }
        return now == startTicks
    }

    // An unreadable /proc is an unknown, not an error: the callers then assume the process runs.
    private static func bootID(_ roots: SystemRoots) -> String? {
        guard let text = try? Paths.text("\(roots.proc)/sys/kernel/random/boot_id") else {
            return nil
        }
        return text.split(whereSeparator: \.isWhitespace).first.map(String.init)
    }

    private static func startTicks(of process: String, _ roots: SystemRoots) -> UInt64? {
        guard let text = try? Paths.text("\(roots.proc)/\(process)/stat") else { return nil }
        // The command name in field 2 may hold spaces and brackets; fields count from its end.
        guard let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        return fields.count > 19 ? UInt64(fields[19]) : nil
    }
}
