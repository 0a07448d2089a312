import Benchmarking
import Glibc
import IOEngines
import Synchronization
import TargetSafety
import Units

/// Turns SIGINT, SIGTERM and SIGHUP into an orderly end.
///
/// The first asks the run to end: what was measured is kept, scratch is removed. The second removes the scratch and
/// exits at once. The third exits without a look back, for a disk so stuck that even removal hangs.
final class SignalWatch: Sendable {
    let cancellation = Cancellation()
    private let console: Console
    private let count = Atomic<Int>(0)

    init(console: Console) {
        self.console = console
    }

    private static func watched() -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&set, number) }
        return set
    }

    /// Blocks the signals in this thread and all made after it; call first, on the main thread.
    static func block() {
        var set = watched()
        pthread_sigmask(SIG_BLOCK, &set, nil)
        // A reader that went away is an error of write(2), not a death.
        _ = signal(SIGPIPE, SIG_IGN)
    }

    /// Lets the signals through again, for a command that only reads: one ends it at once.
    static func unblock() {
        var set = watched()
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
    }

    /// Starts the thread that waits for them; it lives as long as the process.
    func start() throws(EngineError) {
        let thread = try WorkerThread(name: "signals") { [self] in
            var set = Self.watched()
            while true {
                var number: Int32 = 0
                guard sigwait(&set, &number) == 0 else { continue }
                receive(number)
            }
        }
        // Never joined: it waits for signals until the process ends.
        _ = Unmanaged.passRetained(thread)
    }

    private func receive(_ number: Int32) {
        switch count.wrappingAdd(1, ordering: .relaxed).newValue {
        case 1:
            cancellation.request(signal: number)
            console.message(
                "\ntbench: \(Self.name(number)): ending the run and removing scratch; "
                    + "once more to leave at once\n"
            )
        case 2:
            // Removal may hang on a stuck disk; a third signal must still get through.
            let code = ExitCode.signal(number).rawValue
            let console = console
            let leave = try? WorkerThread(name: "leave") {
                for error in ScratchRegistry.removeAll() {
                    console.message("Error: \(error.description)\n")
                }
                _exit(code)
            }
            guard let leave else { _exit(code) }
            _ = Unmanaged.passRetained(leave)
        default:
            _exit(ExitCode.signal(number).rawValue)
        }
    }

    private static func name(_ number: Int32) -> String {
        switch number {
        case SIGINT: "SIGINT"
        case SIGTERM: "SIGTERM"
        case SIGHUP: "SIGHUP"
        default: "signal \(number)"
        }
    }
}
