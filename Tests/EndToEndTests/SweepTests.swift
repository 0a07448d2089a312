import Foundation
import ResultStore
import Statistics
import TestSupport
import Testing

/// `tbench run --sweep` as a user types it.
@Suite("tbench run --sweep") struct SweepTests {
    private let profile = """
        { answers: "?", expect: "", destructive: false,
          phases: [{ jobs: [{ name: "reads", rw: "randread", iodepth: 4, ioengine: "null", direct: false }] }] }
        """

    @Test("a sweep of depths is a row a point, in the report and in the record")
    func depths() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("reads.json5", profile)
        let results = "\(directory.path)/results"
        let outcome = try Tool.run(
            [
                "run", path, directory.path, "--size", "8M", "--sweep", "iodepth=1..4", "--runtime",
                "1s", "-o",
                results,
            ]
        )
        #expect(outcome.status == 0, "\(outcome.stderr)")
        for word in ["point", "iodepth 1", "iodepth 2", "iodepth 4", "p99"] {
            #expect(outcome.stdout.contains(word), "\(word)")
        }
        #expect(outcome.stdout.contains("knee"))
        let record = try Tool.record(in: results)
        #expect(
            record.phases.map(\.name) == ["reads iodepth 1", "reads iodepth 2", "reads iodepth 4"]
        )
        #expect(record.phases.map { $0.counters["sweep_value"] } == [1, 2, 4])
        #expect(record.benchmark.spec["sweep"] == "iodepth=1..4")
        #expect(try Tool.names(in: directory.path) == ["reads.json5"])
    }

    @Test(
        "shares are of the closed loop measured first, and the achieved rate is near the one offered"
    )
    func shares() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write(
            "reads.json5",
            profile.replacingOccurrences(of: "ioengine: \"null\"", with: "ioengine: \"sync\"")
                .replacingOccurrences(of: "iodepth: 4", with: "iodepth: 1")
        )
        let results = "\(directory.path)/results"
        let outcome = try Tool.run(
            [
                "run", path, directory.path, "--size", "8M", "--sweep", "rate=1%,2%", "--runtime",
                "1s", "-o",
                results, "-q",
            ]
        )
        #expect(outcome.status == 0, "\(outcome.stderr)")
        let record = try Tool.record(in: results)
        #expect(record.phases.map(\.name) == ["reads closed loop", "reads 1 %", "reads 2 %"])
        let closed = try #require(record.phases.first)
        let capacity = Double(closed.pooled([.read]).count) / closed.measuredSeconds
        for (phase, share) in zip(record.phases.dropFirst(), [0.01, 0.02]) {
            let offered = try #require(phase.offeredPerSecond)
            #expect(abs(offered / (capacity * share) - 1) < 0.01)
            #expect(phase.pooled([.readResponse]).count > 0)
        }
    }

    @Test(
        "what cannot be swept is one sentence with the way forward",
        arguments: [
            (["--sweep", "iodepth=4..1"], "iodepth=1..128"),
            (["--sweep", "speed=1..2"], "rate=10%..110%"),
            (["--sweep", "iodepth=1..4"], "--job"),
            (["--sweep", "iodepth=1..4", "--job", "x"], "read-depth-1"),
            (["--job", "read-depth-1"], "--sweep"),
        ] as [([String], String)]
    )
    func refused(arguments: [String], hint: String) throws {
        let outcome = try Tool.run(["run", "random-4k", "."] + arguments)
        #expect(outcome.status == 64, "\(outcome.stderr)")
        #expect(outcome.stderr.contains(hint), "\(outcome.stderr)")
        #expect(outcome.stdout == "")
    }

    @Test("a signal keeps the points that were measured")
    func interrupted() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("reads.json5", profile)
        let results = "\(directory.path)/results"
        let command = try Tool.start(
            [
                "run", path, directory.path, "--size", "8M", "--sweep", "iodepth=1..64",
                "--runtime", "2s", "-o",
                results, "-q",
            ]
        )
        Thread.sleep(forTimeInterval: 5)
        command.send(SIGINT)
        #expect(command.wait().status == 130)
        let record = try Tool.record(in: results)
        #expect(record.run.outcome == .partial)
        #expect((1...6).contains(record.phases.count))
    }
}
