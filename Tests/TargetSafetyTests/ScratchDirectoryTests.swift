import Foundation
import Glibc
import TestSupport
import Testing
import Units

@testable import TargetSafety

@Suite("Scratch directories")
struct ScratchDirectoryTests {
    @Test("a scratch is private, marked, and gone with its owner")
    func lifetime() throws {
        let directory = try TemporaryDirectory()
        do {
            let scratch = try ScratchDirectory.create(in: directory.path, needing: 1 << 20)
            #expect(scratch.path.hasPrefix("\(directory.path)/tbench-scratch-"))
            var status = stat()
            #expect(lstat(scratch.path, &status) == 0)
            #expect(status.st_mode & 0o7777 == 0o700)
            try FileManager.default.createDirectory(
                atPath: "\(scratch.path)/member/wal",
                withIntermediateDirectories: true
            )
            try Data("x".utf8).write(to: URL(fileURLWithPath: "\(scratch.path)/member/wal/0.wal"))
        }
        #expect(try directory.names() == [])
    }

    @Test("nothing outside the scratch changes, and links in it are not followed")
    func links() throws {
        let directory = try TemporaryDirectory()
        try directory.write("user/data", "precious")
        let scratch = try ScratchDirectory.create(in: directory.path, needing: 0)
        let path = scratch.path
        try symlink("\(directory.path)/user", "\(path)/to-directory")
        try symlink("\(directory.path)/user/data", "\(path)/to-file")
        try Data("x".utf8).write(to: URL(fileURLWithPath: "\(path)/own"))
        var caught: SafetyError?
        do throws(SafetyError) { try scratch.remove() } catch { caught = error }
        let error = try #require(caught)
        #expect(
            error.reason == "\(path)/to-directory is a symbolic link, which tbench did not create, "
                + "so its scratch is left there"
        )
        #expect(try contents(of: directory.file("user/data")) == Data("precious".utf8))
        let left = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        #expect(left == [".tbench-scratch", "to-directory", "to-file"], "its own file is gone")
    }

    @Test("a filesystem mounted in the scratch is not entered", .requiresRoot)
    func mountInside() throws {
        let directory = try TemporaryDirectory()
        try directory.write("user/data", "precious")
        let scratch = try ScratchDirectory.create(in: directory.path, needing: 0)
        let inner = "\(scratch.path)/inner"
        try FileManager.default.createDirectory(
            atPath: inner,
            withIntermediateDirectories: false
        )
        // A bind mount of the same filesystem: comparing device numbers would not see it.
        try Shell.require(["mount", "--bind", directory.file("user"), inner])
        defer { _ = try? Shell.run(["umount", inner]) }
        var caught: SafetyError?
        do throws(SafetyError) { try scratch.remove() } catch { caught = error }
        #expect(caught?.reason.contains("is a mount point") == true)
        #expect(try contents(of: directory.file("user/data")) == Data("precious".utf8))
    }

    @Test("a scratch that was swapped for another directory is left alone")
    func swapped() throws {
        let directory = try TemporaryDirectory()
        let scratch = try ScratchDirectory.create(in: directory.path, needing: 0)
        let path = scratch.path
        try FileManager.default.moveItem(atPath: path, toPath: directory.file("moved"))
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: false
        )
        try Data("precious".utf8).write(to: URL(fileURLWithPath: "\(path)/data"))
        var caught: SafetyError?
        do throws(SafetyError) { try scratch.remove() } catch { caught = error }
        #expect(caught?.reason.contains("is no longer the scratch this run created") == true)
        #expect(try contents(of: "\(path)/data") == Data("precious".utf8))
    }

    @Test("a run that does not fit is refused with what is free and what is needed")
    func freeSpace() throws {
        let directory = try TemporaryDirectory()
        let error = try #require(
            failure { () throws(SafetyError) in
                _ = try ScratchDirectory.create(in: directory.path, needing: 1 << 60)
            }
        )
        #expect(error.exitCode == .missing)
        #expect(error.reason.contains(" free, and the run needs 1024 PiB plus 51.2 PiB to spare"))
        #expect(try directory.names() == [])
        #expect(
            failure { () throws(SafetyError) in try FreeSpace.require(.max, at: directory.path) }
                != nil,
            "no overflow"
        )
    }

    @Test("the last five per cent are kept", .requiresLoopDevice)
    func reserve() throws {
        let device = try LoopDevice(sizeBytes: 64 << 20) { path in
            try Shell.require(["mkfs.ext4", "-q", "-F", path])
        }
        let mountPoint = try TemporaryDirectory()
        try Shell.require(["mount", device.path, mountPoint.path])
        defer { _ = try? Shell.run(["umount", mountPoint.path]) }
        let free = try Paths.freeSpace(mountPoint.path).bytes
        #expect(
            failure { () throws(SafetyError) in
                try FreeSpace.require(free / 100 * 97, at: mountPoint.path)
            }?.exitCode == .missing
        )
        #expect(
            failure { () throws(SafetyError) in
                try FreeSpace.require(free / 100 * 94, at: mountPoint.path)
            } == nil
        )
    }

    @Test("a read-only filesystem is refused", .requiresLoopDevice)
    func readOnlyFilesystem() throws {
        let device = try LoopDevice(sizeBytes: 16 << 20) { path in
            try Shell.require(["mkfs.ext4", "-q", "-F", path])
        }
        let mountPoint = try TemporaryDirectory()
        try Shell.require(["mount", "-o", "ro", device.path, mountPoint.path])
        defer { _ = try? Shell.run(["umount", mountPoint.path]) }
        let error = try #require(
            failure { () throws(SafetyError) in
                _ = try ScratchDirectory.create(in: mountPoint.path, needing: 0)
            }
        )
        #expect(error.exitCode == .refused)
        #expect(error.reason == "\(mountPoint.path) is on a read-only filesystem")
    }
}

