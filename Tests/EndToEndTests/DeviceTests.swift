import Foundation
import ResultStore
import Statistics
import TestSupport
import Testing
import Units

@Suite("Block devices", .serialized, .timeLimit(.minutes(3))) struct DeviceTests {
    private static let short = ["--rounds", "2", "--round-time", "300ms", "--only-load"]

    @Test("a blank device just works, carries the mark and works again", .requiresLoopDevice)
    func blank() throws {
        let device = try LoopDevice(sizeBytes: 700 << 20)
        for _ in 0..<2 {
            let outcome = try Tool.run(
                ["etcd", device.path, "--output-format", "json"] + Self.short
            )
            let record = try RecordCoding.decode(Data(outcome.stdout.utf8))
            #expect(record.target.kind == "block device")
            let phase = try #require(record.phases.first)
            #expect(phase.kind == "device")
            #expect(phase.pooled(OperationClass.walFsync).count > 0)
            #expect(phase.pooled(OperationClass.walMetadata).count == 0)
            #expect(phase.pooled([.backendCommit]).count > 0)
            #expect(record.verdict?.headline.contains("filesystem comes on top") == true)
        }
    }

    @Test(
        "somebody's data is refused with 77, byte-identical afterwards, and told how to go on",
        .requiresLoopDevice,
        arguments: ["ext4", "xfs", "swap", "random"]
    )
    func inhabited(kind: String) throws {
        let device = try LoopDevice(sizeBytes: 700 << 20)
        switch kind {
        case "ext4": try Shell.require(["mkfs.ext4", "-q", device.path])
        case "xfs": try Shell.require(["mkfs.xfs", "-q", device.path])
        case "swap": try Shell.require(["mkswap", device.path])
        default:
            try Shell.require([
                "dd", "if=/dev/urandom", "of=\(device.path)", "bs=1M", "count=64", "conv=fsync",
            ])
        }
        let before = try device.contentHash()
        let outcome = try Tool.run(["etcd", device.path] + Self.short)
        #expect(outcome.status == 77, "\(outcome.stderr)")
        #expect(outcome.stderr.contains("--destroy-data"), "\(outcome.stderr)")
        #expect(try device.contentHash() == before)
    }

    @Test("--destroy-data must name the target, and then it works", .requiresLoopDevice)
    func destroy() throws {
        let device = try LoopDevice(sizeBytes: 700 << 20)
        try Shell.require(["mkfs.ext4", "-q", device.path])
        let other = try Tool.run(["etcd", device.path, "--destroy-data", "/dev/null"] + Self.short)
        #expect(other.status == 64, "\(other.stderr)")
        let named = try Tool.run(
            ["etcd", device.path, "--destroy-data", device.path, "-q"] + Self.short
        )
        #expect([0, 2].contains(named.status), "\(named.stderr)")
    }

    @Test("a mounted device is refused even with consent", .requiresLoopDevice)
    func mounted() throws {
        let device = try LoopDevice(sizeBytes: 700 << 20)
        let directory = try TemporaryDirectory()
        try Shell.require(["mkfs.ext4", "-q", device.path])
        try Shell.require(["mount", device.path, directory.path])
        defer { _ = try? Shell.run(["umount", directory.path]) }
        let outcome = try Tool.run(
            ["etcd", device.path, "--destroy-data", device.path] + Self.short
        )
        #expect(outcome.status == 77)
        #expect(outcome.stderr.contains(directory.path), "\(outcome.stderr)")
    }

    @Test("a read-only and a too small device are refused", .requiresLoopDevice)
    func unusable() throws {
        let readOnly = try LoopDevice(sizeBytes: 700 << 20, readOnly: true)
        #expect(try Tool.run(["etcd", readOnly.path] + Self.short).status == 77)
        let small = try LoopDevice(sizeBytes: 32 << 20)
        let outcome = try Tool.run(["etcd", small.path] + Self.short)
        #expect(outcome.status == 66)
        #expect(outcome.stderr.contains("MiB"), "\(outcome.stderr)")
    }

    @Test(
        "--filesystem measures device and filesystem, unmounts, and leaves the device owned",
        .requiresLoopDevice,
        arguments: ["ext4", "xfs"]
    )
    func filesystem(type: String) throws {
        let device = try LoopDevice(sizeBytes: 2 << 30)
        let outcome = try Tool.run(
            ["etcd", device.path, "--filesystem", type, "--output-format", "json"] + Self.short
        )
        let record = try RecordCoding.decode(Data(outcome.stdout.utf8))
        #expect(record.phases.map(\.kind) == ["device", "verdict"])
        #expect(record.metrics["l_fs_metadata_p50_ns"] != nil)
        #expect(record.target.filesystem?.type == type)
        let mounts = try String(contentsOfFile: "/proc/self/mounts", encoding: .utf8)
        #expect(!mounts.contains(device.path))
        let again = try Tool.run(["etcd", device.path, "-q"] + Self.short)
        #expect([0, 2].contains(again.status), "\(again.stderr)")
    }

    @Test(
        "a user's file is refused and untouched; a new one is scratch and goes",
        .requiresDirectIO
    )
    func files() throws {
        let directory = try TemporaryDirectory()
        try directory.write("precious.img", String(repeating: "data", count: 5000))
        let refused = try Tool.run(["etcd", directory.file("precious.img")] + Self.short)
        #expect(refused.status == 77, "\(refused.stderr)")
        let text = try String(contentsOfFile: directory.file("precious.img"), encoding: .utf8)
        #expect(text == String(repeating: "data", count: 5000))
        let scratch = try Tool.run(["etcd", directory.file("scratch.img"), "-q"] + Self.short)
        #expect([0, 2].contains(scratch.status), "\(scratch.stderr)")
        #expect(try Tool.names(in: directory.path) == ["precious.img"])
    }
}
