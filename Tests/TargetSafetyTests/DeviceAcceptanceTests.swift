import Foundation
import Glibc
import TestSupport
import Testing
import Units

@testable import TargetSafety

@Suite("A blank device or tbench's own just works", .requiresLoopDevice)
struct DeviceAcceptanceTests {
    @Test(
        "a blank device is claimed without a flag, large or small",
        arguments: [8, 64] as [UInt64]
    )
    func blank(mebibytes: UInt64) throws {
        let device = try LoopDevice(sizeBytes: mebibytes << 20)
        #expect(try DeviceClaim.inspect(device.path).content == .blank)
        let claim = try DeviceClaim.claim(
            device.path,
            destroyData: .none,
            minimumBytes: (mebibytes - 2) << 20
        )
        #expect(claim.regionOffset == 1 << 20)
        #expect(claim.regionBytes == (mebibytes - 2) << 20)
        #expect(fcntl(claim.fileDescriptor, F_GETFL) & O_ACCMODE == O_RDWR)
        // While it is held nobody else gets it.
        #expect(claimFailure(device.path)?.exitCode == .refused)
        try claim.release()
        #expect(claimFailure(device.path) == nil)
    }

    @Test("erased flash that reads as ones is blank")
    func erasedFlash() throws {
        let device = try LoopDevice(sizeBytes: 8 << 20) { path in
            try Data(repeating: 0xFF, count: 8 << 20).write(to: URL(fileURLWithPath: path))
        }
        #expect(try DeviceClaim.inspect(device.path).content == .blank)
    }

    @Test("a marked device stays tbench's after its region was filled with noise")
    func owned() throws {
        let device = try LoopDevice(sizeBytes: 32 << 20)
        let claim = try DeviceClaim.claim(device.path, destroyData: .none, minimumBytes: 1 << 20)
        try claim.writeMark()
        try claim.release()
        try Shell.require([
            "dd", "if=/dev/urandom", "of=\(device.path)", "bs=1M", "seek=1", "count=30",
            "conv=notrunc,fsync",
        ])
        let found = try DeviceClaim.inspect(device.path)
        #expect(found.content == .owned)
        #expect(found.mark?.deviceBytes == 32 << 20)
        #expect(claimFailure(device.path) == nil)
    }

    @Test("the mark can be read by a person")
    func readableMark() throws {
        let device = try LoopDevice(sizeBytes: 8 << 20)
        let claim = try DeviceClaim.claim(device.path, destroyData: .none, minimumBytes: 1 << 20)
        try claim.writeMark()
        try claim.release()
        let head = try Shell.require(["head", "-c", "300", device.path])
        #expect(head.hasPrefix("tbench scratch device v1\n{"))
        #expect(head.contains("Nothing on this device is worth keeping."))
    }

    @Test("a mark with one changed byte is no mark")
    func damagedMark() throws {
        let device = try LoopDevice(sizeBytes: 8 << 20)
        let claim = try DeviceClaim.claim(device.path, destroyData: .none, minimumBytes: 1 << 20)
        try claim.writeMark()
        try claim.release()
        try poke(device.path, [0x41], at: 40)
        try Shell.require(["sync"])
        #expect(try DeviceClaim.inspect(device.path).content == .unknownData(offset: 0))
        #expect(claimFailure(device.path)?.exitCode == .refused)
    }

    @Test("a filesystem made over the mark makes the device the user's again")
    func reusedByUser() throws {
        let device = try LoopDevice(sizeBytes: 32 << 20)
        let claim = try DeviceClaim.claim(device.path, destroyData: .none, minimumBytes: 1 << 20)
        try claim.writeMark()
        try claim.release()
        try Shell.require(["mkfs.ext4", "-q", "-F", device.path])
        let error = try #require(claimFailure(device.path))
        #expect(error.reason == "\(device.path) holds an ext4 filesystem")
    }

    @Test(
        "a direct claim is opened with O_DIRECT and can be marked all the same",
        .requiresDirectIO
    )
    func direct() throws {
        let device = try LoopDevice(sizeBytes: 8 << 20)
        let claim = try DeviceClaim.claim(
            device.path,
            destroyData: .none,
            minimumBytes: 1 << 20,
            direct: true
        )
        try claim.writeMark()
        let page = UnsafeMutableRawPointer.allocate(byteCount: 4096, alignment: 4096)
        defer { page.deallocate() }
        // An unaligned offset is what only O_DIRECT refuses.
        #expect(pwrite(claim.fileDescriptor, page, 4096, off_t(claim.regionOffset)) == 4096)
        #expect(pwrite(claim.fileDescriptor, page, 4096, off_t(claim.regionOffset) + 1) == -1)
        try claim.release()
    }

    @Test("a link to the device is followed, and the hint keeps the name the user typed")
    func link() throws {
        let device = try Inhabitant.swap.device()
        let directory = try TemporaryDirectory()
        let link = directory.file("disk")
        try FileManager.default.createSymbolicLink(
            atPath: link,
            withDestinationPath: device.path
        )
        #expect(try DeviceClaim.inspect(link).realPath == device.path)
        let error = try #require(claimFailure(link))
        #expect(error.hint == "to erase it: tbench etcd \(link) --destroy-data=\(link)")
        #expect(claimFailure(link, destroyData: .named(device.path)) == nil)
    }
}

@Suite("--destroy-data has to name the target", .requiresLoopDevice)
struct DestroyConsentTests {
    @Test("a path, a link or a kernel name of the same device is consent")
    func names() throws {
        let device = try Inhabitant.swap.device()
        let directory = try TemporaryDirectory()
        let link = directory.file("disk")
        try FileManager.default.createSymbolicLink(
            atPath: link,
            withDestinationPath: device.path
        )
        for name in [device.path, link, String(device.path.dropFirst("/dev/".count))] {
            #expect(claimFailure(device.path, destroyData: .named(name)) == nil, "\(name)")
        }
    }

    @Test("another device, a file or nothing is a usage error, even when the target is blank")
    func otherNames() throws {
        let device = try LoopDevice(sizeBytes: 8 << 20)
        let other = try LoopDevice(sizeBytes: 8 << 20)
        for name in [other.path, device.backingPath, "no-such-disk", ""] {
            let error = try #require(claimFailure(device.path, destroyData: .named(name)))
            #expect(error.exitCode == .usage, "\(name)")
            #expect(error.hint == "name the target itself: --destroy-data=\(device.path)")
        }
    }
}
