import CLinuxShims
import Glibc
package import Units

/// Runs a program to its end, for what has no library: making a filesystem or a disk image.
package enum ChildProcess {
    /// The full path of a program, looked for in PATH and where administrators' tools live.
    package static func find(_ name: String) -> String? {
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        // Strings by name: left to inference, the elements became arrays of characters.
        let named: [String] = path.split(separator: ":").map { String($0) }
        let directories: [String] = named + ["/usr/local/sbin", "/usr/sbin", "/sbin"]
        return directories.lazy.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    /// Runs a program with an empty stdin and collects what it prints.
    ///
    /// - Returns: the exit status (128 + signal when one ended it) and stdout and stderr together.
    /// - Throws: `SystemCallFailure` when it cannot be started.
    /// - Source: posix_spawn(3).
    package static func run(
        _ program: String,
        _ arguments: [String]
    ) throws(SystemCallFailure) -> (status: Int32, output: String) {
        var ends: [Int32] = [-1, -1]
        _ = try retrying("pipe2") { tbench_safety_pipe(&ends) }
        let reader = Descriptor(owning: ends[0])
        let writer = Descriptor(owning: ends[1])
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, writer.rawValue, 1)
        posix_spawn_file_actions_adddup2(&actions, writer.rawValue, 2)
        let child = try spawn(program, arguments, &actions)
        closeNow(writer)
        let output = try collect(reader)
        var status: Int32 = 0
        _ = try retrying("waitpid") { waitpid(child, &status, 0) }
        let signal = status & 0x7F
        return (signal == 0 ? (status >> 8) & 0xFF : 128 + signal, output)
    }

    static func spawn(
        _ program: String,
        _ arguments: [String],
        _ actions: inout posix_spawn_file_actions_t
    ) throws(SystemCallFailure) -> pid_t {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // This process blocks the signals that a thread of its own waits for; the child must not.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var child: pid_t = 0
        var words = ([program] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        let number = posix_spawn(&child, program, &actions, &attributes, &words, environ)
        guard number == 0 else { throw SystemCallFailure(call: "posix_spawn", errno: number) }
        return child
    }

    private static func collect(
        _ reader: borrowing Descriptor
    ) throws(SystemCallFailure) -> String {
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        let number = reader.rawValue
        while true {
            let count = try retrying("read") { read(number, &buffer, 4096) }
            if count == 0 { return String(decoding: output, as: UTF8.self) }
            output += buffer[..<count]
        }
    }

    private static func closeNow(_ descriptor: consuming Descriptor) {}
}
