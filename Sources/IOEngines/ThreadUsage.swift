import CLinuxShims

/// CPU time that a thread has used.
package struct ThreadUsage: Sendable, Equatable {
    package var userNanoseconds: UInt64 = 0
    package var systemNanoseconds: UInt64 = 0

    package init() {}

    /// Of the calling thread so far.
    ///
    /// The split into user and system is the kernel's: by ticks on most machines, exact only in sum and over seconds.
    /// - Source: getrusage(2), RUSAGE_THREAD; time(7), cputime accounting.
    package static func now() -> ThreadUsage {
        var usage = ThreadUsage()
        tbench_thread_usage(&usage.userNanoseconds, &usage.systemNanoseconds)
        return usage
    }

    package static func + (left: ThreadUsage, right: ThreadUsage) -> ThreadUsage {
        var sum = left
        sum.userNanoseconds += right.userNanoseconds
        sum.systemNanoseconds += right.systemNanoseconds
        return sum
    }

    package static func - (left: ThreadUsage, right: ThreadUsage) -> ThreadUsage {
        var difference = left
        difference.userNanoseconds -= min(left.userNanoseconds, right.userNanoseconds)
        difference.systemNanoseconds -= min(left.systemNanoseconds, right.systemNanoseconds)
        return difference
    }
}
