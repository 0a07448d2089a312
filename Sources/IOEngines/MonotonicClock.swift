import Glibc

/// The one clock of every measurement: `CLOCK_MONOTONIC`, in nanoseconds since some past moment.
///
/// A vDSO read, tens of nanoseconds; a system call where the kernel's clock source cannot be read from user
/// space, which the record shows as the clock source.
/// - Source: clock_gettime(2), clock_nanosleep(2).
package enum MonotonicClock {
    /// The current time in nanoseconds; never runs backwards.
    package static func now() -> UInt64 {
        var time = timespec()
        // Cannot fail: the clock exists since Linux 2.6 and the address is ours.
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }

    /// Sleeps until the clock reads at least `deadline`; returns at once when that has passed.
    ///
    /// A signal does not shorten the sleep: it goes on after EINTR.
    /// - Parameter deadline: nanoseconds on this clock.
    package static func sleep(until deadline: UInt64) {
        var time = timespec(nanoseconds: deadline)
        while clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nil) == EINTR {}
    }

    /// Sleeps for at least this many nanoseconds.
    package static func sleep(nanoseconds: UInt64) {
        let (deadline, overflow) = now().addingReportingOverflow(nanoseconds)
        sleep(until: overflow ? .max : deadline)
    }
}

extension timespec {
    /// A point on `CLOCK_MONOTONIC`.
    init(nanoseconds: UInt64) {
        self.init(
            tv_sec: Int(nanoseconds / 1_000_000_000),
            tv_nsec: Int(nanoseconds % 1_000_000_000)
        )
    }
}
