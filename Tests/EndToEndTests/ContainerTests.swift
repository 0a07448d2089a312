import Foundation
import ResultStore
import TestSupport
import Testing
import Units

@Suite("The image, run as in a pod", .requiresContainers, .serialized) struct ContainerTests {
    /// The one record in a pod's log, by way of `tbench collect`.
    private func record(
        _ outcome: Shell.Outcome,
        _ directory: TemporaryDirectory
    ) throws -> ResultRecord {
        try directory.write("pod.log", outcome.stderr + outcome.stdout)
        let results = directory.file("results")
        let collected = try Tool.run(["collect", results, directory.file("pod.log")])
        #expect(collected.status == 0, "\(collected.stderr)")
        return try Tool.record(in: results)
    }

    private func target(
        _ container: inout Container,
        isInMemory: Bool = false
    ) throws -> TemporaryDirectory {
        let target = try TemporaryDirectory(prefix: "tbench-target", isInMemory: isInMemory)
        try Shell.require(["chown", "\(container.user):\(container.user)", target.path])
        container.mounts.append((target.path, "/target"))
        return target
    }

    @Test(
        "two builds give the same digests; no shell, no secret, nobody's user; an SBOM that names what is linked"
    )
    func image() throws {
        let image = try ContainerImage.shared.get()
        let again = try TemporaryDirectory(prefix: "tbench-image")
        #expect(try ContainerImage.build(again.file("image")) == image.digests)
        let lines = image.digests.split(separator: "\n")
        #expect(lines.count == 2)
        let version = try #require(lines.first?.split(separator: " ").first)
        #expect(lines[1].hasPrefix("\(version)-debug "))
        let files = try FileManager.default.subpathsOfDirectory(atPath: image.rootfs)
        #expect(files == ["tbench"])
        let debug = again.file("debug")
        try Shell.require([
            "umoci", "unpack", "--image", "\(image.path)/oci:\(version)-debug", debug,
        ])
        let shell = try Shell.run([
            "chroot", "\(debug)/rootfs", "/bin/sh", "-c",
            "export PATH=/bin SWIFT_ROOT=/; tbench --version; ls /",
        ])
        #expect(shell.stdout.hasPrefix("\(version)\n"), "\(shell.stderr)")
        let archive = try Shell.require(["tar", "-tf", "\(image.path)/tbench-\(version).tar"])
        #expect(archive.contains("./oci-layout") && archive.contains("./index.json"))
        let data = try Data(
            contentsOf: URL(fileURLWithPath: "\(image.path)/tbench-\(version).spdx.json")
        )
        let document = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        let packages = try #require(document?["packages"] as? [[String: Any]])
        for name in ["tbench", "liburing", "libsodium", "glibc", "swift-runtime"] {
            #expect(packages.contains { $0["name"] as? String == name && $0["versionInfo"] != nil })
        }
    }

    @Test(
        "a directory, no capability, a read-only root, the default seccomp profile: libaio, and the record says why"
    )
    func directory() throws {
        var container = try Container([
            "run", "random-4k", "/target", "--size", "32M", "--runtime", "1s", "--ioengine", "auto",
            "--log-lines", "--summary", "/dev/termination-log",
        ])
        let target = try target(&container)
        let outcome = try container.run()
        #expect([0, 2].contains(outcome.status), "\(outcome.stderr)")
        let record = try record(outcome, container.directory)
        #expect(record.benchmark.engine == "libaio")
        #expect(record.benchmark.engineFallbackReason?.contains("seccomp") == true)
        #expect(record.host.node == "node-1")
        #expect(record.host.container["privileged"] == "no")
        #expect(record.host.container["pod"] == container.name)
        #expect(try target.names().isEmpty)
        #expect(container.summary.utf8.count <= 4096)
        #expect(container.summary.contains("\"engine\":\"libaio\""))
        #expect(container.summary.contains("\"exit\":\(outcome.status)"))
        #expect(outcome.stderr.contains("random-4k"))
    }

