import CLinuxShims
import Glibc
import Synchronization
package import Units

/// A program that works beside this process, until its owner goes or a signal ends the run.
///
/// What it prints goes to a file. Where setpriv(1) is there, the kernel ends it when this process dies,
/// however that happens: start it from a thread that lives as long as the process. Elsewhere the next run finds
/// it by its arguments; see `orphans(mentioning:)`.
package struct ServiceProcess: ~Copyable {
    /// The number the kernel knows it by, not used again while this value lives.
    package let pid: Int32
    private let handle: Handle
    private let registration: UInt64

    deinit {
        // As in ScratchDirectory: callers who want the error call `stop()`.
        try? ScratchRegistry.remove(registration)
    }

    private init(handle: Handle, mountPoint: String?) {
        pid = handle.pid
        self.handle = handle
        registration = ScratchRegistry.enter { () throws(SafetyError) in
            handle.end()
            if let mountPoint { ScratchHoldings.release(mountPoint: mountPoint) }
        }
    }

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - program: a path.
    ///   - arguments: without the program's own name.
    ///   - log: a file for what it prints, made or emptied.
    ///   - descriptor: it gets this one as number 3; nil passes none.
    ///   - mountPoint: what it mounts; taken down after it if it leaves that behind.
    /// - Returns: the process, which may end at once all the same.
    /// - Throws: `SystemCallFailure` when it cannot be started.
    package static func start(
        _ program: String,
        _ arguments: [String],
        log: String,
        passing descriptor: Int32? = nil,
        mountPoint: String? = nil
    ) throws(SystemCallFailure) -> ServiceProcess {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        if let descriptor { posix_spawn_file_actions_adddup2(&actions, descriptor, 3) }
        guard let guardian = ChildProcess.find("setpriv") else {
            let pid = try ChildProcess.spawn(program, arguments, &actions)
            return ServiceProcess(handle: Handle(pid: pid), mountPoint: mountPoint)
        }
        let words = ["--pdeathsig", "TERM", "--", program] + arguments
        let pid = try ChildProcess.spawn(guardian, words, &actions)
        return ServiceProcess(handle: Handle(pid: pid), mountPoint: mountPoint)
    }

    /// Its exit status when it has ended by itself, 128 + signal when one ended it; nil while it runs.
    package var endStatus: Int32? { handle.look() }

    /// Asks it to end, waits, and ends it by force after five seconds.
    package consuming func stop() {
        try? ScratchRegistry.remove(registration)
    }

    /// The processor time of all its threads so far, in nanoseconds; nil once it is gone.
    ///
    /// - Source: clock_getcpuclockid(3).
    package var processorNanoseconds: UInt64? {
        var clock = clockid_t()
        var time = timespec()
        guard clock_getcpuclockid(pid, &clock) == 0, clock_gettime(clock, &time) == 0 else {
            return nil
        }
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// Ends processes that a dead run left behind: those of this user whose arguments hold `text`.
    ///
    /// - Parameters:
    ///   - text: the path of a scratch whose owner is surely dead; at least 16 bytes.
    ///   - roots: where /proc is.
    /// - Returns: how many were ended.
    package static func endOrphans(
        mentioning text: String,
        roots: SystemRoots = SystemRoots()
    ) -> Int {
        guard text.utf8.count >= 16 else { return 0 }
        let found = orphans(mentioning: text, roots: roots)
        for pid in found { kill(pid, SIGTERM) }
        for _ in 0..<100 where found.contains(where: { kill($0, 0) == 0 }) { usleep(20_000) }
        for pid in found where kill(pid, 0) == 0 { kill(pid, SIGKILL) }
        return found.count
    }

    private static func orphans(mentioning text: String, roots: SystemRoots) -> [Int32] {
        guard let names = try? Paths.names(in: roots.proc) else { return [] }
        return names.compactMap { Int32($0) }.filter { pid in
            guard pid != getpid(), let status = try? Paths.status("\(roots.proc)/\(pid)"),
                status.owner == geteuid(),
                let words = try? Paths.text("\(roots.proc)/\(pid)/cmdline")
            else { return false }
            let program = words.prefix { $0 != "\0" }
            return program.contains("qemu") && words.contains(text)
        }
    }
}

extension ServiceProcess {
    /// The process, from any thread; reaped exactly once, so that its number cannot come to mean another.
    private final class Handle: Sendable {
        let pid: Int32
        private let status = Mutex<Int32?>(nil)

        init(pid: Int32) { self.pid = pid }

        func look() -> Int32? {
            status.withLock { status in
                if let status { return status }
                var raw: Int32 = 0
                let result = waitpid(pid, &raw, WNOHANG)
                if result == pid { status = Self.code(raw) }
                // Somebody else reaped it: nothing more is known, and nothing more may be sent to it.
                if result < 0, errno == ECHILD { status = 0 }
                return status
            }
        }

        func end() {
            if look() != nil { return }
            kill(pid, SIGTERM)
            for _ in 0..<250 {
                if look() != nil { return }
                usleep(20_000)
            }
            kill(pid, SIGKILL)
            while look() == nil { usleep(10_000) }
        }

        private static func code(_ raw: Int32) -> Int32 {
            let signal = raw & 0x7F
            return signal == 0 ? (raw >> 8) & 0xFF : 128 + signal
        }
    }
}
