import Foundation
import TargetSafety
import TestSupport
import Testing
import Units

/// What a loop device can hold that is not tbench's.
enum Inhabitant: String, CaseIterable, CustomTestStringConvertible {
    case ext4, xfs, gpt, mbr, lvm, luks, swap, raid, random, farBlock

    var testDescription: String { rawValue }

    /// Fills the backing file, or for LVM the attached device.
    func device() throws -> LoopDevice {
        let device = try LoopDevice(sizeBytes: mebibytes << 20, prepare: fill)
        if self == .lvm {
            let config =
                "devices { use_devicesfile=0 global_filter=[\"a|^\(device.path)$|\",\"r|.*|\"] }"
            try Shell.require(["pvcreate", "-q", "--config", config, device.path])
        }
        return device
    }

    /// mkfs.xfs makes nothing smaller than 300 MiB.
    private var mebibytes: UInt64 { self == .xfs ? 320 : 48 }

    private func fill(_ path: String) throws {
        switch self {
        case .ext4: try Shell.require(["mkfs.ext4", "-q", "-F", "-L", "data", path])
        case .xfs: try Shell.require(["mkfs.xfs", "-q", path])
        case .gpt: try Shell.require(["sfdisk", "-q", path], input: "label: gpt\n,16M\n,\n")
        case .mbr: try Shell.require(["sfdisk", "-q", path], input: "label: dos\n,16M\n")
        case .lvm: break
        case .luks:
            try Shell.require(
                [
                    "cryptsetup", "luksFormat", "-q", "--type", "luks2", "--pbkdf", "pbkdf2",
                    "--pbkdf-force-iterations", "1000", path, "-",
                ],
                input: "secret"
            )
        case .swap: try Shell.require(["mkswap", path])
        // mdadm is not everywhere: magic, version 1, and its own place in sectors (md_p.h).
        case .raid:
            try poke(path, [0xFC, 0x4E, 0x2B, 0xA9, 1], at: 4096)
            try poke(path, [8], at: 4096 + 144)
        case .random:
            try Shell.require([
                "dd", "if=/dev/urandom", "of=\(path)", "bs=1M", "count=48", "conv=notrunc",
            ])
        // The first MiB is blank: a device whose owner wiped the label and nothing else.
        case .farBlock:
            try Shell.require([
                "dd", "if=/dev/urandom", "of=\(path)", "bs=1M", "seek=20", "count=4",
                "conv=notrunc",
            ])
        }
    }

    /// Words the refusal has to contain.
    var finding: String {
        switch self {
        case .ext4: "holds an ext4 filesystem labelled 'data'"
        case .xfs: "holds an xfs filesystem"
        case .gpt: "has a GPT partition table"
        case .mbr: "has an MBR partition table"
        case .lvm: "is an LVM physical volume"
        case .luks: "is encrypted with LUKS"
        case .swap: "holds a swap area"
        case .raid: "is a RAID or volume member (linux_raid_member)"
        case .random: "holds data that no known signature explains (first seen at byte 0)"
        case .farBlock: "holds data that no known signature explains"
        }
    }
}

func poke(_ path: String, _ bytes: [UInt8], at offset: UInt64) throws {
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    try file.seek(toOffset: offset)
    try file.write(contentsOf: Data(bytes))
    try file.close()
}

