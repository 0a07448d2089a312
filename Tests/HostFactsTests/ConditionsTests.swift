import ResultStore
import Testing

@testable import HostFacts

@Suite("Conditions of a run")
struct ConditionsTests {
    /// Two states of one machine, ten seconds of clock apart.
    private func samples(
        _ before: [String: String],
        _ after: [String: String],
        devices: [String] = [],
        realtimeOffsetNs: Int64 = 0
    ) throws -> (ConditionsSample, ConditionsSample) {
        let trees = (try FixtureTree(before), try FixtureTree(after))
        var first = ConditionsSampler(root: trees.0.root, deviceNames: devices).sample()
        var second = ConditionsSampler(root: trees.1.root, deviceNames: devices).sample()
        (first.monotonicNs, second.monotonicNs) = (5_000_000_000, 15_000_000_000)
        first.realtimeNs = 1_700_000_000_000_000_000
        second.realtimeNs = UInt64(1_700_000_010_000_000_000 + realtimeOffsetNs)
        return (first, second)
    }

    @Test("steal and busy time are shares of all ticks")
    func processorTime() throws {
        let (first, second) = try samples(
            ["proc/stat": "cpu  100 0 100 1000 0 0 0 0 50 0\ncpu0 1 1 1 1 1 1 1 1 1 1\n"],
            ["proc/stat": "cpu  200 0 200 1600 100 0 0 100 90 0\ncpu0 1 1 1 1 1 1 1 1 1 1\n"]
        )
        let conditions = ConditionsSampler.difference(first, second, ownDeviceWrites: nil)
        #expect(conditions.stealRatio == 0.1)
        // 1000 ticks passed, 600 idle and 100 waiting for I/O.
        #expect(conditions.cpuBusyRatio == 0.3)
    }

    @Test("tbench's own share is of all CPUs, whatever its name holds")
    func ownShare() throws {
        func machine(_ total: Int, _ user: Int, _ system: Int) -> [String: String] {
            [
                "proc/stat": "cpu  \(total) 0 0 0 0 0 0 0 0 0\n",
                "proc/self/stat": "7 (a ) b) S 1 2 3 4 5 6 7 8 9 10 \(user) \(system) 0 0\n",
            ]
        }
        let (first, second) = try samples(machine(1000, 100, 10), machine(2000, 250, 110))
        let conditions = ConditionsSampler.difference(first, second, ownDeviceWrites: nil)
        #expect(conditions.ownCpuRatio == 0.25)
        let (_, broken) = try samples([:], ["proc/self/stat": "7 (x) S 1"])
        #expect(broken.ownTicks == nil)
    }

    @Test("pressure and throttling are shares of the wall time")
    func pressureAndThrottling() throws {
        func machine(_ total: Int, _ throttled: Int) -> [String: String] {
            let line = "avg10=0.00 avg60=0.00 avg300=0.00 total="
            return [
                "proc/pressure/cpu": "some \(line)\(total)\nfull \(line)0\n",
                "proc/pressure/io": "some \(line)\(total * 2)\nfull \(line)9\n",
                "proc/pressure/memory": "some \(line)0\nfull \(line)0\n",
                "proc/self/cgroup": "0::/\n",
                "sys/fs/cgroup/cpu.stat": "throttled_usec \(throttled)\n",
            ]
        }
        let (first, second) = try samples(machine(1_000_000, 500), machine(2_000_000, 200_500))
        let conditions = ConditionsSampler.difference(first, second, ownDeviceWrites: nil)
        #expect(conditions.pressureCpuRatio == 0.1)
        #expect(conditions.pressureIoRatio == 0.2)
        #expect(conditions.pressureMemoryRatio == 0)
        #expect(conditions.throttledRatio == 0.02)
    }

    @Test("threads' waiting adds up, a new thread counts from 0, an ended one is left out")
    func threads() throws {
        func task(_ id: Int, _ delay: Int, _ switches: Int) -> [String: String] {
            [
                "proc/self/task/\(id)/schedstat": "12345 \(delay) 7\n",
                "proc/self/task/\(id)/status":
                    "Name:\tx\nvoluntary_ctxt_switches:\t9\nnonvoluntary_ctxt_switches:\t\(switches)\n",
            ]
        }
        let before = task(10, 1_000_000_000, 5).merging(task(11, 7_000_000_000, 70)) { $1 }
        let after = task(10, 1_500_000_000, 8).merging(task(12, 500_000_000, 2)) { $1 }
        let (first, second) = try samples(before, after)
        let conditions = ConditionsSampler.difference(first, second, ownDeviceWrites: nil)
        #expect(conditions.runDelayRatio == 0.1)
        #expect(conditions.involuntarySwitches == 5)
    }

