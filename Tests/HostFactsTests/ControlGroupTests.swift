import Testing

@testable import HostFacts

@Suite("Control groups")
struct ControlGroupTests {
    @Test("version 2: the nearest limit counts, throttling adds up to the root")
    func version2() throws {
        let pod = "sys/fs/cgroup/kubepods.slice/pod1"
        let tree = try FixtureTree([
            "proc/self/cgroup": "0::/kubepods.slice/pod1/tbench\n",
            "proc/self/mountinfo":
                "31 23 0:28 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n",
            "\(pod)/tbench/cpu.max": "max 100000\n",
            "\(pod)/tbench/memory.max": "268435456\n",
            "\(pod)/tbench/io.max": "",
            "\(pod)/tbench/cpu.stat": "usage_usec 5\nnr_throttled 2\nthrottled_usec 1500\n",
            "\(pod)/cpu.max": "200000 100000\n",
            "\(pod)/memory.max": "536870912\n",
            "\(pod)/io.max": "8:0 rbps=max wbps=1048576 riops=max wiops=max\n",
            "\(pod)/cpu.stat": "usage_usec 5\nthrottled_usec 500\n",
        ])
        let facts = tree.probe().container()
        #expect(facts["cgroup"] == "v2")
        #expect(facts["cpu_max"] == "200000 100000")
        #expect(facts["memory_max"] == "268435456")
        #expect(facts["io_max"] == "8:0 rbps=max wbps=1048576 riops=max wiops=max")
        #expect(facts["container"] == "kubernetes")
        let sample = ConditionsSampler(root: tree.root, deviceNames: []).sample()
        #expect(sample.throttledNs == 2_000_000)
    }

    @Test("version 1: quotas, the largest number as no limit, and throttles by device")
    func version1() throws {
        let tree = try FixtureTree([
            "proc/self/cgroup":
                "9:blkio:/docker/ab\n7:cpu,cpuacct:/docker/ab\n4:memory:/docker/ab\n",
            "proc/self/mountinfo": """
            32 31 0:29 /docker/ab /sys/fs/cgroup/cpu ro - cgroup cgroup rw,cpu,cpuacct
            35 31 0:32 / /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory
            38 31 0:35 / /sys/fs/cgroup/blkio ro - cgroup cgroup rw,blkio
            """,
            "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "50000\n",
            "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
            "sys/fs/cgroup/cpu/cpu.stat": "nr_periods 9\nnr_throttled 3\nthrottled_time 777\n",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
            "sys/fs/cgroup/blkio/docker/ab/blkio.throttle.write_iops_device": "254:0 100\n",
        ])
        let facts = tree.probe().container()
        #expect(facts["cgroup"] == "v1")
        #expect(facts["cpu_max"] == "50000 100000")
        #expect(facts["memory_max"] == nil)
        #expect(facts["io_max"] == "254:0 wiops=100")
        #expect(facts["container"] == "docker")
        let sample = ConditionsSampler(root: tree.root, deviceNames: []).sample()
        #expect(sample.throttledNs == 777)
    }

    @Test("a group out of sight falls back to the root of the mount")
    func outOfSight() throws {
        let tree = try FixtureTree([
            "proc/self/cgroup": "0::/../../elsewhere\n",
            "sys/fs/cgroup/memory.max": "1000000\n",
        ])
        #expect(tree.probe().container()["memory_max"] == "1000000")
    }

    @Test(
        "an image's mark makes a container only where the root is not a whole disk",
        arguments: [
            ("27 1 254:0 / / rw - ext4 /dev/vda rw", nil),
            ("27 1 254:0 /rootfs / rw - ext4 /dev/dm-3 rw", "docker"),
            ("27 1 0:40 / / rw - overlay overlay rw", "docker"),
        ]
    )
    func imageMark(mount: String, container: String?) throws {
        let tree = try FixtureTree([".dockerenv": "", "proc/self/mountinfo": "\(mount)\n"])
        #expect(tree.probe().container()["container"] == container)
    }

    @Test("without any cgroup nothing is limited and throttling is unknown")
    func none() throws {
        let tree = try FixtureTree(["proc/self/status": "Seccomp:\t2\nCapEff:\t00000000a80425fb\n"])
        #expect(tree.probe().container() == ["seccomp": "filter", "privileged": "no"])
        let sample = ConditionsSampler(root: tree.root, deviceNames: []).sample()
        #expect(sample.throttledNs == nil)
    }
}
