import Foundation
import Glibc
import TestSupport
import Testing
import Units

@testable import TargetSafety

@Suite("A filesystem of tbench's own", .requiresLoopDevice)
struct PrivateMountTests {
    @Test(
        "it is mounted where only its thread sees it, and the device is tbench's afterwards",
        arguments: ScratchFilesystem.allCases
    )
    func mountAndUnmount(_ filesystem: ScratchFilesystem) throws {
        let device = try LoopDevice(sizeBytes: 320 << 20)
        let path = device.path
        try inOwnThread {
            let claim = try DeviceClaim.claim(path, destroyData: .none, minimumBytes: 1 << 20)
            let mount = try PrivateMount.mount(claim, filesystem: filesystem)
            let mounts = try Paths.text("/proc/thread-self/mountinfo")
            #expect(mounts.contains(" \(mount.path) rw,nosuid,nodev,"))
            #expect(mounts.contains(" - \(filesystem.rawValue) \(path) "))
            #expect(!(try Paths.text("/proc/self/mountinfo")).contains(mount.path))
            try Data("x".utf8).write(to: URL(fileURLWithPath: "\(mount.path)/file"))
            #expect(claimFailure(path, destroyData: .named(path))?.exitCode == .refused)
            let mountPoint = mount.path
            let again = try mount.unmount()
            #expect(again.regionBytes == 318 << 20)
            try again.release()
            #expect(!FileManager.default.fileExists(atPath: mountPoint))
        }
        let found = try DeviceClaim.inspect(path)
        #expect(found.content == .owned)
        #expect(found.signatures.isEmpty)
    }

    @Test("when its owner goes, so does the mount")
    func deinitialised() throws {
        let device = try LoopDevice(sizeBytes: 80 << 20)
        let path = device.path
        try inOwnThread {
            let claim = try DeviceClaim.claim(path, destroyData: .none, minimumBytes: 1 << 20)
            let mount = try PrivateMount.mount(claim, filesystem: .ext4)
            _ = mount.path
        }
        #expect(try DeviceClaim.inspect(path).content == .owned)
        #expect(claimFailure(path) == nil)
    }

    // In a process of its own: the registry is the process's, and other tests have scratch in it.
    @Test("a signal thread that never saw the mount can end it")
    func endedByAnotherThread() async {
        await #expect(processExitsWith: .success) { try signalThreadScenario() }
    }

    @Test("a file left open keeps it mounted, which is said")
    func stillOpen() throws {
        let device = try LoopDevice(sizeBytes: 80 << 20)
        let path = device.path
        try inOwnThread {
            let claim = try DeviceClaim.claim(path, destroyData: .none, minimumBytes: 1 << 20)
            let mount = try PrivateMount.mount(claim, filesystem: .ext4)
            let mountPoint = mount.path
            let number = open("\(mountPoint)/file", O_RDWR | O_CREAT, 0o600)
            var caught: SafetyError?
            do throws(SafetyError) {
                try mount.unmount().release()
            } catch {
                caught = error
            }
            #expect(
                caught?.reason
                    == "a file in \(mountPoint) is still open, so it cannot be unmounted yet"
            )
            close(number)
            #expect(umount2(mountPoint, 0) == 0)
            rmdir(mountPoint)
        }
        // As after a crash: the filesystem is there, and the mark behind it says whose it is.
        let found = try DeviceClaim.inspect(path)
        #expect(found.signatures.map(\.type) == ["ext4"])
        #expect(found.content == .owned)
        #expect(claimFailure(path) == nil)
    }

    @Test("a filesystem the user made in its place is the user's, mark or no mark")
    func replacedByUser() throws {
        let device = try LoopDevice(sizeBytes: 80 << 20)
        let claim = try DeviceClaim.claim(device.path, destroyData: .none, minimumBytes: 1 << 20)
        let uuid = UUID().uuidString.lowercased()
        let mark = ScratchMark.Filesystem(type: "ext4", uuid: uuid)
        try claim.writeMark(filesystem: mark, wiping: false)
        try claim.release()
        // Smaller than the device, so that the mark at its end survives.
        try Shell.require(["mkfs.ext4", "-q", "-F", device.path, "70m"])
        #expect(claimFailure(device.path)?.reason.contains("holds an ext4 filesystem") == true)
        try Shell.require(["mkfs.ext4", "-q", "-F", "-U", uuid, device.path, "70m"])
        #expect(claimFailure(device.path) == nil, "its own, by UUID")
    }

    @Test("a device too small for the filesystem is refused before anything is written")
    func tooSmall() throws {
        let device = try LoopDevice(sizeBytes: 8 << 20)
        let before = try device.contentHash()
        let path = device.path
        let error = try #require(
            failure { () throws(SafetyError) in
                let claim = try DeviceClaim.claim(path, destroyData: .none, minimumBytes: 0)
                _ = try PrivateMount.mount(claim, filesystem: .xfs)
            }
        )
        #expect(error.exitCode == .missing)
        #expect(error.reason.hasSuffix("it has 8 MiB, and the run needs 302 MiB"))
        #expect(try device.contentHash() == before)
    }

    @Test("a mkfs that is not installed is named with its package")
    func missingTool() {
        #expect(ChildProcess.find("mkfs.no-such-filesystem") == nil)
        let error = SafetyError.missingTool("mkfs.xfs", package: "xfsprogs")
        #expect(error.exitCode == .unavailable)
        #expect(
            error.description
                == "mkfs.xfs is not installed. Hint: install it: apt-get install xfsprogs."
        )
    }

    @Test("what a failing program says last is what is reported")
    func failingTool() throws {
        let result = try ChildProcess.run("/bin/sh", ["-c", "echo one; echo two >&2; exit 3"])
        #expect(result.status == 3)
        #expect(result.output == "one\ntwo\n")
        let error = SafetyError.toolFailed("mkfs", device: "/dev/x", output: result.output, nil)
        #expect(error.reason == "mkfs failed on /dev/x: two")
    }
}

/// A run in one thread, and the thread that gets the signal, which was there before.
private func signalThreadScenario() throws {
    let device = try LoopDevice(sizeBytes: 80 << 20)
    let path = device.path
    let (mounted, removed, ended) = (
        DispatchSemaphore(value: 0), DispatchSemaphore(value: 0), DispatchSemaphore(value: 0)
    )
    let run = Thread {
        defer {
            mounted.signal()
            ended.signal()
        }
        do {
            let claim = try DeviceClaim.claim(path, destroyData: .none, minimumBytes: 1 << 20)
            let mount = try PrivateMount.mount(claim, filesystem: .ext4)
            let scratch = try ScratchDirectory.create(in: mount.path, needing: 1 << 20)
            #expect(FileManager.default.fileExists(atPath: scratch.path))
            mounted.signal()
            removed.wait()
            #expect(!FileManager.default.fileExists(atPath: mount.path))
            try scratch.remove()
            try mount.unmount().release()
        } catch {
            Issue.record(error)
        }
    }
    run.start()
    mounted.wait()
    #expect(ScratchRegistry.count == 2)
    #expect(ScratchRegistry.removeAll() == [])
    removed.signal()
    ended.wait()
    #expect(try DeviceClaim.inspect(path).content == .owned)
}