@Suite("Scratch that other runs left")
struct LeftoverScratchTests {
    /// Makes a scratch as a run with this identity would have left it.
    @discardableResult
    func plant(
        _ name: String,
        in directory: TemporaryDirectory,
        _ owner: ProcessIdentity?
    ) throws
        -> String
    {
        let path = directory.file("tbench-scratch-\(name)")
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: false
        )
        try Data("old".utf8).write(to: URL(fileURLWithPath: "\(path)/data"))
        if let owner {
            let block = try #require(
                MarkBlock.encode(magic: ScratchDirectory.markerMagic, owner)
            )
            try Data(block).write(to: URL(fileURLWithPath: "\(path)/.tbench-scratch"))
        }
        return path
    }

    /// This process, with one thing changed.
    func identity(
        pid: Int32? = nil,
        bootID: String? = nil,
        startTicks: UInt64? = nil
    ) -> ProcessIdentity {
        let mine = ProcessIdentity.current()
        return ProcessIdentity(
            pid: pid ?? mine.pid,
            bootID: bootID ?? mine.bootID,
            startTicks: startTicks ?? mine.startTicks,
            started: mine.started
        )
    }

    /// The pid of a process that has ended.
    func deadPid() throws -> Int32 {
        let command = try RunningCommand(["true"])
        _ = command.wait()
        return command.pid
    }

    @Test("only a marked scratch whose process is gone is stale")
    func states() throws {
        let directory = try TemporaryDirectory()
        try plant("a-dead", in: directory, identity(pid: deadPid()))
        try plant("b-reboot", in: directory, identity(bootID: "another boot"))
        try plant("c-reused", in: directory, identity(startTicks: 1))
        try plant("d-running", in: directory, identity())
        try plant("e-unmarked", in: directory, nil)
        let damaged = try plant("f-damaged", in: directory, identity(pid: deadPid()))
        try poke("\(damaged)/.tbench-scratch", [0x58], at: 50)
        try directory.write("tbench-scratch-g-file", "a user's file")
        let found = try ScratchDirectory.stale(in: directory.path)
        #expect(
            found.map(\.state) == [
                .stale, .stale, .stale, .inUse, .unmarked, .unmarked, .unmarked,
            ]
        )
        let outcome = try ScratchDirectory.removeStale(in: directory.path)
        #expect(outcome.removed.map(\.path) == Array(found.prefix(3)).map(\.path))
        #expect(outcome.kept.count == 4)
        #expect(
            try directory.names() == [
                "tbench-scratch-d-running", "tbench-scratch-e-unmarked",
                "tbench-scratch-f-damaged", "tbench-scratch-g-file",
            ]
        )
    }

    @Test("a locked marker means in use, whatever the pid says in this container")
    func locked() throws {
        let directory = try TemporaryDirectory()
        let path = try plant("pod", in: directory, identity(pid: deadPid()))
        let neighbour = try RunningCommand([
            "flock", "\(path)/.tbench-scratch", "sh", "-c", "echo locked; exec sleep 600",
        ])
        #expect(neighbour.waitForOutput("locked"))
        #expect(try ScratchDirectory.stale(in: directory.path).map(\.state) == [.inUse])
        #expect(try ScratchDirectory.removeStale(in: directory.path).removed == [])
        withExtendedLifetime(neighbour) {}
    }

    @Test("another user's scratch is not removed", .requiresRoot)
    func otherUser() throws {
        let directory = try TemporaryDirectory()
        let path = try plant("theirs", in: directory, identity(pid: deadPid()))
        #expect(chown(path, 65534, 65534) == 0)
        #expect(try ScratchDirectory.stale(in: directory.path).map(\.state) == [.otherUser])
        #expect(try ScratchDirectory.removeStale(in: directory.path).removed == [])
    }

    @Test("a link named like a scratch leads nowhere")
    func link() throws {
        let directory = try TemporaryDirectory()
        let elsewhere = try TemporaryDirectory()
        try plant("real", in: elsewhere, identity(pid: deadPid()))
        try symlink(
            elsewhere.file("tbench-scratch-real"),
            directory.file("tbench-scratch-link")
        )
        #expect(try ScratchDirectory.removeStale(in: directory.path).removed == [])
        #expect(try elsewhere.names() == ["tbench-scratch-real"])
    }

    @Test("a live scratch of this process is in use")
    func ownLive() throws {
        let directory = try TemporaryDirectory()
        let scratch = try ScratchDirectory.create(in: directory.path, needing: 0)
        #expect(try ScratchDirectory.stale(in: directory.path).map(\.state) == [.inUse])
        try scratch.remove()
        #expect(try directory.names() == [])
    }

    @Test("without /proc a scratch is made, used and removed, and nobody else's is guessed stale")
    func withoutProc() throws {
        let directory = try TemporaryDirectory()
        let nothing = SystemRoots(proc: "/nonexistent", sys: "/nonexistent")
        let scratch = try ScratchDirectory.create(in: directory.path, needing: 0, roots: nothing)
        try plant("mine", in: directory, identity(startTicks: 1))
        let found = try ScratchDirectory.stale(in: directory.path, roots: nothing)
        #expect(found.map(\.state) == [.inUse, .inUse])
        try scratch.remove()
        #expect(try directory.names() == ["tbench-scratch-mine"])
    }
}

