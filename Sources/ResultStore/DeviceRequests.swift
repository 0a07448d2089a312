package import Statistics

/// Reads and writes that a block device completed while calls were timed, and how long they took there.
///
/// As the kernel's block layer accounts for them: from the moment a request is made to its completion. The flush that belongs
/// to a write is part of that write's time, so flushes are not counted beside it.
///
/// - Source: Documentation/admin-guide/iostats.rst, fields 1, 4, 5 and 8; linux block/blk-mq.c, `blk_account_io_done`.
package struct DeviceRequests: Sendable, Equatable {
    package var count: Double
    /// The sum of their times.
    package var nanoseconds: Double

    package init(count: Double, nanoseconds: Double) {
        self.count = count
        self.nanoseconds = nanoseconds
    }

    /// What happened between two readings.
    package static func - (later: DeviceRequests, earlier: DeviceRequests) -> DeviceRequests {
        DeviceRequests(
            count: later.count - earlier.count,
            nanoseconds: later.nanoseconds - earlier.nanoseconds
        )
    }

    // MARK: In a phase's counters

    private static let countName = "device_requests"
    private static let timeName = "device_request_ns"

    /// Nil where nobody counted, or what stands there is no count.
    ///
    /// - Parameter counters: a phase's.
    package init?(_ counters: [String: Double]) {
        guard let count = counters[Self.countName], let time = counters[Self.timeName], count > 0,
            time > 0, count.isFinite, time.isFinite
        else { return nil }
        self.init(count: count, nanoseconds: time)
    }

    /// Adds these to what a phase has counted.
    package func add(to counters: inout [String: Double]) {
        counters[Self.countName, default: 0] += count
        counters[Self.timeName, default: 0] += nanoseconds
    }

    // MARK: Against the calls that made them

    /// How the time of a call divides between the device and what lies above it.
    package struct Share: Sendable, Equatable {
        /// How many requests of a call waited for each other; may be a fraction.
        package var dependent: Double
        /// Requests of a call overlapped, so that `dependent` is what fits into its time, and nothing is known of `above`.
        package var isOverlapping: Bool
        /// Nanoseconds of a call in which no request of it was with the device: the filesystem, the system call, waking up.
        package var above: Double
        /// A call was one request; more would be somebody else's.
        package var isSingle: Bool { !isOverlapping && dependent <= 1.05 }
    }

    /// - Parameter calls: the latencies of the calls, made one at a time.
    /// - Returns: as for their number and mean.
    package func share(of calls: HistogramSnapshot) -> Share? {
        share(ofCalls: Double(calls.count), meanNanoseconds: calls.mean)
    }

    /// - Parameters:
    ///   - calls: how many there were, one at a time.
    ///   - mean: what one took, in nanoseconds.
    /// - Returns: nil where fewer requests than calls reached the device, or so many more that they cannot be all of these calls'.
    package func share(ofCalls calls: Double, meanNanoseconds mean: Double) -> Share? {
        guard calls > 0, mean > 0, count > 0, nanoseconds > 0 else { return nil }
        let perCall = count / calls
        // A call that began before the count may have ended in it, and the other way round.
        guard perCall >= 0.95, perCall <= 100 else { return nil }
        let inside = nanoseconds / calls
        let isOverlapping = inside > mean
        return Share(
            dependent: isOverlapping ? mean / (nanoseconds / count) : perCall,
            isOverlapping: isOverlapping,
            above: isOverlapping ? 0 : mean - inside
        )
    }
}
