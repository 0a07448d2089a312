import Foundation
import Glibc
import ResultStore
import Statistics
import TestSupport
import Testing
import Units

@Suite("tbench serve and replicated volumes", .serialized, .timeLimit(.minutes(5)))
struct ReplicaTests {
    /// `tbench serve` for as long as a test needs it.
    final class Agent {
        let command: RunningCommand
        let address: String

        init(_ arguments: [String], at listen: String = "127.0.0.1:0") throws {
            command = try Tool.start(["serve"] + arguments + ["--listen", listen])
            #expect(command.waitForErrors("serving"), "\(command.errors)")
            let text = command.errors.split(separator: "\n").last { $0.contains(" at ") } ?? ""
            address =
                text.components(separatedBy: " at ").last?
                .components(separatedBy: ",").first ?? ""
        }

        func end() -> Shell.Outcome {
            command.send(SIGTERM)
            return command.wait()
        }
    }

    private static let short = [
        "--size", "8M", "--rounds", "2", "--slice", "30ms", "--loads", "single", "--no-progress",
    ]

    @Test("a volume of two replicas is measured step by step, and nothing is left behind")
    func volume() throws {
        let (here, there, results) = (
            try TemporaryDirectory(), try TemporaryDirectory(), try TemporaryDirectory()
        )
        let agent = try Agent([there.path])
        let outcome = try Tool.run(
            [
                "longhorn", here.path, "--replica", "local", "--replica", agent.address, "-o",
                results.path,
            ]
                + Self.short
        )
        #expect(outcome.status == 0, "\(outcome.stderr)")
        for word in ["A  its disk", "B  the way", "C  one replica", "D  all at once", "D  in turn"]
        {
            #expect(outcome.stdout.contains(word), "\(word)")
        }
        #expect(try Tool.names(in: here.path) == [])
        let record = try Tool.record(in: results.path)
        let total = record.phases.first {
            $0.ladder?.step == .fanOut && $0.ladder?.operation == "write"
        }
        #expect(total?.ladder?.replicas == ["local", agent.address])
        #expect((total?.pooled([.write]).count ?? 0) > 0)
        let ended = agent.end()
        #expect(ended.status == 128 + SIGTERM)
        #expect(try Tool.names(in: there.path) == [])
    }

