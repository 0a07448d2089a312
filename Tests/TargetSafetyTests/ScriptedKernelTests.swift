import Foundation
import TestSupport
import Testing
import Units

@testable import TargetSafety

/// /proc and /sys as a node would show them, for facts this machine does not have.
struct ScriptedKernel {
    let directory: TemporaryDirectory
    let number: String

    var roots: SystemRoots {
        SystemRoots(proc: directory.file("proc"), sys: directory.file("sys"))
    }

    /// A kernel that knows the device and nothing remarkable about it.
    init(for device: String) throws {
        directory = try TemporaryDirectory()
        number = KernelDevice.numberText(try Paths.status(device).specialDevice)
        try directory.write("proc/self/mountinfo", "")
        try directory.write("proc/swaps", "Filename\tType\tSize\tUsed\tPriority\n")
        try directory.write("sys/devices/disk/ro", "0\n")
        try FileManager.default.createDirectory(
            atPath: directory.file("sys/dev/block"),
            withIntermediateDirectories: true
        )
        try symlink("../../devices/disk", directory.file("sys/dev/block/\(number)"))
    }
}

@Suite("What /proc and /sys say decides", .requiresLoopDevice)
struct ScriptedKernelTests {
    let device: LoopDevice
    let kernel: ScriptedKernel

    init() throws {
        device = try LoopDevice(sizeBytes: 8 << 20)
        kernel = try ScriptedKernel(for: device.path)
    }

    /// The refusal with full consent, so that nothing but use can be the reason.
    var refusal: SafetyError? {
        claimFailure(device.path, destroyData: .named(device.path), roots: kernel.roots)
    }

    @Test("an unremarkable blank device is granted, and all is known about it")
    func granted() throws {
        #expect(refusal == nil)
        #expect(try DeviceClaim.inspect(device.path, roots: kernel.roots).unknown == [])
    }

    @Test("mounted on the node, outside this container: refused with the node's path")
    func mountedOnNode() throws {
        try kernel.directory.write(
            "proc/1/mountinfo",
            "36 35 \(kernel.number) / /var/lib/etcd rw - ext4 /dev/disk/by-label/x rw\n"
        )
        let error = try #require(refusal)
        #expect(error.reason == "\(device.path) is mounted at /var/lib/etcd")
        #expect(error.exitCode == .refused)
    }

    @Test("several mounts are counted")
    func mountedTwice() throws {
        try kernel.directory.write(
            "proc/self/mountinfo",
            "1 0 \(kernel.number) / /a rw - ext4 x rw\n2 0 \(kernel.number) / /b rw - ext4 x rw\n"
        )
        #expect(refusal?.reason == "\(device.path) is mounted at /a and 1 more places")
    }

    @Test("part of a volume group: refused with the holder's name")
    func held() throws {
        try kernel.directory.write("sys/devices/disk/holders/dm-3/dev", "253:3")
        let error = try #require(refusal)
        #expect(error.reason.hasPrefix("\(device.path) is part of dm-3"))
        #expect(error.exitCode == .refused)
    }

    @Test("a partition's holder counts as the disk's")
    func partitionHeld() throws {
        try kernel.directory.write("sys/devices/disk/disk1/partition", "1")
        try kernel.directory.write("sys/devices/disk/disk1/dev", "259:1")
        try kernel.directory.write("sys/devices/disk/disk1/holders/md127/dev", "9:127")
        #expect(refusal?.reason.hasPrefix("\(device.path) is part of md127") == true)
    }

    @Test("a partition mounted under its own number counts as the disk's")
    func partitionMounted() throws {
        try kernel.directory.write("sys/devices/disk/disk1/partition", "1")
        try kernel.directory.write("sys/devices/disk/disk1/dev", "259:1")
        try kernel.directory.write("proc/self/mountinfo", "1 0 259:1 / /boot rw - vfat x rw\n")
        #expect(refusal?.reason == "\(device.path) is mounted at /boot")
    }

    @Test("partitions without a table on the disk are refused unless it is named")
    func ghostPartitions() throws {
        try kernel.directory.write("sys/devices/disk/disk1/partition", "1")
        try kernel.directory.write("sys/devices/disk/disk1/dev", "259:1")
        let error = try #require(claimFailure(device.path, roots: kernel.roots))
        #expect(error.reason == "\(device.path) has the partitions disk1")
        #expect(error.exitCode == .refused)
        #expect(refusal == nil)
    }

    @Test("swap: refused")
    func swap() throws {
        try kernel.directory.write(
            "proc/swaps",
            "Filename\tType\tSize\tUsed\tPriority\n\(device.path)   partition\t8188\t0\t-2\n"
        )
        #expect(refusal?.reason == "\(device.path) is in use as swap")
    }

    @Test("read-only by /sys alone: refused")
    func readOnly() throws {
        try kernel.directory.write("sys/devices/disk/ro", "1\n")
        #expect(refusal?.reason == "\(device.path) is read-only")
    }

    @Test("the serial number of the whole disk is consent, that of a partition's disk is not")
    func serial() throws {
        try kernel.directory.write("sys/devices/disk/serial", "S5GXNX0T\n")
        let consent = DestroyConsent.named("S5GXNX0T")
        #expect(claimFailure(device.path, destroyData: consent, roots: kernel.roots) == nil)
        try kernel.directory.write("sys/devices/disk/partition", "1\n")
        let error = claimFailure(device.path, destroyData: consent, roots: kernel.roots)
        #expect(error?.exitCode == .usage)
    }

    @Test("without /proc and /sys a blank device is granted, and what is unknown is listed")
    func nothingToRead() throws {
        let nothing = SystemRoots(proc: "/nonexistent", sys: "/nonexistent")
        #expect(claimFailure(device.path, roots: nothing) == nil)
        let found = try DeviceClaim.inspect(device.path, roots: nothing)
        #expect(
            found.unknown.map { $0.prefix { $0 != ":" } } == [
                "holders, partitions", "mounts", "swap",
            ]
        )
    }

    @Test("without /proc and /sys a mounted device is refused all the same")
    func mountedUnseen() throws {
        try Shell.require(["mkfs.ext4", "-q", "-F", device.path])
        let mountPoint = try TemporaryDirectory()
        try Shell.require(["mount", device.path, mountPoint.path])
        defer { _ = try? Shell.run(["umount", mountPoint.path]) }
        let nothing = SystemRoots(proc: "/nonexistent", sys: "/nonexistent")
        let error = try #require(
            claimFailure(device.path, destroyData: .named(device.path), roots: nothing)
        )
        #expect(error.exitCode == .refused)
        #expect(error.reason == "\(device.path) is in use: something holds it exclusively")
        #expect(error.hint?.contains("mounted on the node, outside this container") == true)
    }
}
