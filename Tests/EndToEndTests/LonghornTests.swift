import Foundation
import Glibc
import ResultStore
import Statistics
import TestSupport
import Testing
import Units

@Suite("tbench longhorn on a disk", .serialized, .timeLimit(.minutes(5))) struct LonghornTests {
    /// Every case, a tenth of a second each, on the least of the disk.
    private static let short = ["--size", "384M", "--runtime", "100ms"]

    private static let library = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("scripts/lib").path

    private func waitForHead(in directory: String) {
        for _ in 0..<400 {
            let names = (try? FileManager.default.subpathsOfDirectory(atPath: directory)) ?? []
            if names.contains(where: { $0.hasSuffix("volume-head-000.img") }) { return }
            Thread.sleep(forTimeInterval: 0.025)
        }
        Issue.record("no replica appeared in \(directory)")
    }

    @Test("a directory gets V1's cases, and nothing is left behind", .requiresDirectIO)
    func directory() throws {
        let directory = try TemporaryDirectory()
        try directory.write("precious", "mine")
        let results = try TemporaryDirectory()
        let outcome = try Tool.run([
            "longhorn", directory.path, "-o", results.path, "--revision-counter", "--volumes", "2",
            "--size", "384M", "--runtime", "400ms",
        ])
        #expect(outcome.status == 0, "\(outcome.stderr)")
        #expect(outcome.stdout.contains("acknowledges before the data is on the medium"))
        #expect(outcome.stdout.contains("durable would cost"))
        #expect(outcome.stdout.contains("replica timeout"))
        #expect(try Tool.names(in: directory.path) == ["precious"])
        let record = try Tool.record(in: results.path)
        #expect(record.benchmark.name == "longhorn")
        #expect(record.benchmark.spec["data_engine"] == "v1")
        for name in [
            "overwrite_p50_ns", "first_touch_p50_ns", "durable_gap_p50_ns", "write_iops_16",
            "sequential_128k_bytes_per_second", "rebuild_bytes_per_second",
            "rebuild_sha512_bytes_per_second", "revision_iops_16", "volume_write_iops_bound",
        ] {
            #expect(record.metrics[name] != nil, "\(name)")
        }
        let first = record.phases.first { $0.ladder != nil }
        #expect(first?.name == "overwrite-1")
        #expect(first?.ladder?.step == .disk)
        #expect(record.phases.contains { $0.name == "volumes-2" })
    }

    @Test("kbench's figures stand beside it, in its table and in the record", .requiresDirectIO)
    func kbench() throws {
        let directory = try TemporaryDirectory()
        let outcome = try Tool.run(
            ["longhorn", directory.path, "--quick", "--kbench", "--output-format", "markdown"]
                + Self.short
        )
        #expect(outcome.status == 0, "\(outcome.stderr)")
        #expect(outcome.stdout.contains("as kbench prints it"))
        #expect(outcome.stdout.contains("rand-write-lat"))
    }

    @Test(
        "a blank device gets V2's cases, and V1's when asked",
        .requiresLoopDevice,
        arguments: ["v2", "v1"]
    )
    func device(engine: String) throws {
        let device = try LoopDevice(sizeBytes: 700 << 20)
        let arguments = engine == "v2" ? [] : ["--data-engine", "v1"]
        let outcome = try Tool.run(
            ["longhorn", device.path, "--output-format", "json"] + arguments + Self.short
        )
        #expect(outcome.status == 0, "\(outcome.stderr)")
        let record = try RecordCoding.decode(Data(outcome.stdout.utf8))
        #expect(record.benchmark.spec["data_engine"] == engine)
        #expect(record.target.kind == "block device")
        let names = record.phases.map(\.name)
        #expect(names.contains("first-cluster-1") == (engine == "v2"))
        #expect(names.contains("rebuild-4") == (engine == "v1"))
        #expect(!names.contains("fiemap-1"))
    }

    @Test("somebody's device is refused, a mounted one even with consent", .requiresLoopDevice)
    func refusals() throws {
        let device = try LoopDevice(sizeBytes: 700 << 20)
        try Shell.require(["mkfs.ext4", "-q", device.path])
        let before = try device.contentHash()
        let inhabited = try Tool.run(["longhorn", device.path] + Self.short)
        #expect(inhabited.status == 77, "\(inhabited.stderr)")
        #expect(inhabited.stderr.contains("tbench longhorn"), "\(inhabited.stderr)")
        #expect(try device.contentHash() == before)
        let directory = try TemporaryDirectory()
        try Shell.require(["mount", device.path, directory.path])
        defer { _ = try? Shell.run(["umount", directory.path]) }
        let mounted = try Tool.run(
            ["longhorn", device.path, "--destroy-data", device.path] + Self.short
        )
        #expect(mounted.status == 77, "\(mounted.stderr)")
        #expect(mounted.stderr.contains(directory.path), "\(mounted.stderr)")
        let small = try LoopDevice(sizeBytes: 64 << 20)
        #expect(try Tool.run(["longhorn", small.path] + Self.short).status == 66)
    }

    @Test(
        "what contradicts itself is refused in one sentence",
        arguments: [
            ["--data-engine", "v2"], ["--destroy-data", "/dev/null"], ["--size", "1M"],
            ["--volumes", "0"], ["--rounds", "3"], ["--replica", "local", "--kbench"],
            ["--runtime", "1us"], ["--data-engine", "v3"],
        ]
    )
    func contradictions(arguments: [String]) throws {
        let directory = try TemporaryDirectory()
        let outcome = try Tool.run(["longhorn", directory.path] + arguments)
        #expect(outcome.status == 64, "\(outcome.stderr)")
        #expect(outcome.stderr.contains("Error: "))
        #expect(try Tool.names(in: directory.path).isEmpty)
    }

    @Test("a user's file is refused and untouched; a new one is scratch and goes")
    func files() throws {
        let directory = try TemporaryDirectory()
        let text = String(repeating: "data", count: 5000)
        try directory.write("precious.img", text)
        let refused = try Tool.run(["longhorn", directory.file("precious.img")] + Self.short)
        #expect(refused.status == 77, "\(refused.stderr)")
        let after = try String(contentsOfFile: directory.file("precious.img"), encoding: .utf8)
        #expect(after == text)
        let made = try Tool.run(["longhorn", directory.file("new.img"), "-q"] + Self.short)
        #expect(made.status == 0, "\(made.stderr)")
        #expect(try Tool.names(in: directory.path) == ["precious.img"])
    }

    @Test("a dry run says what would happen and does nothing")
    func dryRun() throws {
        let directory = try TemporaryDirectory()
        let outcome = try Tool.run(["longhorn", directory.path, "--dry-run"])
        #expect(outcome.status == 0)
        #expect(outcome.stdout.contains("V1 replica"))
        #expect(try Tool.names(in: directory.path).isEmpty)
    }

    @Test("a signal keeps what was measured and removes the scratch")
    func interrupted() throws {
        let directory = try TemporaryDirectory()
        let results = try TemporaryDirectory()
        let command = try Tool.start([
            "longhorn", directory.path, "-o", results.path, "--size", "384M", "--runtime", "8s",
        ])
        waitForHead(in: directory.path)
        Thread.sleep(forTimeInterval: 8)
        command.send(SIGINT)
        let outcome = command.wait()
        #expect(outcome.status == 130, "\(outcome.stderr)")
        #expect(try Tool.names(in: directory.path).isEmpty)
        let record = try Tool.record(in: results.path)
        #expect(record.run.outcome == .partial)
        #expect(record.phases.first?.pooled([.write]).count ?? 0 > 0)
    }

    @Test("a disk that fills up ends the run with what was measured", .requiresLoopDevice)
    func fullDisk() throws {
        let device = try LoopDevice(sizeBytes: 1 << 30)
        let directory = try TemporaryDirectory()
        let results = try TemporaryDirectory()
        try Shell.require(["mkfs.ext4", "-q", "-m", "0", device.path])
        try Shell.require(["mount", device.path, directory.path])
        defer { _ = try? Shell.run(["umount", directory.path]) }
        let refused = try Tool.run(["longhorn", directory.path, "--size", "2G"])
        #expect(refused.status == 66, "\(refused.stderr)")
        let command = try Tool.start([
            "longhorn", directory.path, "-o", results.path, "--size", "400M", "--runtime", "20s",
        ])
        waitForHead(in: directory.path)
        Thread.sleep(forTimeInterval: 6)
        // All that is left; the replica's holes are promises.
        _ = try Shell.run(["dd", "if=/dev/zero", "of=\(directory.file("filler"))", "bs=1M"])
        let outcome = command.wait()
        #expect(outcome.status == 1, "\(outcome.stderr)")
        #expect(outcome.stderr.contains("the disk is full"), "\(outcome.stderr)")
        #expect(outcome.stderr.contains("ENOSPC"), "\(outcome.stderr)")
        #expect(try Tool.names(in: directory.path) == ["filler"])
        let record = try Tool.record(in: results.path)
        #expect(record.run.outcome == .failed)
        #expect(record.phases.first?.pooled([.write]).count ?? 0 > 0)
    }

    @Test("a write that fails is named, and what was measured is kept", .requiresFuse)
    func failingWrite() throws {
        let name = "tbench-longhorn-\(getpid())"
        let script = "\(Self.library)/faulty-disk"
        let text = try Shell.require([
            script, "up", name, "--fs", "ext4", "--size", "1G", "--write-error", "EIO",
            "--write-error-percent", "2",
        ])
        defer { _ = try? Shell.run([script, "down", name]) }
        let disk = try JSONDecoder().decode([String: String].self, from: Data(text.utf8))
        let mount = try #require(disk["mount"])
        let results = try TemporaryDirectory()
        let command = try Tool.start([
            "longhorn", mount, "-o", results.path, "--size", "384M", "--runtime", "20s",
        ])
        waitForHead(in: mount)
        Thread.sleep(forTimeInterval: 10)
        try Shell.require([script, "break", name])
        let outcome = command.wait()
        try Shell.require([script, "heal", name])
        #expect(outcome.status == 1, "\(outcome.stderr)")
        #expect(outcome.stderr.contains("I/O error"), "\(outcome.stderr)")
        #expect(outcome.stderr.contains("EIO"), "\(outcome.stderr)")
        let record = try Tool.record(in: results.path)
        #expect(record.run.outcome == .failed)
        #expect(!record.phases.isEmpty, "what was measured before is gone")
    }

    @Test("memory is measured, said to be no disk, and gets no verdict", .requiresRoot)
    func memory() throws {
        let directory = try TemporaryDirectory()
        try Shell.require(["mount", "-t", "tmpfs", "-o", "size=1G", "none", directory.path])
        defer { _ = try? Shell.run(["umount", directory.path]) }
        let outcome = try Tool.run(
            ["longhorn", directory.path, "--strict", "--output-format", "json"] + Self.short
        )
        #expect(outcome.status == 3, "\(outcome.stderr)")
        let record = try RecordCoding.decode(Data(outcome.stdout.utf8))
        #expect(record.verdict?.grade == .inconclusive)
        let codes = record.warnings.map(\.code)
        #expect(codes.contains("no-disk") && codes.contains("no-extents"))
        #expect(!record.phases.contains { $0.name == "fiemap-1" })
    }

    @Test("XFS holds a replica too", .requiresLoopDevice)
    func xfs() throws {
        let device = try LoopDevice(sizeBytes: 2 << 30)
        let directory = try TemporaryDirectory()
        try Shell.require(["mkfs.xfs", "-q", device.path])
        try Shell.require(["mount", device.path, directory.path])
        defer { _ = try? Shell.run(["umount", directory.path]) }
        let outcome = try Tool.run(
            ["longhorn", directory.path, "--output-format", "json"] + Self.short
        )
        #expect(outcome.status == 0, "\(outcome.stderr)")
        let record = try RecordCoding.decode(Data(outcome.stdout.utf8))
        #expect(record.target.filesystem?.type == "xfs")
        #expect(record.metrics["fiemap_p50_ns"] != nil)
        // Nobody else is on this device, so its counters are those of the writes: one request each, two to be durable.
        let above = try #require(record.metrics["overwrite_filesystem_ns"]).value
        let whole = try #require(record.metrics["overwrite_mean_ns"]).value
        #expect(above > 0 && above < whole)
        #expect(try #require(record.metrics["durable_dependent_writes"]).value >= 1)
        #expect(try Tool.names(in: directory.path).isEmpty)
    }
}
