/// A fact that could not be read, and what would help.
///
/// Thrown by `Reading.get()`, so that a rule says "unknown" by letting the error through.
package struct UnknownFact: Error, Sendable, Equatable, Hashable {
    /// Why: "/sys/class/net cannot be listed".
    package var reason: String
    /// The flag or privilege that would help, without a final full stop.
    package var help: String

    package init(_ reason: String, help: String) {
        self.reason = reason
        self.help = help
    }
}

/// A fact, or why it is not known.
package enum Reading<Value: Sendable & Equatable>: Sendable, Equatable {
    case known(Value)
    case unknown(UnknownFact)

    /// The value.
    ///
    /// - Throws: `UnknownFact` when it could not be read.
    package func get() throws(UnknownFact) -> Value {
        switch self {
        case .known(let value): return value
        case .unknown(let fact): throw fact
        }
    }

    /// The value, or nil when it could not be read.
    package var value: Value? {
        if case .known(let value) = self { value } else { nil }
    }
}

/// What a node is made of, as far as `tbench doctor` has rules about it.
///
/// Filled by HostFacts from `/proc` and `/sys`, and below `/host` where a debug pod has the node's files.
package struct NodeFacts: Sendable, Equatable {
    /// Where a kernel module is.
    package enum Module: String, Sendable, Equatable {
        case loaded
        case builtIn
        /// Its file is there, but it is not loaded.
        case available
        case absent
    }

    /// Kernel, processor, memory, hypervisor, container, settings.
    package var host: HostRecord
    /// "fpu", "sse4_2", …; of the first processor.
    package var cpuFlags: Reading<Set<String>>
    package var memory: Reading<Memory>
    /// By the module's name with underscores.
    package var modules: [String: Reading<Module>]
    /// By name, as "vm.dirty_ratio".
    package var sysctls: [String: Reading<String>]
    /// What `/proc/filesystems` names.
    package var filesystems: Reading<Set<String>>
    /// PSI "some avg10" in percent, by "cpu", "io", "memory".
    package var pressure: Reading<[String: Double]>
    /// Time stolen by the hypervisor since boot, as a share of all processor time.
    package var stealRatio: Reading<Double>
    /// Whole disks, without loop devices, RAM disks and CD-ROMs.
    package var disks: Reading<[DeviceFacts]>
    /// The paths that etcd and Longhorn keep their data in, where they exist.
    package var paths: Reading<[DataPath]>
    /// Interfaces without the loopback.
    package var interfaces: Reading<[InterfaceFacts]>
    /// Names of processes of the node.
    package var processes: Reading<Set<String>>
    /// How many IOMMU groups there are.
    package var iommuGroups: Reading<Int>
    /// The Talos version of the node, as [1, 14, 0]; nil where the node is not Talos.
    package var talosVersion: [Int]?
    /// Whether this is a Proxmox host.
    package var isProxmoxHost: Bool

    /// Everything unknown for one reason; the start of a description.
    package init(unknown fact: UnknownFact) {
        host = HostRecord()
        cpuFlags = .unknown(fact)
        memory = .unknown(fact)
        modules = [:]
        sysctls = [:]
        filesystems = .unknown(fact)
        pressure = .unknown(fact)
        stealRatio = .unknown(fact)
        disks = .unknown(fact)
        paths = .unknown(fact)
        interfaces = .unknown(fact)
        processes = .unknown(fact)
        iommuGroups = .unknown(fact)
        talosVersion = nil
        isProxmoxHost = false
    }

    /// What `/proc/meminfo` and `/proc/swaps` say, in bytes.
    package struct Memory: Sendable, Equatable {
        package var totalBytes: UInt64
        package var hugePages: UInt64
        package var hugePageBytes: UInt64
        package var swapBytes: UInt64

        package init(
            totalBytes: UInt64,
            hugePages: UInt64 = 0,
            hugePageBytes: UInt64 = 2 << 20,
            swapBytes: UInt64 = 0
        ) {
            self.totalBytes = totalBytes
            self.hugePages = hugePages
            self.hugePageBytes = hugePageBytes
            self.swapBytes = swapBytes
        }
    }

    /// A directory with data that matters, and what is under it.
    package struct DataPath: Sendable, Equatable {
        /// Who keeps data there.
        package enum Owner: String, Sendable, Equatable {
            case etcd
            case longhorn = "Longhorn"
            case node
        }

        package var owner: Owner
        /// As the node sees it: "/var/lib/etcd".
        package var path: String
        package var facts: TargetFacts
        /// The whole disks at the bottom of the stack: "sda".
        package var disks: [String]
        /// "shared:1", "master:2"; empty for a private mount; nil when no mount table was readable.
        package var propagation: [String]?

        package init(
            owner: Owner,
            path: String,
            facts: TargetFacts,
            disks: [String] = [],
            propagation: [String]? = nil
        ) {
            self.owner = owner
            self.path = path
            self.facts = facts
            self.disks = disks
            self.propagation = propagation
        }
    }
}
