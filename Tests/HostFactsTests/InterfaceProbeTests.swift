import ResultStore
import Testing

@testable import HostFacts

@Suite struct InterfaceProbeTests {
    /// System calls that know what a test says.
    static func calls(
        addresses: [(String, String)] = [],
        drivers: [String: String] = [:],
        values: [UInt32: UInt32] = [:],
        mtu: UInt64? = nil
    ) -> InterfaceCalls {
        InterfaceCalls(
            addresses: { addresses.map { (name: $0.0, address: $0.1) } },
            driver: { drivers[$0] },
            value: { _, command in values[command] },
            mtu: { _ in mtu }
        )
    }

    @Test("the facts of a network card are read from its directory")
    func card() throws {
        let directory = "sys/class/net/eth0"
        let tree = try FixtureTree([
            "\(directory)/uevent": "INTERFACE=eth0\nIFINDEX=2\n",
            "\(directory)/device/driver": "-> ../../../../bus/pci/drivers/ixgbe",
            "\(directory)/type": "1\n",
            "\(directory)/mtu": "9000\n",
            "\(directory)/speed": "10000\n",
            "\(directory)/duplex": "full\n",
            "\(directory)/carrier": "1\n",
            "\(directory)/queues/rx-0/x": "",
            "\(directory)/queues/rx-1/x": "",
            "\(directory)/queues/tx-0/x": "",
        ])
        // ETHTOOL_GTSO, ETHTOOL_GGRO and ETHTOOL_GFLAGS of linux/ethtool.h.
        let on: [UInt32: UInt32] = [0x1e: 1, 0x2b: 0, 0x25: 1 << 15]
        let facts = InterfaceProbe(root: tree.root, calls: Self.calls(values: on)).facts("eth0")
        #expect(facts.kind == "ethernet")
        #expect(facts.driver == "ixgbe")
        #expect(facts.mtuBytes == 9000)
        #expect(facts.speedMbps == 10_000)
        #expect(facts.duplex == "full")
        #expect(facts.carrier == true)
        #expect(facts.rxQueues == 2)
        #expect(facts.txQueues == 1)
        #expect(facts.offloads == ["tso": true, "gro": false, "lro": true])
    }

    @Test(
        "a virtual interface is called what the kernel calls it",
        arguments: [
            (["uevent": "DEVTYPE=vxlan\n", "type": "1\n"], "vxlan"),
            (["uevent": "DEVTYPE=wireguard\n", "type": "65534\n"], "wireguard"),
            (["type": "772\n"], "loopback"),
            (["type": "1\n", "bridge/forward_delay": "0\n"], "bridge"),
            (["type": "1\n", "bonding/mode": "802.3ad 4\n"], "bond"),
            (["type": "1\n", "tun_flags": "0x1002\n"], "tap"),
            (["type": "65534\n", "tun_flags": "0x1001\n"], "tun"),
        ] as [([String: String], String)]
    )
    func virtual(files: [String: String], kind: String) throws {
        let tree = try FixtureTree(
            files.reduce(into: [:]) { $0["sys/class/net/x0/\($1.key)"] = $1.value }
        )
        #expect(InterfaceProbe(root: tree.root, calls: Self.calls()).facts("x0").kind == kind)
    }

    @Test("a veth is known by its driver, which has no link in /sys")
    func veth() throws {
        let tree = try FixtureTree(["sys/class/net/v0/type": "1\n"])
        let calls = Self.calls(drivers: ["v0": "veth"])
        let facts = InterfaceProbe(root: tree.root, calls: calls).facts("v0")
        #expect(facts.kind == "veth")
        #expect(facts.driver == "veth")
    }

    @Test("what the kernel does not say is nil, not a guess")
    func unknown() throws {
        let tree = try FixtureTree([
            "sys/class/net/eth1/speed": "-1\n",
            "sys/class/net/eth1/duplex": "unknown\n",
            "sys/class/net/eth1/mtu": "a lot\n",
            "sys/class/net/eth1/type": "99999999999999999999\n",
        ])
        var expected = InterfaceFacts(name: "eth1")
        expected.mtuBytes = 1400
        let probe = InterfaceProbe(root: tree.root, calls: Self.calls(mtu: 1400))
        #expect(probe.facts("eth1") == expected)
        #expect(probe.facts("../eth1") == InterfaceFacts(name: "../eth1"))
    }

    @Test("an address finds its interface, whatever it is dressed in")
    func address() throws {
        let calls = Self.calls(addresses: [
            ("lo", "127.0.0.1"), ("eth0", "10.0.0.1"), ("eth1", "fe80::1%eth1"),
        ])
        let probe = InterfaceProbe(root: try FixtureTree([:]).root, calls: calls)
        #expect(probe.name(ofAddress: "10.0.0.1") == "eth0")
        #expect(probe.name(ofAddress: "::ffff:10.0.0.1") == "eth0")
        #expect(probe.name(ofAddress: "fe80::1") == "eth1")
        #expect(probe.name(ofAddress: "10.0.0.9") == nil)
    }

    @Test("counters are differences, and one that went backwards is unknown")
    func counters() throws {
        let tree = try FixtureTree([
            "sys/class/net/eth0/statistics/rx_dropped": "12\n",
            "sys/class/net/eth0/statistics/tx_errors": "3\n",
        ])
        let probe = InterfaceProbe(root: tree.root, calls: Self.calls())
        let after = probe.counters("eth0")
        #expect(after == ["rx_dropped": 12, "tx_errors": 3])
        let counted = InterfaceProbe.counted(["rx_dropped": 10, "tx_errors": 4], after)
        #expect(counted == ["rx_dropped": 2])
    }

    @Test("loopback of this machine is found by its address")
    func live() {
        let probe = InterfaceProbe()
        let name = probe.name(ofAddress: "127.0.0.1")
        #expect(name == "lo")
        let facts = probe.facts("lo")
        #expect(facts.kind == nil || facts.kind == "loopback")
        #expect((facts.mtuBytes ?? 0) >= 1280)
    }
}
