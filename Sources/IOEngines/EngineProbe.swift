import Glibc

/// Whether an engine works on this machine, in this container.
package struct EngineAvailability: Sendable, Equatable {
    /// Never `auto`.
    package let engine: EngineChoice
    /// What the engine would use, such as "defer-taskrun"; empty when it does not work.
    package let features: [String]
    /// Why it does not work, and the way out; nil when it does.
    package let obstacle: EngineError?

    package var isAvailable: Bool { obstacle == nil }
}

/// Finds out which engines work here by using each, and why another does not.
///
/// A result of trying is the only sure one: kernel version, sysctl, seccomp and memory limits all have
/// a say. The cause is then read from /proc, because the errno is the same for most of them.
package struct EngineProbe: Sendable {
    /// Where the cause of a refusal is read; tests put their own file there.
    package var disabledSysctlPath: String
    package var processStatusPath: String

    /// Probes this process on this machine, unless told to read the causes from other files.
    package init(
        disabledSysctlPath: String = "/proc/sys/kernel/io_uring_disabled",
        processStatusPath: String = "/proc/thread-self/status"
    ) {
        self.disabledSysctlPath = disabledSysctlPath
        self.processStatusPath = processStatusPath
    }

    /// Tries every engine with one tiny I/O in memory; takes less than a millisecond.
    ///
    /// - Returns: One entry per engine, in the order of `EngineChoice`, without `auto`.
    package func probe() -> [EngineAvailability] {
        EngineChoice.allCases.filter { $0 != .auto }.map { probe($0) }
    }

    /// Tries one engine; `auto` counts as `sync`, which always works.
    ///
    /// - Parameters:
    ///   - engine: which.
    ///   - capacity: how many requests it must hold; a limit of memory or of requests may allow only fewer.
    /// - Returns: What it would use, or what stands in its way.
    package func probe(_ engine: EngineChoice, capacity: Int = 1) -> EngineAvailability {
        do throws(EngineError) {
            let features: [String]
            switch engine {
            case .auto, .sync: features = []
            case .libaio: features = try EngineProbe.tryLibAIO(capacity)
            case .ioUring: features = try EngineProbe.tryIOUring(capacity)
            }
            return EngineAvailability(engine: engine, features: features, obstacle: nil)
        } catch {
            let obstacle = engine == .ioUring ? explain(error) : error
            return EngineAvailability(engine: engine, features: [], obstacle: obstacle)
        }
    }

    /// Decides which engine a run uses.
    ///
    /// - Parameters:
    ///   - choice: what the user asked for.
    ///   - preferred: for `auto`, the engines the benchmark likes, best first.
    ///   - capacity: how many requests the engine must hold.
    /// - Returns: The engine, and why it is not the first preferred one, when it is not. Where none of
    ///   the preferred works it is `sync`, which always does.
    /// - Throws: `EngineError` with `ExitCode.unavailable` when the engine asked for does not work:
    ///   whoever forces an engine does not want another.
    package func resolve(
        _ choice: EngineChoice,
        preferred: [EngineChoice],
        capacity: Int = 1
    ) throws(EngineError) -> (engine: EngineChoice, fallbackReason: String?) {
        guard choice == .auto else {
            if let obstacle = probe(choice, capacity: capacity).obstacle { throw obstacle }
            return (choice, nil)
        }
        var reasons: [String] = []
        for engine in preferred where engine != .auto {
            let fallbackReason = reasons.isEmpty ? nil : reasons.joined(separator: "; ")
            guard let obstacle = probe(engine, capacity: capacity).obstacle else {
                return (engine, fallbackReason)
            }
            reasons.append(obstacle.reasonWithCause)
        }
        return (.sync, reasons.isEmpty ? nil : reasons.joined(separator: "; "))
    }

    /// Decides which engine a run uses on this machine; see the method of the same name.
    package static func resolve(
        _ choice: EngineChoice,
        preferred: [EngineChoice],
        capacity: Int = 1
    ) throws(EngineError) -> (engine: EngineChoice, fallbackReason: String?) {
        try EngineProbe().resolve(choice, preferred: preferred, capacity: capacity)
    }

    /// Tries every engine on this machine; see the method of the same name.
    package static func probe() -> [EngineAvailability] { EngineProbe().probe() }

    private static func tryIOUring(_ capacity: Int) throws(EngineError) -> [String] {
        var engine = try IOUringEngine(capacity: capacity)
        try engine.roundTrip()
        return engine.features
    }

    private static func tryLibAIO(_ capacity: Int) throws(EngineError) -> [String] {
        let file = try FileDescriptor.memory(named: "tbench-probe")
        let buffer = try AlignedBuffer(byteCount: 4096)
        var engine = try LibAIOEngine(capacity: capacity)
        let request = IORequest(
            operation: .read,
            fileDescriptor: file.rawValue,
            buffer: buffer.pointer,
            byteCount: buffer.byteCount
        )
        _ = engine.queue(request)
        var completion = IOCompletion(slot: 0, result: 0, completedAt: 0)
        _ = try withUnsafeMutablePointer(to: &completion) { pointer throws(EngineError) in
            try engine.reap(
                minimum: 1,
                into: UnsafeMutableBufferPointer(start: pointer, count: 1)
            )
        }
        // An empty file reads as 0 bytes; anything below is the kernel refusing.
        guard completion.result >= 0 else {
            throw .engine(LibAIOEngine.name, "io_submit", Errno(code: 0 &- completion.result))
        }
        return engine.features
    }
}
