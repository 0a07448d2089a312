import Foundation
import ResultStore
import Testing

@testable import HostFacts

/// The real machine, whatever it is: facts must agree with each other.
@Suite("This machine", .serialized)
struct LiveMachineTests {
    @Test("the host has a kernel, a CPU and memory")
    func host() {
        let host = HostProbe().host()
        #expect(host.kernel?.isEmpty == false)
        #expect(host.architecture?.isEmpty == false)
        #expect((host.cpuCount ?? 0) >= 1)
        #expect((host.memoryBytes ?? 0) > 16 << 20)
        #expect((host.uptimeSeconds ?? 0) > 0)
        #expect(host.container["seccomp"] != nil)
    }

    @Test("the temporary directory lies on a mounted filesystem, its devices once each")
    func temporaryDirectory() throws {
        let path = FileManager.default.temporaryDirectory.path
        let target = HostProbe().target(path: path)
        #expect(target.kind == "directory")
        let filesystem = try #require(target.filesystem)
        #expect(filesystem.mountPoint?.hasPrefix("/") == true)
        #expect(filesystem.type != "unknown")
        let size = try #require(filesystem.sizeBytes)
        #expect(try #require(filesystem.freeBytes) <= size)
        #expect(Set(target.stack.map(\.name)).count == target.stack.count)
        #expect(!target.stack.isEmpty || !target.unknown.isEmpty)
        for name in ConditionsSampler.deviceNames(for: target) {
            #expect(DeviceCounters.read(root: .init(), device: name) != nil)
        }
    }

    @Test("two samples make ratios between 0 and 1 and no clock step")
    func conditions() throws {
        let sampler = ConditionsSampler(deviceNames: [])
        let first = sampler.sample()
        let noise = NoiseFloorProbe.measure(durationNanoseconds: 60_000_000)
        let second = sampler.sample()
        let conditions = ConditionsSampler.difference(first, second, ownDeviceWrites: nil)
        let busy = try #require(conditions.cpuBusyRatio)
        #expect((0...1).contains(busy))
        #expect((0...1).contains(try #require(conditions.stealRatio)))
        #expect(abs(try #require(conditions.clockStepNs)) < 1_000_000_000)
        #expect(noise.clockCostNs > 0)
        #expect(noise.timerOvershootP50Ns > 0)
        #expect(noise.timerOvershootP50Ns <= noise.timerOvershootP99Ns)
        #expect(noise.timerOvershootP99Ns <= noise.timerOvershootMaxNs)
        #expect((0...1).contains(noise.spinStolenRatio))
    }

    @Test("peak memory is at least what this process needs to run")
    func peakMemory() throws {
        #expect(try #require(ProcessFacts.peakMemoryBytes()) > 1 << 20)
    }

    @Test(
        "nearest rank",
        arguments: [(0.5, 5), (0.99, 10), (0.9, 9), (0.0, 1), (1.0, 10)] as [(Double, UInt64)]
    )
    func nearestRank(quantile: Double, value: UInt64) {
        #expect(NoiseFloorProbe.rank(quantile, in: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) == value)
        #expect(NoiseFloorProbe.rank(quantile, in: []) == 0)
    }
}
