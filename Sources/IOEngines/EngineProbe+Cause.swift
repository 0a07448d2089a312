import Glibc
import Units

/// What forbids io_uring, as /proc tells it.
package enum IOUringObstacle: Sendable, Equatable {
    /// kernel.io_uring_disabled = 2: nobody may.
    case disabledForAll
    /// kernel.io_uring_disabled = 1: only CAP_SYS_ADMIN and the io_uring_group may.
    case disabledForUnprivileged
    /// The sysctl allows it and a seccomp filter is in force.
    case seccomp
    /// Neither forbids it.
    case neither
    /// /proc could not be read, so the cause cannot be told.
    case unknown

    /// Reads the cause from the text of the two files.
    ///
    /// - Parameters:
    ///   - disabledSysctl: /proc/sys/kernel/io_uring_disabled, which kernels before 6.6 lack; nil then.
    ///   - processStatus: /proc/thread-self/status; nil when it cannot be read.
    package init(disabledSysctl: String?, processStatus: String?) {
        let status = processStatus.map(ProcessStatus.init)
        switch disabledSysctl.map({ $0.trimmingSpace }) {
        case "2": self = .disabledForAll
        // To those it lets in, 1 is no obstacle; then something else must be.
        case "1" where status?.isAdministrator != true: self = .disabledForUnprivileged
        default:
            switch status?.seccompMode {
            case "0": self = .neither
            // 1 is strict mode, in which we would not be running; 2 is a filter.
            case "1", "2": self = .seccomp
            default: self = .unknown
            }
        }
    }
}

/// What is needed of /proc/thread-self/status: filters and capabilities belong to a thread.
///
/// - Source: proc_pid_status(5).
private struct ProcessStatus {
    private let text: String

    init(_ text: String) { self.text = text }

    var seccompMode: String? { field("Seccomp") }

    /// Whether CAP_SYS_ADMIN, which is bit 21, is in effect.
    var isAdministrator: Bool {
        guard let mask = field("CapEff").flatMap({ UInt64($0, radix: 16) }) else { return false }
        return mask & (1 << 21) != 0
    }

    private func field(_ name: String) -> String? {
        text.split(separator: "\n")
            .first { $0.hasPrefix("\(name):") }
            .map { String($0.dropFirst(name.count + 1)).trimmingSpace }
    }
}

extension EngineProbe {
    /// Replaces the errno's guess by what /proc says, where the error is a refusal.
    func explain(_ error: EngineError) -> EngineError {
        guard let cause = error.cause, [EPERM, EACCES, ENOSYS].contains(cause.errno) else {
            return error
        }
        let obstacle = IOUringObstacle(
            disabledSysctl: EngineProbe.text(of: disabledSysctlPath),
            processStatus: EngineProbe.text(of: processStatusPath)
        )
        return .ioUringForbidden(obstacle, cause)
    }

    /// The start of a small text file, or nil when it cannot be read.
    private static func text(of path: String) -> String? {
        // A file that cannot be read is an answer here: the cause is then unknown, and says so.
        guard let file = try? FileDescriptor.open(path, [.readOnly]),
            let buffer = try? AlignedBuffer(byteCount: 16_384),
            let count = try? file.read(into: buffer.mutableBytes)
        else { return nil }
        return String(decoding: buffer.bytes.prefix(count), as: UTF8.self)
    }
}

extension String {
    fileprivate var trimmingSpace: String {
        var rest = self[...]
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }
}