    @Test("under a fifth of a CPU: the throttling is recorded, and a warning says so")
    func throttled() throws {
        var container = try Container(
            ["etcd", "/target", "--closed", "--log-lines", "--summary", "/dev/termination-log"]
                + Tool.short
        )
        // In memory nothing waits for a disk, and a closed loop never waits for its time: the processor is what runs out.
        let target = try target(&container, isInMemory: true)
        container.cpuQuota = 0.2
        container.memoryBytes = 256 << 20
        let outcome = try container.run()
        #expect([0, 2, 3].contains(outcome.status), "\(outcome.stderr)")
        let record = try record(outcome, container.directory)
        #expect(record.conditions?.throttledRatio ?? 0 > 0)
        #expect(record.warnings.contains { $0.code == "throttled" })
        #expect(record.host.container["cpu_max"] != nil)
        #expect(record.host.container["memory_max"] == "\(256 << 20)")
        #expect(try target.names().isEmpty)
    }

    @Test("a block volume: only that device, user 0 without capabilities, no /sys")
    func device() throws {
        let loop = try LoopDevice(sizeBytes: 96 << 20)
        var container = try Container([
            "run", "random-4k", "/dev/target", "--size", "32M", "--runtime", "1s", "--ioengine",
            "auto",
            "--log-lines", "--summary", "/dev/termination-log",
        ])
        container.user = 0
        container.device = (loop.path, "/dev/target")
        container.mountsSys = false
        let outcome = try container.run()
        #expect([0, 2].contains(outcome.status), "\(outcome.stderr)")
        let record = try record(outcome, container.directory)
        #expect(record.benchmark.engine == "libaio")
        #expect(record.target.kind == "block device")
        #expect(!record.target.unknown.isEmpty || !record.host.unknown.isEmpty)
    }

    @Test(
        "a device with a filesystem is refused with 77, and the termination message says what was found"
    )
    func refused() throws {
        let loop = try LoopDevice(sizeBytes: 300 << 20) {
            try Shell.require(["mkfs.ext4", "-q", $0])
        }
        let before = try loop.contentHash()
        var container = try Container([
            "etcd", "/dev/target", "--log-lines", "--summary", "/dev/termination-log",
        ])
        container.user = 0
        container.device = (loop.path, "/dev/target")
        let outcome = try container.run()
        #expect(outcome.status == 77)
        #expect(container.summary.contains("ext4") && container.summary.contains("\"exit\":77"))
        #expect(try loop.contentHash() == before)
        let results = container.directory.file("results")
        try container.directory.write("pod.log", outcome.stdout)
        let collected = try Tool.run([
            "collect", results, container.directory.file("pod.log"), "--strict",
        ])
        #expect(collected.status == 3)
        #expect(collected.stderr.contains("ended with exit code 77 and no record"))
    }

    @Test(
        "SIGTERM keeps what was measured, removes the scratch and ends with 143 well within the grace"
    )
    func terminated() throws {
        var container = try Container([
            "etcd", "/target", "--only-load", "--rounds", "100", "--round-time", "300ms",
            "--no-early-stop",
            "--segment-size", "1MB", "--log-lines", "--summary", "/dev/termination-log",
        ])
        let target = try target(&container)
        let running = try container.start()
        try Tool.waitForScratch(in: target.path)
        Thread.sleep(forTimeInterval: 1.5)
        try container.terminate()
        let outcome = running.wait()
        #expect(outcome.status == 143, "\(outcome.stderr)")
        let record = try record(outcome, container.directory)
        #expect(record.run.outcome == .partial)
        #expect(record.phases.contains { !$0.rounds.isEmpty })
        #expect(container.summary.contains("\"outcome\":\"partial\""))
        #expect(try target.names().isEmpty)
    }

    @Test("a name is resolved without libraries, and what is missing is 66")
    func names() throws {
        var container = try Container([
            "net", "agent.tbench.svc:9", "--summary", "/dev/termination-log",
        ])
        try container.directory.write("hosts", "127.0.0.1 agent.tbench.svc\n")
        container.mounts.append((container.directory.file("hosts"), "/etc/hosts"))
        let outcome = try container.run()
        #expect(outcome.status != 0)
        #expect(
            !outcome.stderr.contains("resolve") && outcome.stderr.contains("ECONNREFUSED"),
            "\(outcome.stderr)"
        )
        let missing = try Container(["etcd", "/a/b/c", "--summary", "/dev/termination-log"])
        #expect(try missing.run().status == 66)
        #expect(missing.summary.contains("\"exit\":66"))
    }
}
