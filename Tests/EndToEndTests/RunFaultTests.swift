import Foundation
import Glibc
import ResultStore
import Statistics
import TestSupport
import Testing
import Units

/// What `tbench run` says and leaves behind when the disk, the machine or the job is bad.
@Suite("tbench run on bad disks", .serialized, .timeLimit(.minutes(3))) struct RunFaultTests {
    private static let engines = ["sync", "libaio", "io_uring"]
    private static let library = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("scripts/lib").path

    /// A profile of one direct job, in a file of its own.
    private func profile(
        _ directory: TemporaryDirectory,
        rw: String = "randread",
        bs: String = "4k",
        engine: String = "sync",
        depth: Int = 1,
        direct: Bool = true,
        more: String = "",
        runtime: String = "20s"
    ) throws -> String {
        try directory.write(
            "job.json5",
            """
            { answers: "?", expect: "", destructive: \(rw != "randread"), phases: [{ jobs: [{
                name: "job", rw: "\(rw)", bs: "\(bs)", ioengine: "\(engine)", iodepth: \(depth),
                direct: \(direct), time_based: true, runtime: "\(runtime)" \(more) }] }] }
            """
        )
    }

    /// Runs tbench, but never for longer than half a minute.
    private func run(_ arguments: [String], under launcher: [String] = []) throws -> Shell.Outcome {
        try Shell.run(["timeout", "-k", "2", "30"] + launcher + [Tool.path, "run"] + arguments)
    }

    /// The failed run's record, which has measurements and the reason in it.
    private func expectFailed(_ results: TemporaryDirectory, _ outcome: Shell.Outcome) throws {
        let record = try Tool.record(in: results.path)
        #expect(record.run.outcome == .failed)
        let reason = try #require(record.run.outcomeReason)
        #expect(outcome.stderr.contains(reason), "\(outcome.stderr)")
        let classes = [OperationClass.read, .write].filter {
            record.phases.first?.pooled([$0]).count ?? 0 > 0
        }
        #expect(!classes.isEmpty, "what was measured before is gone")
    }

    @Test(
        "an I/O that fails is named with its offset, and what was measured is kept",
        .requiresFuse,
        arguments: [("write", "sync"), ("read", "libaio"), ("write", "io_uring")]
    )
    func failingIO(operation: String, engine: String) throws {
        let name = "tbench-run-\(operation)-\(getpid())"
        let script = "\(Self.library)/faulty-disk"
        let errors =
            operation == "write"
            ? ["--write-error", "EIO", "--write-error-percent", "2"]
            : ["--write-error", "none", "--read-error", "EIO"]
        let text = try Shell.require(
            [script, "up", name, "--fs", "ext4", "--size", "512M"] + errors
        )
        defer { _ = try? Shell.run([script, "down", name]) }
        let disk = try JSONDecoder().decode([String: String].self, from: Data(text.utf8))
        let mount = try #require(disk["mount"])
        try "mine".write(toFile: "\(mount)/precious", atomically: true, encoding: .utf8)
        let directory = try TemporaryDirectory()
        let results = try TemporaryDirectory()
        let job = try profile(directory, rw: "randrw", engine: engine)
        let command = try Tool.start(["run", job, mount, "--size", "16M", "-o", results.path])
        Thread.sleep(forTimeInterval: 2.5)
        try Shell.require([script, "break", name])
        let outcome = command.wait()
        try Shell.require([script, "heal", name])
        #expect(outcome.status == 1, "\(outcome.stderr)")
        #expect(outcome.stderr.contains("\(operation) of 4096 bytes at offset "))
        #expect(outcome.stderr.contains("failed (\(operation): EIO)"), "\(outcome.stderr)")
        try expectFailed(results, outcome)
        #expect(try Tool.names(in: mount) == ["precious"])
    }

    @Test(
        "a device that vanishes ends the run within seconds",
        .requiresFuse,
        arguments: engines
    )
    func vanishing(engine: String) throws {
        let name = "tbench-run-\(engine)-\(getpid())"
        let script = "\(Self.library)/faulty-disk"
        let text = try Shell.require([script, "up", name, "--fs", "none", "--size", "512M"])
        defer { _ = try? Shell.run([script, "down", name]) }
        let disk = try JSONDecoder().decode([String: String?].self, from: Data(text.utf8))
        let device = try #require(disk["device"] ?? nil)
        let directory = try TemporaryDirectory()
        let results = try TemporaryDirectory()
        let job = try profile(directory, engine: engine, depth: engine == "sync" ? 1 : 8)
        let command = try Tool.start(["run", job, device, "-o", results.path])
        Thread.sleep(forTimeInterval: 2)
        try Shell.require([script, "vanish", name])
        let start = ContinuousClock.now
        let outcome = command.wait()
        #expect(ContinuousClock.now - start < .seconds(10))
        #expect(outcome.status == 1, "\(outcome.stderr)")
        #expect(outcome.stderr.contains("of \(device) failed (read: EIO)"), "\(outcome.stderr)")
        try expectFailed(results, outcome)
    }

    @Test("a file that somebody truncates ends the run with a short read", arguments: engines)
    func truncated(engine: String) throws {
        let directory = try TemporaryDirectory()
        let results = try TemporaryDirectory()
        let file = directory.file("data")
        try Shell.require(["dd", "if=/dev/zero", "of=\(file)", "bs=1M", "count=16", "status=none"])
        let job = try profile(directory, engine: engine)
        let command = try Tool.start(["run", job, file, "-o", results.path])
        Thread.sleep(forTimeInterval: 1.5)
        try Shell.require(["truncate", "-s", "1M", file])
        let outcome = command.wait()
        #expect(outcome.status == 1, "\(outcome.stderr)")
        #expect(outcome.stderr.contains("moved only 0 bytes"), "\(outcome.stderr)")
        try expectFailed(results, outcome)
    }

    @Test("the odd end of a file is left out, and a file without room for a block is refused")
    func oddSizes() throws {
        let directory = try TemporaryDirectory()
        let job = try profile(directory, bs: "64k", direct: false, runtime: "1s")
        let odd = directory.file("odd")
        try Shell.require(["dd", "if=/dev/zero", "of=\(odd)", "bs=200001", "count=1"])
        let fine = try run([job, odd])
        #expect(fine.status == 0, "\(fine.stderr)")
        try Shell.require(["truncate", "-s", "65535", odd])
        let refused = try run([job, odd])
        #expect(refused.status == 66, "\(refused.stderr)")
        #expect(refused.stderr.contains("no room for a block of 65536 bytes on \(odd)"))
        #expect(!refused.stderr.contains("--size"), "of no use on a file that is only read")
    }

    @Test(
        "direct I/O in pieces of a sector is refused with the way to find its size",
        .requiresLoopDevice,
        arguments: engines,
        ["512", "1000"]
    )
    func misaligned(engine: String, bs: String) throws {
        let directory = try TemporaryDirectory()
        let image = directory.file("image")
        try Shell.require(["truncate", "-s", "8M", image])
        let device = try Shell.require(["losetup", "-f", "--show", "--sector-size", "4096", image])
        defer { _ = try? Shell.run(["losetup", "-d", device]) }
        let outcome = try run([try profile(directory, bs: bs, engine: engine), device])
        #expect(outcome.status == 1, "\(outcome.stderr)")
        #expect(outcome.stderr.contains("EINVAL"), "\(outcome.stderr)")
        #expect(outcome.stderr.contains("blockdev --getss"), "\(outcome.stderr)")
    }

    @Test("no direct I/O on this filesystem is said as such")
    func noDirectIO() throws {
        let directory = try TemporaryDirectory()
        let outcome = try run([try profile(directory, bs: "512"), "/proc/kallsyms"])
        #expect([66, 69].contains(outcome.status), "\(outcome.stderr)")
        #expect(outcome.stderr.contains("Hint: "), "\(outcome.stderr)")
    }

    @Test("a queue too deep for the engine or the limit of locked memory is refused by name")
    func tooDeep() throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write("data", String(repeating: "x", count: 1 << 20))
        for engine in ["libaio", "io_uring"] {
            let job = try profile(directory, engine: engine, depth: 65_536)
            let outcome = try run([job, file])
            #expect([64, 69].contains(outcome.status), "\(outcome.stderr)")
            #expect(outcome.stderr.contains("Hint: "), "\(outcome.stderr)")
        }
    }

    @Test(
        "where locked memory is short, auto takes the next engine and says why",
        .requiresRoot,
        .requiresIOUring
    )
    func lockedMemory() throws {
        let directory = try TemporaryDirectory()
        try Shell.require(["chmod", "755", directory.path])
        let file = try directory.write("data", String(repeating: "x", count: 1 << 20))
        let launcher = [
            "prlimit", "--memlock=65536", "setpriv", "--reuid=65534", "--clear-groups",
        ]
        let forced = try profile(directory, engine: "io_uring", depth: 16_384, runtime: "1s")
        let refused = try run([forced, file], under: launcher)
        #expect(refused.status == 69, "\(refused.stderr)")
        #expect(refused.stderr.contains("ulimit -l"), "\(refused.stderr)")
        let auto = try profile(directory, engine: "auto", depth: 16_384, runtime: "1s")
        let fallen = try run([auto, file, "--output-format", "json"], under: launcher)
        #expect(fallen.status == 0, "\(fallen.stderr)")
        let record = try RecordCoding.decode(Data(fallen.stdout.utf8))
        #expect(record.benchmark.engine == "libaio")
        #expect(record.benchmark.engineFallbackReason?.contains("ENOMEM") == true)
    }

    @Test(
        "without room for locked memory the buffers are not registered, and the record says so",
        .requiresRoot,
        .requiresIOUring
    )
    func unregistered() throws {
        let directory = try TemporaryDirectory()
        try Shell.require(["chmod", "755", directory.path])
        let file = try directory.write("data", String(repeating: "x", count: 1 << 20))
        let job = try profile(
            directory,
            engine: "io_uring",
            depth: 128,
            direct: false,
            runtime: "1s"
        )
        let outcome = try run(
            [job, file, "--output-format", "json"],
            under: ["prlimit", "--memlock=65536", "setpriv", "--reuid=65534", "--clear-groups"]
        )
        #expect(outcome.status == 0, "\(outcome.stderr)")
        let record = try RecordCoding.decode(Data(outcome.stdout.utf8))
        let features = record.benchmark.engineFeatures
        #expect(
            features.contains("without registered-buffers (ENOMEM: ulimit -l)"),
            "\(features)"
        )
        #expect(features.contains("registered-files"))
        #expect(record.phases.first?.pooled([.read]).count ?? 0 > 100)
    }

    @Test(
        "without io_uring auto takes libaio, without both sync, and the record says why",
        arguments: [(["EPERM"], "libaio"), (["--libaio", "ENOSYS"], "sync")]
    )
    func forbidden(arguments: [String], engine: String) throws {
        let directory = try TemporaryDirectory()
        let job = try profile(directory, rw: "randwrite", engine: "auto", depth: 2, runtime: "1s")
        let outcome = try run(
            [job, directory.path, "--size", "4M", "--output-format", "json"],
            under: ["\(Self.library)/deny-io-uring"] + arguments
        )
        #expect(outcome.status == 0, "\(outcome.stderr)")
        let record = try RecordCoding.decode(Data(outcome.stdout.utf8))
        #expect(record.benchmark.engine == engine)
        let reason = try #require(record.benchmark.engineFallbackReason)
        #expect(reason.contains("io_uring"), "\(reason)")
        #expect(reason.contains("libaio") == (engine == "sync"), "\(reason)")
    }

    @Test("a CPU limit that holds the run back is in its record", .requiresRoot)
    func throttled() throws {
        guard let group = try CPULimit(name: "tbench-run-\(getpid())") else { return }
        let directory = try TemporaryDirectory()
        let file = try directory.write("data", String(repeating: "x", count: 1 << 20))
        let job = try profile(directory, direct: false, runtime: "2s")
        let outcome = try run([job, file, "--output-format", "json"], under: group.launcher)
        let record = try RecordCoding.decode(Data(outcome.stdout.utf8))
        #expect(record.conditions?.throttledRatio ?? 0 > 0.05)
        #expect(record.warnings.contains { $0.code == "throttled" && $0.severity != .note })
    }

    @Test("signals keep what was measured and remove the scratch", arguments: [SIGINT, SIGTERM])
    func signals(number: Int32) throws {
        let directory = try TemporaryDirectory()
        let jobs = try TemporaryDirectory()
        try directory.write("precious", "mine")
        let job = try profile(jobs, rw: "randwrite")
        let results = try TemporaryDirectory()
        let command = try Tool.start(
            ["run", job, directory.path, "--size", "4M", "-o", results.path]
        )
        Thread.sleep(forTimeInterval: 2.5)
        command.send(number)
        let outcome = command.wait()
        #expect(outcome.status == 128 + number, "\(outcome.stderr)")
        let record = try Tool.record(in: results.path)
        #expect(record.run.outcome == .partial)
        #expect(record.phases.first?.pooled([.write]).count ?? 0 > 0)
        #expect(try Tool.names(in: directory.path) == ["precious"])
    }

    @Test("a second signal leaves at once; what a killed run left goes with the next one")
    func leavingAtOnce() throws {
        let directory = try TemporaryDirectory()
        let jobs = try TemporaryDirectory()
        let job = try profile(jobs, rw: "randwrite")
        let arguments = ["run", job, directory.path, "--size", "4M"]
        let twice = try Tool.start(arguments)
        Thread.sleep(forTimeInterval: 1.5)
        twice.send(SIGINT)
        twice.send(SIGTERM)
        #expect([130, 143].contains(twice.wait().status))
        #expect(try Tool.names(in: directory.path) == [])
        let killed = try Tool.start(arguments)
        Thread.sleep(forTimeInterval: 1.5)
        killed.send(SIGKILL)
        _ = killed.wait()
        #expect(try Tool.names(in: directory.path).count == 1)
        let next = try run(
            Array(arguments.dropFirst()) + ["--runtime", "1s", "--output-format", "json"]
        )
        let record = try RecordCoding.decode(Data(next.stdout.utf8))
        #expect(record.warnings.contains { $0.code == "leftover-removed" })
        #expect(try Tool.names(in: directory.path) == [])
    }

    @Test("a disk too small is refused before, one that others fill is no surprise", .requiresRoot)
    func fullDisk() throws {
        let directory = try TemporaryDirectory()
        let mount = directory.file("mount")
        try Shell.require(["mkdir", mount])
        try Shell.require(["mount", "-t", "tmpfs", "-o", "size=64m", "none", mount])
        defer { _ = try? Shell.run(["umount", "-l", mount]) }
        let job = try profile(directory, rw: "randwrite", runtime: "4s")
        let refused = try run([job, mount, "--size", "128M"])
        #expect(refused.status == 66, "\(refused.stderr)")
        #expect(refused.stderr.contains("has 64 MiB free"), "\(refused.stderr)")
        #expect(try Tool.names(in: mount) == [])
        // The scratch is allocated whole before the first job, so a full disk does not end it.
        let command = try Tool.start(["run", job, mount, "--size", "8M"])
        Thread.sleep(forTimeInterval: 2)
        _ = try Shell.run(["dd", "if=/dev/zero", "of=\(mount)/filler", "bs=1M"])
        let outcome = command.wait()
        #expect(outcome.status == 0, "\(outcome.stderr)")
        #expect(try Tool.names(in: mount) == ["filler"])
    }

    @Test(
        "files that no longer fit end a job of files with the full disk as its cause",
        .requiresRoot
    )
    func filesOnAFullDisk() throws {
        let directory = try TemporaryDirectory()
        let mount = directory.file("mount")
        try Shell.require(["mkdir", mount])
        try Shell.require(["mount", "-t", "tmpfs", "-o", "size=48m", "none", mount])
        defer { _ = try? Shell.run(["umount", "-l", mount]) }
        let job = try directory.write(
            "files.json5",
            """
            { answers: "?", expect: "", destructive: true, file_size: "4m", phases: [{ jobs: [{
                name: "files", rw: "write", bs: "64k", file_cycle: 100000, fsync: 1,
                ioengine: "sync", direct: false, runtime: "30s", time_based: true }] }] }
            """
        )
        let results = try TemporaryDirectory()
        // 48 MiB hold some 700 files of 64 KiB.
        let outcome = try run([job, mount, "-o", results.path])
        #expect(outcome.status == 1, "\(outcome.stderr)")
        #expect(outcome.stderr.contains("ENOSPC"), "\(outcome.stderr)")
        #expect(outcome.stderr.contains("full"), "\(outcome.stderr)")
        #expect(try Tool.names(in: mount) == [])
        let record = try Tool.record(in: results.path)
        #expect(record.run.outcome == .failed)
        #expect(record.phases.first?.pooled([.commit]).count ?? 0 > 50)
    }

    @Test(
        "a loop device that is detached in use goes when it is no longer used",
        .requiresLoopDevice
    )
    func detached() throws {
        let directory = try TemporaryDirectory()
        let device = try LoopDevice(sizeBytes: 64 << 20)
        let job = try profile(directory, runtime: "3s")
        let command = try Tool.start(["run", job, device.path])
        Thread.sleep(forTimeInterval: 2)
        // The kernel takes the device away at its last close, so the run does not notice.
        try Shell.require(["losetup", "-d", device.path])
        let outcome = command.wait()
        #expect(outcome.status == 0, "\(outcome.stderr)")
        let left = try Shell.require(["losetup", "-a"])
        #expect(!left.contains(device.backingPath))
    }

    /// Debug binaries are twice as large; 48 MiB is what the release binary keeps to.
    @Test("memory stays where it is, however deep the queues", .requiresIOUring)
    func memory() throws {
        let directory = try TemporaryDirectory()
        let file = directory.file("data")
        try Shell.require(["dd", "if=/dev/zero", "of=\(file)", "bs=1M", "count=64", "status=none"])
        let job = try profile(
            directory,
            engine: "io_uring",
            depth: 128,
            more: ", numjobs: 4",
            runtime: "9s"
        )
        let command = try Tool.start(["run", job, file])
        Thread.sleep(forTimeInterval: 4)
        let early = try residentKiB(command.pid)
        Thread.sleep(forTimeInterval: 4)
        let late = try residentKiB(command.pid)
        #expect(command.wait().status == 0)
        #expect(late < 96 << 10)
        // A round of four threads that nobody empties would be 720 KiB a second.
        #expect(late - early < 600, "from \(early) KiB to \(late) KiB in 4 s")
    }

    private func residentKiB(_ pid: Int32) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        let fields = try #require(line).split { $0 == " " || $0 == "\t" }
        return try #require(Int(fields[1]))
    }
}

/// A control group that may use a fifth of a CPU, of version 1 or 2; gone with its owner.
private final class CPULimit {
    private let directory: String

    /// - Returns: nil where control groups cannot be made.
    init?(name: String) throws {
        let first = "/sys/fs/cgroup/cpu/\(name)"
        let second = "/sys/fs/cgroup/\(name)"
        if (try? Shell.require(["mkdir", first])) != nil {
            directory = first
            try Shell.require(["sh", "-c", "echo 20000 > \(first)/cpu.cfs_quota_us"])
        } else if (try? Shell.require(["mkdir", second])) != nil {
            directory = second
            let limit = ["sh", "-c", "echo '20000 100000' > \(second)/cpu.max"]
            guard try Shell.run(limit).succeeded else { return nil }
        } else {
            return nil
        }
    }

    deinit { _ = try? Shell.run(["rmdir", directory]) }

    /// Starts a command inside the group.
    var launcher: [String] {
        ["sh", "-c", "echo $$ > \(directory)/cgroup.procs && exec \"$@\"", "sh"]
    }
}
