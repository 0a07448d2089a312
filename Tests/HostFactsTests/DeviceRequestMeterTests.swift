import ResultStore
import Testing

@testable import HostFacts

@Suite("The block layer's count of a target's requests") struct DeviceRequestMeterTests {
    private func target(_ devices: (String, String)...) -> TargetFacts {
        var target = TargetFacts(path: "/x", kind: "directory")
        target.stack = devices.map { name, transport in
            var device = DeviceFacts(name: name)
            device.transport = transport
            return device
        }
        return target
    }

    @Test("reads and writes of the disk below a partition, with their times; no flushes")
    func counted() throws {
        let tree = try FixtureTree([
            "sys/class/block/sda/stat": "10 0 80 5 100 0 800 250 0 200 255 0 0 0 0 40 90\n",
            "sys/class/block/sda/mq/0/cpu_list": "0",
        ])
        let stack = target(("sda1", "partition"), ("sda", "sata"))
        let meter = try #require(DeviceRequestMeter(root: tree.root, target: stack))
        let reading = try #require(meter.read())
        #expect(reading == DeviceRequests(count: 110, nanoseconds: 255e6))
        #expect(meter.read(since: reading) == DeviceRequests(count: 0, nanoseconds: 0))
        #expect(meter.read(since: nil) == nil)
    }

    @Test("a device that is not there counts nothing")
    func gone() throws {
        let tree = try FixtureTree(["sys/class/block/sdb/stat": "what"])
        for name in ["sda", "sdb", "../etc"] {
            let meter = DeviceRequestMeter(root: tree.root, target: target((name, "sata")))
            #expect(meter?.read() == nil)
        }
    }

    @Test("without a device, or with two side by side, there is no meter")
    func several() throws {
        let tree = try FixtureTree([:])
        #expect(DeviceRequestMeter(root: tree.root, target: target()) == nil)
        let two = target(("sda", "sata"), ("sdb", "sata"))
        #expect(DeviceRequestMeter(root: tree.root, target: two) == nil)
    }
}
