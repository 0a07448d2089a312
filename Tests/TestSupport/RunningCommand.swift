import Foundation
import Glibc

/// A command that runs beside the test, for those that need signals or a second process.
///
/// Not Foundation's Process: a child of that inherits the signal mask of a Dispatch worker thread,
/// which blocks SIGTERM and SIGINT, so it could be neither interrupted nor terminated. Output goes
/// to temporary files, so that a talkative command cannot block on a full pipe.
package final class RunningCommand {
    package let pid: Int32
    private let directory: TemporaryDirectory
    private var status: Int32?

    /// Starts a command; the parameters are those of `Shell.run`.
    ///
    /// - Throws: `POSIXError` when it cannot be started.
    package init(
        _ arguments: [String],
        input: String = "",
        environment: [String: String] = [:],
        currentDirectory: String? = nil
    ) throws {
        directory = try TemporaryDirectory(prefix: "tbench-shell")
        try directory.write("in", input)
        var variables = ProcessInfo.processInfo.environment
        variables["PATH"] = Shell.searchPath
        variables["LC_ALL"] = "C"
        variables.merge(environment) { _, new in new }
        let move = currentDirectory.map { ["-C", $0] } ?? []
        pid = try Self.spawn(
            ["/usr/bin/env"] + move + arguments,
            variables.map { "\($0)=\($1)" },
            files: ["in", "out", "err"].map(directory.file)
        )
    }

    deinit {
        if status == nil {
            kill(pid, SIGKILL)
            _ = reap()
        }
    }

    /// What it has printed so far.
    package var output: String { text("out") }

    /// What it has written to stderr so far.
    package var errors: String { text("err") }

    /// Sends a signal such as SIGINT.
    package func send(_ signal: Int32) { kill(pid, signal) }

    /// Waits until it ends.
    ///
    /// - Returns: the status and both outputs; the same again when asked again.
    package func wait() -> Shell.Outcome {
        let status = self.status ?? reap()
        self.status = status
        return Shell.Outcome(status: status, stdout: text("out"), stderr: text("err"))
    }

    /// Waits until its output contains a text or it has ended.
    ///
    /// - Returns: false when it ended, or ten seconds went by, without.
    package func waitForOutput(_ wanted: String) -> Bool {
        wait { output.contains(wanted) }
    }

    /// The same for what it says on stderr.
    package func waitForErrors(_ wanted: String) -> Bool {
        wait { errors.contains(wanted) }
    }

    private func wait(for condition: () -> Bool) -> Bool {
        for _ in 0..<1000 {
            if condition() { return true }
            var state = siginfo_t()
            let flags = WEXITED | WNOHANG | WNOWAIT
            if waitid(P_PID, id_t(pid), &state, flags) == 0, state.si_signo == SIGCHLD {
                return condition()
            }
            usleep(10_000)
        }
        return false
    }

    private func reap() -> Int32 {
        var raw: Int32 = 0
        while waitpid(pid, &raw, 0) == -1, errno == EINTR {}
        let signal = raw & 0x7F
        return signal == 0 ? (raw >> 8) & 0xFF : 128 + signal
    }

    private func text(_ name: String) -> String {
        let bytes = FileManager.default.contents(atPath: directory.file(name)) ?? Data()
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func spawn(
        _ arguments: [String],
        _ environment: [String],
        files: [String]
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, file) in files.enumerated() {
            let flags = number == 0 ? O_RDONLY : O_WRONLY | O_CREAT | O_APPEND
            posix_spawn_file_actions_addopen(&actions, Int32(number), file, flags, 0o600)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(
            &attributes,
            Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)
        )
        var words = arguments.map { strdup($0) } + [nil]
        var variables = environment.map { strdup($0) } + [nil]
        defer { for pointer in words + variables { free(pointer) } }
        var pid: pid_t = 0
        let number = posix_spawn(&pid, arguments[0], &actions, &attributes, &words, &variables)
        guard number == 0 else { throw POSIXError(POSIXErrorCode(rawValue: number) ?? .EIO) }
        return pid
    }
}