    private func disk(_ stat: String, hasQueues: Bool = true) -> [String: String] {
        var files: [String: String] = [:]
        files.addBlockDevice("a/sda", number: "8:0", files: ["stat": stat])
        if hasQueues { files["sys/devices/a/sda/mq/0/nr_tags"] = "64\n" }
        return files
    }

    @Test("device counters give writes, flushes and the foreign share")
    func devices() throws {
        let (first, second) = try samples(
            disk("100 0 800 5 1000 1 8000 50 0 60 70 0 0 0 0 300 30\n"),
            disk("150 0 1200 9 1950 2 15600 99 1 160 170 0 0 0 0 700 80\n"),
            devices: ["sda"]
        )
        let conditions = ConditionsSampler.difference(first, second, ownDeviceWrites: 900)
        #expect(conditions.deviceReads == 50)
        #expect(conditions.deviceWrites == 950)
        #expect(conditions.deviceWriteSectors == 7600)
        #expect(conditions.deviceFlushes == 400)
        #expect(conditions.foreignIoRatio == 0.1)
        let unknown = ConditionsSampler.difference(first, second, ownDeviceWrites: nil)
        #expect(unknown.foreignIoRatio == nil)
        let merged = ConditionsSampler.difference(first, second, ownDeviceWrites: 5000)
        #expect(merged.foreignIoRatio == 0)
    }

    @Test(
        "flushes are nil where the kernel does not count them",
        arguments: [
            ("1 2 3 4 5 6 7 8 9 10 11", true), ("1 2 3 4 5 6 7 8 9 10 11 12 13 14 15", true),
            ("1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 0 0", false),
        ]
    )
    func noFlushCounter(stat: String, hasQueues: Bool) throws {
        let tree = try FixtureTree(disk(stat, hasQueues: hasQueues))
        let counters = try #require(DeviceCounters.read(root: tree.root, device: "sda"))
        #expect(counters.flushes == nil)
        #expect(counters.flushTicksMs == nil)
        #expect(counters.writes == 5)
        #expect(counters.inFlight == 9)
        #expect(counters.ioTicksMs == 10)
    }

    @Test("a counter that goes backwards is unknown, not a huge number")
    func backwards() throws {
        let (first, second) = try samples(
            disk("100 0 800 5 1000 1 8000 50 0 60 70 0 0 0 0 300 30\n").merging(
                ["proc/stat": "cpu  5000 0 0 0 0 0 0 9 0 0\n"]
            ) { $1 },
            disk("1 0 8 5 10 1 80 50 0 6 7 0 0 0 0 3 3\n").merging(
                ["proc/stat": "cpu  10 0 0 0 0 0 0 0 0 0\n"]
            ) { $1 },
            devices: ["sda"]
        )
        let conditions = ConditionsSampler.difference(first, second, ownDeviceWrites: 1)
        #expect(conditions.deviceWrites == nil)
        #expect(conditions.deviceFlushes == nil)
        #expect(conditions.foreignIoRatio == nil)
        #expect(conditions.stealRatio == nil)
        #expect(conditions.cpuBusyRatio == nil)
    }

    @Test("the two samples the wrong way round give nothing and do not trap")
    func reversed() throws {
        let (first, second) = try samples(["proc/stat": "cpu  1 1 1 1 1 1 1 1\n"], [:])
        let conditions = ConditionsSampler.difference(second, first, ownDeviceWrites: 1)
        #expect(conditions == Conditions())
    }

    @Test(
        "a clock that was set is seen in either direction",
        arguments: [0, 2_000_000_000, -1_500]
    )
    func clockStep(offset: Int64) throws {
        let (first, second) = try samples([:], [:], realtimeOffsetNs: offset)
        let conditions = ConditionsSampler.difference(first, second, ownDeviceWrites: nil)
        #expect(conditions.clockStepNs == offset)
    }
}
