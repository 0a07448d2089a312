import Foundation
import ResultStore
import Statistics
import TestSupport
import Testing
import Units

/// `tbench run` as a user types it.
@Suite("tbench run") struct RunTests {
    private let short = ["--size", "8M", "--runtime", "1s"]

    @Test("a profile measures each job, prints a table and leaves nothing behind")
    func profile() throws {
        let directory = try TemporaryDirectory()
        let profile = "\(directory.path)/small.json5"
        try """
        {
            answers: "How fast are small random reads and synced writes?",
            expect: "Two seconds.",
            destructive: true,
            phases: [
                { jobs: [{ name: "reads", rw: "randread", iodepth: 4 }] },
                { jobs: [{ name: "writes", rw: "randwrite", fdatasync: 1 }] },
            ],
            thresholds: [
                { job: "reads", of: "read", figure: "p99", limit: "60s", why: "this test" },
            ],
        }
        """.write(toFile: profile, atomically: true, encoding: .utf8)
        let place = "\(directory.path)/place"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
        let outcome = try Tool.run(
            ["run", profile, place, "-o", "\(directory.path)/results"] + short
        )
        #expect(outcome.status == 0, "\(outcome.stderr)")
        let isDisturbed = outcome.stdout.hasPrefix("INCONCLUSIVE  the run was disturbed")
        #expect(isDisturbed || outcome.stdout.hasPrefix("PASS  every limit of small is kept"))
        for word in ["reads", "writes", "write + sync", "per second", "p99.9"] {
            #expect(outcome.stdout.contains(word), "\(word)")
        }
        #expect(try Tool.names(in: place) == [])
        let record = try Tool.record(in: "\(directory.path)/results")
        #expect(record.warnings.contains { $0.severity == .contaminated } == isDisturbed)
        #expect(record.phases.map(\.name) == ["reads", "writes"])
        let writes = try #require(record.phases.last)
        #expect(writes.pooled([.commit]).count == writes.pooled([.sync]).count)
        #expect(writes.pooled([.sync]).count > 0)
        #expect(record.metrics["reads.read_p99_ns"]?.value ?? 0 > 0)
    }

    @Test("a fio job file means what it means in fio, and unknown options are refused by line")
    func fioFile() throws {
        let directory = try TemporaryDirectory()
        let path = "\(directory.path)/jobs.fio"
        try "[global]\nbs=4k\nrw=randread\n[one]\niodepth=2\n[two]\nstonewall\nrw=write\nsize=1m\n"
            .write(toFile: path, atomically: true, encoding: .utf8)
        let outcome = try Tool.run(["run", path, directory.path, "--size", "4M", "-q"])
        #expect(outcome.status == 0, "\(outcome.stderr)")
        #expect(outcome.stdout.contains("one read: "))
        #expect(outcome.stdout.contains("two write: "))
        try "[one]\nrw=randread\nzonemode=strided\n"
            .write(toFile: path, atomically: true, encoding: .utf8)
        let refused = try Tool.run(["run", path, directory.path])
        #expect(refused.status == 64)
        #expect(refused.stderr.contains("jobs.fio:3"))
        #expect(refused.stderr.contains("zonemode"))
        #expect(try Tool.names(in: directory.path) == ["jobs.fio"])
    }

    @Test("--verify reads back what the jobs wrote, and is refused where nothing is written")
    func verify() throws {
        let directory = try TemporaryDirectory(isInMemory: true)
        let profile = "\(directory.path)/writes.json5"
        try """
        { answers: "Does it keep what it is given?", expect: "", destructive: true,
          phases: [{ jobs: [{ name: "writes", rw: "randwrite", iodepth: 8 }] }] }
        """.write(toFile: profile, atomically: true, encoding: .utf8)
        let results = "\(directory.path)/results"
        let outcome = try Tool.run(
            ["run", profile, directory.path, "--verify", "-o", results] + short
        )
        #expect(outcome.status == 0, "\(outcome.stderr)")
        let counters = try #require(Tool.record(in: results).phases.first).counters
        #expect(counters["verified_blocks"] ?? 0 > 1000)
        #expect(counters["wrong_blocks"] == 0)
        #expect(outcome.stdout.contains("blocks read back"))
        // The null engine says done and does nothing.
        let lost = try Tool.run(
            ["run", profile, directory.path, "--verify", "--ioengine", "null"] + short
        )
        #expect(lost.status == 1)
        #expect(lost.stderr.contains("came back wrong: offset "))
        try """
        { answers: "?", expect: "", destructive: false,
          phases: [{ jobs: [{ name: "reads", rw: "randread" }] }] }
        """.write(toFile: profile, atomically: true, encoding: .utf8)
        let refused = try Tool.run(["run", profile, directory.path, "--verify"])
        #expect(refused.status == 64)
        #expect(refused.stderr.contains("nothing of its own to read back"))
    }

    @Test("a profile that only reads leaves the user's file as it is")
    func readOnly() throws {
        let directory = try TemporaryDirectory()
        let profile = "\(directory.path)/look.json5"
        try """
        { answers: "How fast is reading?", expect: "", destructive: false,
          phases: [{ jobs: [{ name: "look", rw: "randread", direct: false }] }] }
        """.write(toFile: profile, atomically: true, encoding: .utf8)
        let file = "\(directory.path)/precious"
        let content = Data((0..<262_144).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        try content.write(to: URL(fileURLWithPath: file))
        let outcome = try Tool.run(["run", profile, file, "--runtime", "1s"])
        #expect(outcome.status == 0, "\(outcome.stderr)")
        #expect(outcome.stdout.hasPrefix("MEASURED"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == content)
        // And one that writes does not touch it.
        let writing = try Tool.run(["run", "random-4k", file, "--runtime", "1s"])
        #expect(writing.status == 77)
        #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == content)
    }

    @Test(
        "what cannot be run is one sentence with a way forward and its exit code",
        arguments: [
            (["run"], 64, "profile"), (["run", "randm-4k"], 64, "did you mean 'random-4k'?"),
            (["run", "/nowhere/x.json5"], 66, "tbench list"), (["run", "/tmp"], 64, "JSON5"),
            (["run", "random-4k", "/nowhere/at/all"], 66, "/nowhere"),
            (["run", "random-4k", "/dev/null"], 64, "character device"),
            (["run", "random-4k", ".", "--size", "3"], 64, "--size"),
        ] as [([String], Int32, String)]
    )
    func refusals(arguments: [String], status: Int32, hint: String) throws {
        let outcome = try Tool.run(arguments)
        #expect(outcome.status == status, "\(outcome.stderr)")
        #expect(outcome.stdout == "")
        #expect(outcome.stderr.contains(hint), "\(outcome.stderr)")
    }

    @Test("a signal ends the run, keeps what was measured and removes the scratch")
    func interrupted() throws {
        let directory = try TemporaryDirectory()
        let command = try Tool.start(
            ["run", "random-4k", directory.path, "--size", "8M", "--runtime", "60s", "-q"]
        )
        Thread.sleep(forTimeInterval: 2.5)
        command.send(SIGINT)
        let outcome = command.wait()
        #expect(outcome.status == 130)
        #expect(try Tool.names(in: directory.path) == [])
    }

    @Test("every profile that comes with tbench runs", arguments: ["pveperf", "postgres-wal"])
    func embedded(name: String) throws {
        let directory = try TemporaryDirectory()
        let outcome = try Tool.run(["run", name, directory.path] + short)
        #expect([0, 2].contains(outcome.status), "\(outcome.stderr)")
        #expect(try Tool.names(in: directory.path) == [])
    }
}
