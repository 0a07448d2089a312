import HostFacts
import ResultStore

/// The block device's own counters, as a record names them; empty when the device or `/sys` is not there.
struct DeviceSampler {
    private let root: SystemRoot
    private let device: String?

    /// Watches the device where the target's writes and flushes really arrive.
    init(root: SystemRoot, target: TargetFacts) {
        self.root = root
        device = ConditionsSampler.deviceNames(for: target).first
    }

    func sample() -> [String: Double] {
        guard let device, let counters = DeviceCounters.read(root: root, device: device) else {
            return [:]
        }
        var values = [
            "device_writes": Double(counters.writes),
            "device_sectors": Double(counters.writeSectors),
            "device_reads": Double(counters.reads),
        ]
        if let flushes = counters.flushes { values["device_flushes"] = Double(flushes) }
        return values
    }
}
