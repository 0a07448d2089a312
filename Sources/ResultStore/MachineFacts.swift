/// What lies under a target: filesystem, device stack, queue.
///
/// Unknown facts are nil, never guessed.
package struct TargetFacts: Codable, Sendable, Equatable {
    /// The path as given.
    package var path: String
    /// "directory", "file" or "block device".
    package var kind: String
    /// The filesystem that holds it; nil for a block device.
    package var filesystem: FilesystemFacts?
    /// The device stack from the top ("/dev/loop0", "/dev/dm-0") to the disks; empty when unknown.
    package var stack: [DeviceFacts]
    /// What is not known and why: "no /sys: device stack unknown".
    package var unknown: [String]

    package init(
        path: String,
        kind: String,
        filesystem: FilesystemFacts? = nil,
        stack: [DeviceFacts] = [],
        unknown: [String] = []
    ) {
        self.path = path
        self.kind = kind
        self.filesystem = filesystem
        self.stack = stack
        self.unknown = unknown
    }
}

/// The mounted filesystem that holds a directory or file.
package struct FilesystemFacts: Codable, Sendable, Equatable {
    /// The kernel's name for it: "ext4", "xfs", "tmpfs", "overlay".
    package var type: String
    package var mountPoint: String?
    /// The mount source: "/dev/sda1".
    package var source: String?
    package var mountOptions: [String]
    package var sizeBytes: UInt64?
    package var freeBytes: UInt64?
    package var blockSizeBytes: UInt64?
    /// "major:minor" of the device, from stat(2).
    package var device: String?
    /// "data=ordered", "data=journal", … or "none" for an ext4 made without one; nil when unknown.
    package var journal: String?

    package init(
        type: String,
        mountPoint: String? = nil,
        source: String? = nil,
        mountOptions: [String] = [],
        sizeBytes: UInt64? = nil,
        freeBytes: UInt64? = nil,
        blockSizeBytes: UInt64? = nil,
        device: String? = nil,
        journal: String? = nil
    ) {
        self.type = type
        self.mountPoint = mountPoint
        self.source = source
        self.mountOptions = mountOptions
        self.sizeBytes = sizeBytes
        self.freeBytes = freeBytes
        self.blockSizeBytes = blockSizeBytes
        self.device = device
        self.journal = journal
    }
}

/// One block device of a stack.
///
/// Every field is nil when `/sys` does not say.
package struct DeviceFacts: Codable, Sendable, Equatable {
    /// Kernel name: "sda", "dm-0", "loop3".
    package var name: String
    package var byId: String?
    package var model: String?
    /// SHA-256 prefix of the serial, never the serial itself.
    package var serialHash: String?
    package var firmware: String?
    /// "nvme", "scsi", "virtio-blk", "loop", "device-mapper", "md", "zram", "nbd".
    package var transport: String?
    package var driver: String?
    package var sizeBytes: UInt64?
    package var logicalBlockBytes: UInt64?
    package var physicalBlockBytes: UInt64?
    package var rotational: Bool?
    package var readOnly: Bool?
    package var scheduler: String?
    package var requests: UInt64?
    /// "write back" or "write through".
    package var writeCache: String?
    package var fua: Bool?
    package var discardMaxBytes: UInt64?
    package var maxSectorsKib: UInt64?
    package var writebackThrottleUsec: Int64?
    /// For a loop device its backing file and flags: "/var/img (direct I/O off)".
    package var backing: String?

    package init(name: String) {
        self.name = name
    }
}

/// The machine a run was made on.
///
/// Unknown facts are nil.
package struct HostRecord: Codable, Sendable, Equatable {
    package var node: String?
    package var bootId: String?
    package var uptimeSeconds: Double?
    package var kernel: String?
    package var architecture: String?
    package var distribution: String?
    package var cpuModel: String?
    package var cpuCount: Int?
    package var governor: String?
    package var idleDriver: String?
    package var clocksource: String?
    package var memoryBytes: UInt64?
    /// "kvm", "qemu", "vmware", "xen", "hyperv" or "none".
    package var hypervisor: String?
    /// DMI product or board strings that name the platform.
    package var platform: String?
    package var loadAverage: Double?
    /// Cgroup, seccomp and pod facts; keys such as "cpu_max", "memory_max", "io_max", "seccomp", "container".
    package var container: [String: String]
    /// Kernel settings that move numbers, such as "vm.swappiness" and "cmdline.mitigations".
    package var settings: [String: String]?
    /// What is not known and why.
    package var unknown: [String]

    package init() {
        container = [:]
        unknown = []
    }
}

/// What this machine can resolve, measured before the run with no I/O.
package struct NoiseFloor: Codable, Sendable, Equatable {
    /// Cost of one clock reading.
    package var clockCostNs: Double
    /// Overshoot of a 1 ms sleep: median.
    package var timerOvershootP50Ns: UInt64
    package var timerOvershootP99Ns: UInt64
    package var timerOvershootMaxNs: UInt64
    /// Longest gap seen by a spinning loop, and the share of the time stolen from it.
    package var spinGapMaxNs: UInt64
    package var spinStolenRatio: Double
    /// What tbench's own loop costs per I/O on an engine that does nothing; nil where no job has such a loop.
    package var engineCostNs: Double?

    package init(
        clockCostNs: Double,
        timerOvershootP50Ns: UInt64,
        timerOvershootP99Ns: UInt64,
        timerOvershootMaxNs: UInt64,
        spinGapMaxNs: UInt64,
        spinStolenRatio: Double
    ) {
        self.clockCostNs = clockCostNs
        self.timerOvershootP50Ns = timerOvershootP50Ns
        self.timerOvershootP99Ns = timerOvershootP99Ns
        self.timerOvershootMaxNs = timerOvershootMaxNs
        self.spinGapMaxNs = spinGapMaxNs
        self.spinStolenRatio = spinStolenRatio
    }
}

/// What else happened on the machine during the run: differences of counters.
///
/// Nil means unknown.
package struct Conditions: Codable, Sendable, Equatable {
    package var stealRatio: Double?
    package var cpuBusyRatio: Double?
    /// Time of all CPUs that this process used, as a share of what there was; part of `cpuBusyRatio`.
    package var ownCpuRatio: Double?
    /// Time this process's cgroup was throttled, as a share of the run.
    package var throttledRatio: Double?
    /// PSI "some" shares of the run.
    package var pressureCpuRatio: Double?
    package var pressureIoRatio: Double?
    package var pressureMemoryRatio: Double?
    /// Time runnable threads of tbench waited for a CPU, as a share of the run.
    package var runDelayRatio: Double?
    package var involuntarySwitches: UInt64?
    /// Device I/O that was not tbench's, as a share of all.
    package var foreignIoRatio: Double?
    package var deviceWrites: UInt64?
    package var deviceWriteSectors: UInt64?
    package var deviceFlushes: UInt64?
    package var deviceReads: UInt64?
    /// Wall clock against monotonic clock: a step means the clock was set.
    package var clockStepNs: Int64?

    package init() {}
}