    @Test(
        "a device and a filesystem above the replicas are steps of their own, with the writes behind an fsync counted",
        .requiresLoopDevice
    )
    func upperSteps() throws {
        let (here, results) = (try TemporaryDirectory(), try TemporaryDirectory())
        let mount = try TemporaryDirectory()
        let (blank, formatted) = (
            try LoopDevice(sizeBytes: 64 << 20, isInMemory: true),
            try LoopDevice(sizeBytes: 256 << 20, isInMemory: true)
        )
        try Shell.require(["mkfs.ext4", "-q", formatted.path])
        try Shell.require(["mount", formatted.path, mount.path])
        defer { _ = try? Shell.run(["umount", mount.path]) }
        let outcome = try Tool.run(
            [
                "longhorn", here.path, "--replica", "local", "--device", blank.path, "--mounted",
                mount.path, "-o", results.path, "--size", "8M", "--rounds", "3", "--slice", "300ms",
                "--loads", "write", "--no-progress",
            ]
        )
        #expect(outcome.status == 0, "\(outcome.stderr)")
        let record = try Tool.record(in: results.path)
        for step in [LadderStep.device, .filesystem] {
            let phase = record.phases.first {
                $0.ladder?.step == step && $0.ladder?.operation == "write"
            }
            #expect((phase?.pooled([.write]).count ?? 0) > 0, "\(step)")
        }
        let sync = try #require(record.phases.first { $0.ladder?.step == .filesystem })
        let requests = try #require(DeviceRequests(sync.counters))
        // Each of these fsyncs has a block to write, and nobody else is on the device.
        let fsyncs = Double(sync.pooled([.write]).count)
        #expect(requests.count >= fsyncs * 0.95 && requests.count < fsyncs * 10, "\(requests)")
        let file = try #require(
            FileManager.default.subpathsOfDirectory(atPath: results.path)
                .first { $0.hasSuffix(".json") }
        )
        let model = try Tool.run(["model", "\(results.path)/\(file)", "--output-format", "json"])
        #expect(model.status == 0 || model.status == 2, "\(model.stderr)")
        #expect(model.stdout.contains("the block layer's count in"), "\(model.stdout)")
        #expect(try Tool.names(in: mount.path) == [])
    }

    @Test("an agent with a token serves who gives the same file")
    func token() throws {
        let directory = try TemporaryDirectory()
        let right = try directory.write("right", "a secret of some length")
        let wrong = try directory.write("wrong", "another one, also long")
        for path in [right, wrong] { chmod(path, 0o600) }
        let work = try TemporaryDirectory()
        let agent = try Agent([work.path, "--token-file", right])
        func run(_ more: [String]) throws -> Shell.Outcome {
            try Tool.run(
                ["longhorn", "--replica", agent.address] + Self.short + more,
                in: work.path
            )
        }
        #expect(try run(["--token-file", right]).status == 0)
        let other = try run(["--token-file", wrong])
        #expect(other.status == 77)
        #expect(other.stderr.contains("the token is another one"))
        let none = try run([])
        #expect(none.status == 77)
        #expect(none.stderr.contains("--token-file"))
        _ = agent.end()
    }

    @Test(
        "what cannot be served is refused with the way forward",
        arguments: [
            (["--listen", "0.0.0.0:0"], Int32(77), "--token-file"),
            (["--listen", "203.0.113.1:0"], 66, "203.0.113.1"),
            (["--listen", "127.0.0.1:99999"], 64, "port"),
            (["--token-file", "/dev/null"], 77, "not a regular file"),
            (["/dev/null"], 66, "directory"),
        ]
    )
    func refused(_ arguments: [String], _ status: Int32, _ word: String) throws {
        let directory = try TemporaryDirectory()
        let outcome = try Tool.run(["serve", "--lifetime", "2s"] + arguments, in: directory.path)
        #expect(outcome.status != 0)
        #expect(outcome.stderr.contains(word), "\(outcome.stderr)")
        if status != 66 { #expect(outcome.status == status, "\(outcome.stderr)") }
        #expect(try Tool.names(in: directory.path) == [])
    }

    @Test("a replica that nobody answers for is named, with its exit code")
    func nobody() throws {
        let directory = try TemporaryDirectory()
        let outcome = try Tool.run(
            ["longhorn", "--replica", "127.0.0.1:1"] + Self.short,
            in: directory.path
        )
        #expect(outcome.status == 66)
        #expect(outcome.stderr.contains("nobody listens at 127.0.0.1:1"))
        #expect(outcome.stderr.contains("tbench serve"))
    }

    @Test("an agent that is killed in the middle is named, and what was measured is kept")
    func killed() throws {
        let (work, results) = (try TemporaryDirectory(), try TemporaryDirectory())
        let agent = try Agent([work.path])
        let run = try Tool.start([
            "longhorn", work.path, "--replica", "local", "--replica", agent.address, "--size", "8M",
            "--rounds", "200", "--slice", "50ms", "--loads", "write", "-o", results.path,
        ])
        #expect(run.waitForErrors("ladder"))
        Thread.sleep(forTimeInterval: 1.5)
        agent.command.send(SIGKILL)
        _ = agent.command.wait()
        Thread.sleep(forTimeInterval: 0.5)
        run.send(SIGINT)
        let outcome = run.wait()
        #expect(outcome.status == 1, "\(outcome.stderr)")
        #expect(outcome.stderr.contains("\(agent.address) is lost"))
        let record = try Tool.record(in: results.path)
        #expect(record.run.outcome == .failed)
        #expect(record.phases.contains { $0.ladder?.replicas == ["local"] && !$0.rounds.isEmpty })
    }

    // MARK: A replica on a gRPC server that is not ours

    /// scripts/lib/fake_replica.py for as long as a test needs it.
    final class Stand {
        let directory: TemporaryDirectory
        let command: RunningCommand
        let port: Int

        init(_ arguments: [String]) throws {
            let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .deletingLastPathComponent().deletingLastPathComponent().path
            directory = try TemporaryDirectory()
            command = try RunningCommand(
                [
                    Capability.testPython ?? "python3", "\(root)/scripts/lib/fake_replica.py",
                    directory.path, "\(16 << 20)",
                ] + arguments
            )
            #expect(command.waitForOutput("\n"))
            port = Int(command.output.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
        }

        var address: String { "longhorn://127.0.0.1:\(port)" }

        func log() throws -> [String] {
            try String(contentsOfFile: directory.file("log"), encoding: .utf8)
                .split(separator: "\n").map(String.init)
        }

        deinit {
            command.send(SIGKILL)
            _ = command.wait()
        }
    }

    @Test(
        "a closed, blank replica is opened, written to, and left as it was found",
        .requiresTestPython
    )
    func closedReplica() throws {
        let stand = try Stand([])
        let work = try TemporaryDirectory()
        let outcome = try Tool.run(
            ["longhorn", "--replica", stand.address] + Self.short,
            in: work.path
        )
        #expect(outcome.status == 0, "\(outcome.stderr)")
        #expect(outcome.stdout.contains("4 KiB writes"))
        let log = try stand.log()
        #expect(log.prefix(2) == ["ReplicaGet", "ReplicaOpen"])
        #expect(log.suffix(2) == ["unmap 0 \(8 << 20)", "ReplicaClose"])
        let data = try Data(
            contentsOf: URL(fileURLWithPath: stand.directory.file("volume-head-000.img"))
        )
        #expect(data.allSatisfy { $0 == 0 })
    }

    @Test(
        "a replica that was open gets pings and reads only, unless it is named",
        .requiresTestPython
    )
    func openReplica() throws {
        let stand = try Stand(["--state", "open"])
        let work = try TemporaryDirectory()
        let arguments = ["longhorn", "--replica", stand.address] + Self.short
        let outcome = try Tool.run(arguments, in: work.path)
        #expect(outcome.status == 0, "\(outcome.stderr)")
        #expect(outcome.stdout.contains("may be somebody's volume"))
        #expect(!outcome.stdout.contains("4 KiB writes"))
        #expect(try stand.log() == ["ReplicaGet"])
        let named = try Tool.run(arguments + ["--destroy-replica", stand.address], in: work.path)
        #expect(named.status == 0, "\(named.stderr)")
        #expect(named.stdout.contains("4 KiB writes"))
        // It was open, and stays open.
        #expect(try !stand.log().contains("ReplicaClose"))
    }

    @Test("a closed replica with data in it is not written to", .requiresTestPython)
    func usedReplica() throws {
        let stand = try Stand([])
        let path = stand.directory.file("volume-head-000.img")
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.write(contentsOf: Data("somebody's".utf8))
        let work = try TemporaryDirectory()
        let outcome = try Tool.run(
            ["longhorn", "--replica", stand.address] + Self.short,
            in: work.path
        )
        #expect(outcome.status == 0, "\(outcome.stderr)")
        #expect(try stand.log() == ["ReplicaGet", "ReplicaOpen", "ReplicaClose"])
    }

    @Test(
        "a replica that cannot be used is said to be what it is",
        .requiresTestPython,
        arguments: [
            (["--state", "initial"], "no volume yet"), (["--state", "rebuilding"], "rebuilding"),
            (["--fail-writes"], "is full"),
        ]
    )
    func unusable(_ arguments: [String], _ word: String) throws {
        let stand = try Stand(arguments)
        let work = try TemporaryDirectory()
        let outcome = try Tool.run(
            ["longhorn", "--replica", stand.address] + Self.short,
            in: work.path
        )
        #expect(outcome.status == 1, "\(outcome.stderr)")
        #expect(outcome.stderr.contains(word), "\(outcome.stderr)")
    }

    @Test("an engine's socket is one step of the ladder", .requiresTestPython)
    func engine() throws {
        let work = try TemporaryDirectory()
        let socket = work.file("longhorn-vol.sock")
        let stand = try Stand(["--state", "open", "--engine", socket])
        let outcome = try Tool.run(
            ["longhorn", "--replica", "local", "--volume", "unix://\(socket)"] + Self.short,
            in: work.path
        )
        #expect(outcome.status == 0, "\(outcome.stderr)")
        #expect(outcome.stdout.contains("E  engine"))
        #expect(try stand.log() == [])
    }
}
