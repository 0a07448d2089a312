import CLibURing
import Glibc

/// Who looks for submissions and completions, where it is not system calls and interrupts.
package struct IOUringPolling: Sendable, Equatable {
    /// The waiting thread asks the device for completions (IORING_SETUP_IOPOLL): direct I/O, and a driver with poll queues.
    package var completions: Bool
    /// A thread of the kernel takes submissions (IORING_SETUP_SQPOLL), and a processor with it.
    package var submissions: Bool

    package init(completions: Bool, submissions: Bool) {
        self.completions = completions
        self.submissions = submissions
    }

    /// System calls and interrupts.
    package static let none = IOUringPolling(completions: false, submissions: false)
}

/// Makes rings with every flag that this kernel has.
enum IOUringSetup {
    /// A setup flag worth having, oldest first, since a kernel that lacks one lacks all after it.
    private enum Flag: CaseIterable {
        /// Linux 5.18: a bad request does not cut the rest of its batch, or of its chain, off.
        case submitAll
        /// Linux 5.19: no interrupt of this thread for each completion.
        case cooperativeTaskRun
        /// Linux 6.0: fewer locks.
        case singleIssuer
        /// Linux 6.1: completion work runs when this thread waits, and not in between.
        case deferredTaskRun

        var bit: UInt32 {
            switch self {
            case .submitAll: IORING_SETUP_SUBMIT_ALL
            case .cooperativeTaskRun: IORING_SETUP_COOP_TASKRUN
            case .singleIssuer: IORING_SETUP_SINGLE_ISSUER
            case .deferredTaskRun: IORING_SETUP_DEFER_TASKRUN
            }
        }

        var feature: String {
            switch self {
            case .submitAll: "submit-all"
            case .cooperativeTaskRun: "coop-taskrun"
            case .singleIssuer: "single-issuer"
            case .deferredTaskRun: "defer-taskrun"
            }
        }

        /// A submission thread does the completion work itself: the kernel refuses these beside it.
        var goesWithSubmissionThread: Bool {
            self == .submitAll || self == .singleIssuer
        }
    }

    /// How long a submission thread waits for work before it sleeps, in milliseconds.
    private static let submissionThreadIdle: UInt32 = 50

    /// - Returns: The ring, to be ended with `io_uring_queue_exit` and deallocated, and what it uses.
    /// - Throws: `EngineError` when there is no ring to be had, or none that polls as asked.
    /// - Source: io_uring_setup(2).
    static func makeRing(
        capacity: Int,
        _ polling: IOUringPolling
    ) throws(EngineError) -> (UnsafeMutablePointer<io_uring>, [String]) {
        let ring = UnsafeMutablePointer<io_uring>.allocate(capacity: 1)
        ring.initialize(to: io_uring())
        let wanted = Flag.allCases.filter { !polling.submissions || $0.goesWithSubmissionThread }
        var flags = wanted
        while true {
            var parameters = io_uring_params()
            if polling.completions { parameters.flags |= IORING_SETUP_IOPOLL }
            if polling.submissions {
                parameters.flags |= IORING_SETUP_SQPOLL
                parameters.sq_thread_idle = submissionThreadIdle
            }
            for flag in flags { parameters.flags |= flag.bit }
            let result = io_uring_queue_init_params(UInt32(capacity), ring, &parameters)
            if result == 0 { break }
            // EINVAL is a flag that is newer than the kernel: drop the newest and try again.
            if result == 0 &- EINVAL, flags.popLast() != nil { continue }
            ring.deallocate()
            throw .create(IOUringEngine.name, "io_uring_setup", Errno(code: 0 &- result))
        }
        var features = flags.map(\.feature)
        features += wanted.filter { !flags.contains($0) }.map { "without \($0.feature)" }
        if polling.completions { features.append("iopoll") }
        if polling.submissions { features.append("sqpoll") }
        if io_uring_register_ring_fd(ring) == 1 { features.append("registered-ring") }
        return (ring, features)
    }
}
