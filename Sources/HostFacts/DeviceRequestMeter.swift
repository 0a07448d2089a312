package import ResultStore

/// Reads what the block layer has counted for the one device that a target's I/O ends on.
///
/// A reading is one small file; times in it are whole milliseconds, so a difference is worth something from some hundred
/// milliseconds of I/O on.
package struct DeviceRequestMeter: Sendable {
    private let root: SystemRoot
    private let device: String

    /// Nil where there is no device or several: what two mirrored disks do for one write is not one after the other.
    ///
    /// - Parameters:
    ///   - root: where `/sys` is.
    ///   - target: with the devices it lies on.
    package init?(root: SystemRoot = SystemRoot(), target: TargetFacts) {
        let names = ConditionsSampler.deviceNames(for: target)
        guard names.count == 1 else { return nil }
        self.root = root
        device = names[0]
    }

    /// Since the device appeared; nil when it is gone.
    package func read() -> DeviceRequests? {
        guard let counters = DeviceCounters.read(root: root, device: device) else { return nil }
        return DeviceRequests(
            count: Double(counters.reads) + Double(counters.writes),
            nanoseconds: (Double(counters.readTicksMs) + Double(counters.writeTicksMs)) * 1e6
        )
    }

    /// What was counted since an earlier reading; nil where one of the two is missing.
    package func read(since earlier: DeviceRequests?) -> DeviceRequests? {
        guard let earlier, let now = read() else { return nil }
        return now - earlier
    }
}