@Suite("Signal-time removal")
struct ScratchRegistryTests {
    // In a process of its own: the registry is the process's, and other tests have scratch in it.
    @Test("everything is removed once, from any thread, and the owners find nothing left to do")
    func removeAll() async {
        await #expect(processExitsWith: .success) {
            let directory = try TemporaryDirectory()
            let scratch = try ScratchDirectory.create(in: directory.path, needing: 0)
            let file = try ScratchFile.create(at: directory.file("file"), bytes: 1 << 20)
            #expect(ScratchRegistry.count == 2)
            try OneShotThread.run { _ = ScratchRegistry.removeAll() }
            #expect(ScratchRegistry.count == 0)
            #expect(try directory.names() == [])
            try scratch.remove()
            try file.remove()
        }
    }

    @Test("a failure does not keep the rest from being removed")
    func failures() async {
        await #expect(processExitsWith: .success) {
            let directory = try TemporaryDirectory()
            let first = try ScratchDirectory.create(in: directory.path, needing: 0)
            let second = try ScratchDirectory.create(in: directory.path, needing: 0)
            try symlink("/etc", "\(second.path)/link")
            let failures = ScratchRegistry.removeAll()
            #expect(failures.count == 1)
            #expect(try directory.names() == [(second.path as NSString).lastPathComponent])
            try first.remove()
            try second.remove()
        }
    }
}
