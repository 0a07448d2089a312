import Foundation
import Glibc
import ResultStore
import Statistics
import TestSupport
import Testing
import Units

@Suite("A disk that fails", .serialized, .timeLimit(.minutes(3))) struct FaultTests {
    private static let long = ["--only-load", "--rounds", "60", "--round-time", "500ms"]
    private static let library = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("scripts/lib").path

    /// A small ext4 on a loop device, unmounted when the body returns.
    private func onSmallFilesystem(
        _ megabytes: UInt64,
        _ body: (_ mount: String, _ device: LoopDevice) throws -> Void
    ) throws {
        let directory = try TemporaryDirectory()
        let device = try LoopDevice(sizeBytes: megabytes << 20)
        try Shell.require(["mkfs.ext4", "-q", device.path])
        try Shell.require(["tune2fs", "-e", "remount-ro", device.path])
        let mount = directory.file("mount")
        try Shell.require(["mkdir", mount])
        try Shell.require(["mount", device.path, mount])
        defer { _ = try? Shell.run(["umount", "-l", mount]) }
        try body(mount, device)
    }

    @Test("too little space is refused before anything is written", .requiresLoopDevice)
    func tooLittleSpace() throws {
        try onSmallFilesystem(64) { mount, _ in
            let outcome = try Tool.run(["etcd", mount] + Tool.short.prefix(5))
            #expect(outcome.status == 66)
            #expect(outcome.stderr.contains("free"), "\(outcome.stderr)")
            #expect(outcome.stderr.contains("Hint"))
            #expect(try Tool.names(in: mount).isEmpty)
        }
    }

    @Test("a disk that fills up in the middle ends the run with its cause", .requiresLoopDevice)
    func fullInTheMiddle() throws {
        try onSmallFilesystem(900) { mount, _ in
            let results = try TemporaryDirectory()
            let command = try Tool.start(
                ["etcd", mount, "--load", "m", "--segment-size", "1MB", "-o", results.path]
                    + ["--max-time", "40s", "--no-early-stop"] + Self.long
            )
            try Tool.waitForScratch(in: mount)
            // Takes the rest of the filesystem away.
            _ = try Shell.run(["dd", "if=/dev/zero", "of=\(mount)/filler", "bs=1M"])
            let outcome = command.wait()
            #expect(outcome.status == 1, "\(outcome.stderr)")
            #expect(outcome.stderr.contains("ENOSPC"), "\(outcome.stderr)")
            let record = try Tool.record(in: results.path)
            #expect(record.run.outcome == .failed)
            #expect(try Tool.names(in: mount) == ["filler"])
        }
    }

    @Test("a filesystem that becomes read-only in the middle is named", .requiresLoopDevice)
    func readOnlyInTheMiddle() throws {
        try onSmallFilesystem(900) { mount, device in
            let command = try Tool.start(["etcd", mount] + Self.long)
            try Tool.waitForScratch(in: mount)
            // What errors=remount-ro does when the filesystem finds itself damaged.
            let name = device.path.replacingOccurrences(of: "/dev/", with: "")
            try Shell.require(["sh", "-c", "echo 1 > /sys/fs/ext4/\(name)/trigger_fs_error"])
            let outcome = command.wait()
            #expect(outcome.status == 1, "\(outcome.stderr)")
            #expect(
                outcome.stderr.contains("EROFS") || outcome.stderr.contains("EIO"),
                "\(outcome.stderr)"
            )
        }
    }

    @Test(
        "write errors and a vanished disk end the run with a clear error and a kept record",
        .requiresFuse,
        arguments: ["break", "vanish"]
    )
    func failingDisk(how: String) throws {
        let name = "tbench-test-\(how)-\(getpid())"
        let script = "\(Self.library)/faulty-disk"
        let text = try Shell.require([script, "up", name, "--fs", "ext4", "--write-error", "EIO"])
        defer { _ = try? Shell.run([script, "down", name]) }
        let disk = try JSONDecoder().decode([String: String].self, from: Data(text.utf8))
        let mount = try #require(disk["mount"])
        let results = try TemporaryDirectory()
        let command = try Tool.start(["etcd", mount, "-o", results.path] + Self.long)
        try Tool.waitForScratch(in: mount)
        try Shell.require([script, how, name])
        let outcome = command.wait()
        #expect(outcome.status == 1, "\(outcome.stderr)")
        #expect(outcome.stderr.contains("Error:"), "\(outcome.stderr)")
        #expect(
            ["EIO", "EROFS", "ENXIO", "ENODEV"].contains { outcome.stderr.contains($0) },
            "\(outcome.stderr)"
        )
        let record = try Tool.record(in: results.path)
        #expect(record.run.outcome == .failed)
        #expect(record.run.outcomeReason != nil)
    }
}
