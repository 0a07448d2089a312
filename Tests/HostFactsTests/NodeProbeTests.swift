import ResultStore
import Testing
import Units

@testable import HostFacts

@Suite("What doctor reads of a node") struct NodeProbeTests {
    private static let processor = """
        processor\t: 0
        flags\t\t: fpu aes sse4_2 popcnt

        """

    private func facts(
        _ files: [String: String],
        paths: [String: PathStatus] = [:],
        environment: [String: String] = [:]
    ) throws -> NodeFacts {
        let tree = try FixtureTree(files)
        return NodeProbe(
            root: tree.root,
            host: tree.probe(paths: paths, environment: environment),
            interfaces: InterfaceProbe(root: tree.root, calls: .none)
        ).facts()
    }

    @Test("a node with everything is read")
    func whole() throws {
        let facts = try facts([
            "proc/cpuinfo": Self.processor,
            "proc/meminfo":
                "MemTotal: 8000000 kB\nSwapTotal: 1024 kB\nHugePages_Total: 1024\nHugepagesize: 2048 kB\n",
            "proc/sys/kernel/osrelease": "6.12.48-talos\n",
            "proc/sys/kernel/io_uring_disabled": "2\n",
            "proc/sys/fs/aio-max-nr": "65536\n",
            "proc/modules": "nvme_tcp 57344 0 - Live 0x0\n",
            "proc/filesystems": "nodev\tsysfs\n\text4\nnodev\tnfs4\n",
            "proc/pressure/io": "some avg10=12.50 avg60=1.00 avg300=0.00 total=5\nfull avg10=9 x\n",
            "proc/stat": "cpu  80 0 10 0 0 0 0 10 0 0\n",
            "proc/1/comm": "machined\n", "proc/77/comm": "iscsid\n",
            "sys/kernel/iommu_groups/0/type": "DMA\n",
            "sys/block/sda/queue/rotational": "0\n", "sys/block/loop0/size": "8\n",
            "sys/class/net/eth0/mtu": "9000\n", "sys/class/net/lo/mtu": "65536\n",
            "etc/os-release": "NAME=\"Talos\"\nID=talos\nVERSION_ID=v1.14.0\n",
        ])
        #expect(facts.cpuFlags.value?.contains("sse4_2") == true)
        #expect(facts.memory.value?.hugePages == 1024)
        #expect(facts.memory.value?.swapBytes == 1 << 20)
        #expect(facts.modules["nvme_tcp"]?.value == .loaded)
        #expect(facts.sysctls["kernel.io_uring_disabled"]?.value == "2")
        #expect(facts.filesystems.value?.contains("nfs4") == true)
        #expect(facts.pressure.value == ["io": 12.5])
        #expect(facts.stealRatio.value == 0.1)
        #expect(facts.processes.value?.contains("iscsid") == true)
        #expect(facts.iommuGroups.value == 1)
        #expect(facts.disks.value?.map(\.name) == ["sda"])
        #expect(facts.interfaces.value?.map(\.mtuBytes) == [9000])
        #expect(facts.talosVersion == [1, 14, 0])
        #expect(!facts.isProxmoxHost)
    }

    @Test(
        "a module is found in each of its places",
        arguments: [
            (["proc/modules": "iscsi_tcp 1 0 - Live 0\n"], NodeFacts.Module.loaded),
            (
                [
                    "proc/modules": "x 1 0 - Live 0\n", "proc/sys/kernel/osrelease": "6.1\n",
                    "lib/modules/6.1/modules.builtin": "kernel/drivers/scsi/iscsi_tcp.ko\n",
                ], .builtIn
            ),
            (
                [
                    "proc/modules": "x 1 0 - Live 0\n", "proc/sys/kernel/osrelease": "6.1\n",
                    "host/lib/modules/6.1/modules.builtin": "kernel/a.ko\n",
                    "host/lib/modules/6.1/modules.dep":
                        "kernel/drivers/scsi/iscsi-tcp.ko.zst: kernel/b.ko\n",
                ], .available
            ),
            (
                [
                    "proc/modules": "x 1 0 - Live 0\n", "proc/sys/kernel/osrelease": "6.1\n",
                    "lib/modules/6.1/modules.builtin": "kernel/a.ko\n",
                    "lib/modules/6.1/modules.dep": "kernel/b.ko:\n",
                ], .absent
            ),
            (
                [
                    "proc/modules": "x 1 0 - Live 0\n",
                    "sys/module/iscsi_tcp/parameters/debug": "0\n",
                ], .builtIn
            ),
        ]
    )
    func modules(files: [String: String], state: NodeFacts.Module) throws {
        #expect(try facts(files).modules["iscsi_tcp"]?.value == state)
    }