@Suite("A device that is not tbench's is refused", .requiresLoopDevice)
struct DeviceRefusalTests {
    @Test(
        "whatever it holds, it is refused and not one byte changes",
        arguments: Inhabitant.allCases
    )
    func refused(_ inhabitant: Inhabitant) throws {
        let device = try inhabitant.device()
        let before = try device.contentHash()
        let error = try #require(claimFailure(device.path))
        #expect(error.exitCode == .refused)
        #expect(error.reason.contains(inhabitant.finding), "\(error)")
        #expect(
            error.hint
                == "to erase it: tbench etcd \(device.path) --destroy-data=\(device.path)"
        )
        #expect(try device.contentHash() == before)
    }

    @Test(
        "naming it grants the claim, and the mark leaves nothing of it",
        arguments: Inhabitant.allCases
    )
    func destroyedWhenNamed(_ inhabitant: Inhabitant) throws {
        let device = try inhabitant.device()
        let before = try device.contentHash()
        let claim = try DeviceClaim.claim(
            device.path,
            destroyData: .named(device.path),
            minimumBytes: 1 << 20
        )
        #expect(try device.contentHash() == before, "a claim alone writes nothing")
        try claim.writeMark()
        try claim.release()
        let after = try DeviceClaim.inspect(device.path)
        #expect(after.content == .owned)
        #expect(after.signatures.isEmpty)
        #expect(claimFailure(device.path) == nil, "the next run needs no flag")
    }

    @Test("a mounted one is refused even when named, and says where")
    func mounted() throws {
        let device = try Inhabitant.ext4.device()
        let mountPoint = try TemporaryDirectory()
        try Shell.require(["mount", device.path, mountPoint.path])
        defer { _ = try? Shell.run(["umount", mountPoint.path]) }
        let error = try #require(claimFailure(device.path, destroyData: .named(device.path)))
        #expect(error.exitCode == .refused)
        #expect(error.reason == "\(device.path) is mounted at \(mountPoint.path)")
        #expect(error.hint == "use a directory on it instead: tbench etcd \(mountPoint.path)")
        #expect(try DeviceClaim.inspect(device.path).busy)
    }

    @Test("a disk with a mounted partition is refused even when named")
    func mountedPartition() throws {
        let disk = try LoopDevice(sizeBytes: 64 << 20, partitions: true) { path in
            try Shell.require(["sfdisk", "-q", path], input: "label: gpt\n,32M\n")
        }
        // The kernel's partition parsers are optional, its partitions are not: BLKPG adds one.
        let partition = "\(disk.path)p1"
        if !FileManager.default.fileExists(atPath: partition) {
            try Shell.require(["addpart", disk.path, "1", "2048", "65536"])
        }
        try Shell.require(["mkfs.ext4", "-q", partition])
        let mountPoint = try TemporaryDirectory()
        try Shell.require(["mount", partition, mountPoint.path])
        defer { _ = try? Shell.run(["umount", mountPoint.path]) }
        let error = try #require(claimFailure(disk.path, destroyData: .named(disk.path)))
        #expect(error.reason == "\(disk.path) is mounted at \(mountPoint.path)")
    }

    @Test("one that another process holds with O_EXCL is refused even when named")
    func heldExclusively() throws {
        let device = try LoopDevice(sizeBytes: 8 << 20)
        let before = try device.contentHash()
        let holder = try DeviceHolder(device.path, exclusively: true)
        let error = try #require(claimFailure(device.path, destroyData: .named(device.path)))
        withExtendedLifetime(holder) {}
        #expect(error.exitCode == .refused)
        #expect(error.reason.contains("something holds it exclusively, probably by python3"))
        #expect(error.cause?.description == "open O_EXCL: EBUSY")
        #expect(try device.contentHash() == before)
    }

    @Test("one that another process has open for writing is refused even when named")
    func openForWriting() throws {
        let device = try LoopDevice(sizeBytes: 8 << 20)
        let holder = try DeviceHolder(device.path, exclusively: false)
        let error = try #require(claimFailure(device.path, destroyData: .named(device.path)))
        withExtendedLifetime(holder) {}
        #expect(error.exitCode == .refused)
        #expect(error.reason.hasPrefix("\(device.path) is open for writing in python3 (pid "))
    }

    @Test("a program that has it open for a moment only does not matter")
    func openForAMoment() throws {
        let device = try LoopDevice(sizeBytes: 8 << 20)
        let program = "exec 3<>\(device.path); echo open; sleep 0.2"
        let passerBy = try RunningCommand(["sh", "-c", program])
        #expect(passerBy.waitForOutput("open"))
        #expect(claimFailure(device.path) == nil)
    }

    @Test("a read-only one is refused even when named")
    func readOnly() throws {
        let device = try LoopDevice(sizeBytes: 8 << 20, readOnly: true)
        let error = try #require(claimFailure(device.path, destroyData: .named(device.path)))
        #expect(error.exitCode == .refused)
        #expect(error.reason == "\(device.path) is read-only")
    }

    @Test("a device without room for the run is refused with both sizes")
    func tooSmall() throws {
        let device = try LoopDevice(sizeBytes: 8 << 20)
        let error = try #require(claimFailure(device.path, minimumBytes: 7 << 20))
        #expect(error.exitCode == .missing)
        #expect(
            error.reason == "\(device.path) is too small: it has 8 MiB, and the run needs 9 MiB"
        )
        let tiny = try LoopDevice(sizeBytes: 4096)
        #expect(claimFailure(tiny.path, minimumBytes: 0)?.exitCode == .missing)
    }

    @Test("without the right to open it, the way forward is root")
    func withoutPermission() throws {
        let device = try LoopDevice(sizeBytes: 8 << 20)
        let path = device.path
        try inOwnThread {
            try becomeNobody()
            let error = try #require(claimFailure(path))
            #expect(error.exitCode == .refused)
            #expect(error.reason == "this user may not open \(path)")
        }
    }
}
