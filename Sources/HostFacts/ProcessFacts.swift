/// What the kernel says about this process.
package enum ProcessFacts {
    /// The system call filter a process is under.
    ///
    /// - Source: "Seccomp" in proc_pid_status(5).
    package enum Seccomp: String, Sendable {
        case disabled
        case strict
        /// A filter, as container runtimes install; it may forbid io_uring.
        case filter
    }

    /// The most memory this process has had resident; nil without `/proc`.
    ///
    /// - Source: "VmHWM" in proc_pid_status(5).
    package static func peakMemoryBytes() -> UInt64? { peakMemoryBytes(root: .init()) }

    static func peakMemoryBytes(root: SystemRoot) -> UInt64? {
        guard let text = status("VmHWM", root) else { return nil }
        let fields = SystemText.fields(text)
        guard let first = fields.first, let kibibytes = UInt64(first) else { return nil }
        return Quantity.product(kibibytes, 1024)
    }

    /// The filter this process is under; nil without `/proc`.
    package static func seccomp(root: SystemRoot = .init()) -> Seccomp? {
        switch status("Seccomp", root) {
        case "0": .disabled
        case "1": .strict
        case "2": .filter
        default: nil
        }
    }

    private static func status(_ key: String, _ root: SystemRoot) -> String? {
        for line in SystemText.lines(root.read("proc/self/status") ?? "") {
            if let halves = SystemText.halves(line, at: ":"), halves.before == key {
                return SystemText.printable(halves.after)
            }
        }
        return nil
    }
}
