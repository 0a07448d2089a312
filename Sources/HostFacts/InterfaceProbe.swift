import CLinuxShims
package import ResultStore

/// Reads what is known about a network interface.
///
/// - Source: Documentation/ABI/testing/sysfs-class-net of the kernel; include/uapi/linux/ethtool.h.
package struct InterfaceProbe: Sendable {
    let root: SystemRoot
    let calls: InterfaceCalls

    package init(root: SystemRoot = SystemRoot(), calls: InterfaceCalls = .live) {
        self.root = root
        self.calls = calls
    }

    /// The interface that has a numeric address; nil when none has.
    package func name(ofAddress address: String) -> String? {
        let wanted = Self.plain(address)
        return calls.addresses().first { Self.plain($0.address) == wanted }?.name
    }

    /// An IPv4 address in IPv6's clothes is one of IPv4's, and a zone is a name's business.
    private static func plain(_ address: String) -> String {
        let text = address.hasPrefix("::ffff:") ? String(address.dropFirst(7)) : address
        return SystemText.split(text, at: "%").first ?? text
    }

    /// Everything that can be learned; what cannot stays nil.
    package func facts(_ name: String) -> InterfaceFacts {
        var facts = InterfaceFacts(name: SystemText.printable(name))
        guard SystemText.isComponent(name) else { return facts }
        let directory = "sys/class/net/\(name)"
        let uevent = properties("\(directory)/uevent")
        facts.driver =
            root.link("\(directory)/device/driver").map {
                SystemText.printable(SystemText.lastComponent($0))
            }
            ?? calls.driver(name)
        facts.kind = kind(directory, uevent, facts.driver)
        facts.mtuBytes = root.number("\(directory)/mtu") ?? calls.mtu(name)
        // Without a link or without the notion of one, the kernel fails the read or says -1.
        facts.speedMbps = root.number("\(directory)/speed").flatMap {
            $0 > 0 && $0 < UInt64(UInt32.max) ? $0 : nil
        }
        facts.duplex = root.value("\(directory)/duplex").flatMap { $0 == "unknown" ? nil : $0 }
        facts.carrier = root.flag("\(directory)/carrier")
        let queues = root.list("\(directory)/queues")
        facts.rxQueues = queues.map { names in UInt64(names.count { $0.hasPrefix("rx-") }) }
        facts.txQueues = queues.map { names in UInt64(names.count { $0.hasPrefix("tx-") }) }
        facts.offloads = offloads(name)
        return facts
    }

    /// Errors and drops since the interface came up, by name.
    package func counters(_ name: String) -> [String: UInt64] {
        guard SystemText.isComponent(name) else { return [:] }
        let files = [
            "rx_errors", "tx_errors", "rx_dropped", "tx_dropped", "rx_missed_errors", "collisions",
        ]
        var counters: [String: UInt64] = [:]
        for file in files {
            counters[file] = root.number("sys/class/net/\(name)/statistics/\(file)")
        }
        return counters
    }

    /// What was counted between two readings; a counter that went backwards is unknown.
    package static func counted(
        _ before: [String: UInt64],
        _ after: [String: UInt64]
    ) -> [String: UInt64] {
        after.reduce(into: [:]) { result, entry in
            result[entry.key] = Quantity.difference(entry.value, before[entry.key])
        }
    }

    /// KEY=value of an uevent file.
    private func properties(_ path: String) -> [String: String] {
        let lines = root.read(path).map(SystemText.lines) ?? []
        return lines.prefix(64).reduce(into: [:]) { result, line in
            if let (key, value) = SystemText.halves(line, at: "=") {
                result[key] = SystemText.printable(value)
            }
        }
    }

    /// What sort of interface it is; nil when nothing says.
    private func kind(
        _ directory: String,
        _ uevent: [String: String],
        _ driver: String?
    ) -> String? {
        if let type = uevent["DEVTYPE"], !type.isEmpty { return type }
        if root.exists("\(directory)/bridge") { return "bridge" }
        if root.exists("\(directory)/bonding") { return "bond" }
        if root.exists("\(directory)/tun_flags") {
            // IFF_TAP of linux/if_tun.h.
            let flags = root.value("\(directory)/tun_flags").flatMap {
                UInt64($0.dropFirst($0.hasPrefix("0x") ? 2 : 0), radix: 16)
            }
            return flags.map { $0 & 2 != 0 ? "tap" : "tun" }
        }
        // ARPHRD_* of linux/if_arp.h.
        switch root.number("\(directory)/type") {
        case 772: return "loopback"
        case 32: return "infiniband"
        case 1:
            if let driver, Self.virtual.contains(driver) { return driver }
            return root.exists("\(directory)/device") ? "ethernet" : nil
        default: return nil
        }
    }

    /// Drivers that say by their name that there is no wire below.
    private static let virtual: Set<String> = [
        "veth", "bridge", "vxlan", "geneve", "dummy", "macvlan", "ipvlan", "802.1Q VLAN Support",
        "openvswitch", "netkit",
    ]

    private func offloads(_ name: String) -> [String: Bool] {
        let commands: [(String, Int)] = [
            ("tso", tbench_ETHTOOL_GTSO), ("gso", tbench_ETHTOOL_GGSO),
            ("gro", tbench_ETHTOOL_GGRO), ("tx_checksum", tbench_ETHTOOL_GTXCSUM),
            ("rx_checksum", tbench_ETHTOOL_GRXCSUM),
        ].map { ($0, Int($1)) }
        var offloads: [String: Bool] = [:]
        for (key, command) in commands {
            offloads[key] = calls.value(name, UInt32(command)).map { $0 != 0 }
        }
        let flags = calls.value(name, UInt32(tbench_ETHTOOL_GFLAGS))
        offloads["lro"] = flags.map { $0 & UInt32(tbench_ETH_FLAG_LRO) != 0 }
        return offloads
    }
}