    @Test("a kernel that carries its own configuration says what is built in")
    func kernelConfiguration() throws {
        // printf 'CONFIG_ISCSI_TCP=y\nCONFIG_NVME_TCP=m\n' | gzip -9n
        let packed: [UInt8] = [
            0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x73, 0xF6, 0xF7, 0x73,
            0xF3, 0x74, 0x8F, 0xF7, 0x0C, 0x76, 0x0E, 0xF6, 0x8C, 0x0F, 0x71, 0x0E, 0xB0, 0xAD,
            0xE4, 0x72, 0x86, 0x08, 0xF9, 0x85, 0xF9, 0xBA, 0x82, 0x45, 0x72, 0xB9, 0x00, 0x4C,
            0xED, 0x14, 0xDD, 0x25, 0x00, 0x00, 0x00,
        ]
        let text = try #require(Gzip.unpacked(packed))
        #expect(String(decoding: text, as: UTF8.self) == "CONFIG_ISCSI_TCP=y\nCONFIG_NVME_TCP=m\n")
        #expect(Gzip.unpacked(packed.dropLast(9) + []) == nil)
        #expect(Gzip.unpacked(packed, limit: 4) == nil)
        #expect(Gzip.unpacked([]) == nil)
        #expect(Gzip.unpacked(Array("plain text".utf8)) == nil)
    }

    @Test("a machine without /proc and /sys is unknown, fact by fact, with what would help")
    func nothing() throws {
        let facts = try facts(["etc/hostname": "x\n"])
        #expect(facts.cpuFlags.value == nil && facts.memory.value == nil)
        #expect(facts.disks.value == nil && facts.interfaces.value == nil)
        #expect(facts.processes.value == nil && facts.pressure.value == nil)
        #expect(facts.modules.values.allSatisfy { $0.value == nil })
        guard case .unknown(let fact) = facts.disks else {
            Issue.record("the disks are known")
            return
        }
        #expect(fact.help == "mount /sys")
    }

    @Test("in a container of its own the node's processes are unknown; with hostPID they are known")
    func processes() throws {
        let pod = ["proc/1/comm": "sh\n", "proc/self/cgroup": "0::/kubepods/x\n"]
        #expect(
            try facts(pod, environment: ["KUBERNETES_SERVICE_HOST": "x"]).processes.value == nil
        )
        let shared = ["proc/1/comm": "systemd\n", "proc/9/comm": "multipathd\n"]
        let seen = try facts(shared, environment: ["KUBERNETES_SERVICE_HOST": "x"])
        #expect(seen.processes.value == ["systemd", "multipathd"])
    }

    @Test("a data path is found below /host, with the propagation of the node's own mount table")
    func dataPaths() throws {
        let facts = try facts(
            [
                "host/var/lib/longhorn/a": "x", "host/var/lib/etcd/member": "x",
                "host/proc/1/mountinfo": """
                20 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
                21 20 8:17 / /var/lib/longhorn rw shared:7 master:2 - ext4 /dev/sdb1 rw
                22 20 8:18 / /var/lib/etcd rw - ext4 /dev/sdc1 rw
                """,
            ]
        )
        let paths = try #require(facts.paths.value)
        #expect(paths.map(\.path) == ["/var/lib/etcd", "/var/lib/longhorn", "/var"])
        #expect(paths[0].propagation == [])
        #expect(paths[1].propagation == ["shared:7", "master:2"])
        #expect(paths[2].propagation == ["shared:1"])
        #expect(paths[1].facts.path == "/host/var/lib/longhorn")
    }

    @Test(
        "hostile files are survived",
        arguments: ["", "\u{0}\u{1}\u{1B}[31m", "a", ": : :\n:", "999999999999999999999999"]
    )
    func hostile(text: String) throws {
        let files = [
            "proc/cpuinfo", "proc/meminfo", "proc/modules", "proc/stat", "proc/pressure/io",
            "proc/filesystems", "proc/sys/kernel/osrelease", "proc/1/comm", "host/proc/1/mountinfo",
            "etc/os-release", "proc/config.gz", "sys/block/sda/queue/rotational",
            "sys/class/net/eth0/mtu", "host/var/lib/longhorn/x", "proc/sys/vm/dirty_ratio",
        ]
        let facts = try facts(Dictionary(uniqueKeysWithValues: files.map { ($0, text) }))
        #expect(facts.paths.value?.isEmpty == false)
    }

    @Test("the real machine is read")
    func live() {
        let facts = NodeProbe().facts()
        #expect(facts.memory.value != nil)
        #expect(facts.cpuFlags.value != nil)
        #expect(facts.filesystems.value?.isEmpty == false)
    }
}
