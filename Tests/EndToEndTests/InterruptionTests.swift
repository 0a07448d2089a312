import Foundation
import Glibc
import ResultStore
import Statistics
import TestSupport
import Testing
import Units

@Suite("A run that is ended early", .serialized) struct InterruptionTests {
    private static let long = ["--only-load", "--rounds", "100", "--round-time", "500ms"]

    @Test(
        "a signal keeps what was measured, removes the scratch and exits with 128 + n",
        arguments: [SIGINT, SIGTERM, SIGHUP]
    )
    func signal(number: Int32) throws {
        let directory = try TemporaryDirectory()
        try directory.write("precious", "mine")
        let results = directory.file("results")
        let command = try Tool.start(["etcd", directory.path, "-o", results] + Self.long)
        try Tool.waitForScratch(in: directory.path)
        // Past the warm-up of a second, into the first rounds.
        Thread.sleep(forTimeInterval: 1.5)
        command.send(number)
        let outcome = command.wait()
        #expect(outcome.status == 128 + number, "\(outcome.stderr)")
        #expect(try Tool.names(in: directory.path) == ["precious"])
        let record = try Tool.record(in: results)
        #expect(record.run.outcome == .partial)
        #expect(record.phases.first?.pooled(OperationClass.walFsync).count ?? 0 > 0)
        #expect(outcome.stderr.contains("ending the run"))
    }

    @Test("a second signal leaves at once, and the scratch is gone all the same")
    func twoSignals() throws {
        let directory = try TemporaryDirectory()
        let command = try Tool.start(["etcd", directory.path] + Self.long)
        try Tool.waitForScratch(in: directory.path)
        command.send(SIGINT)
        command.send(SIGINT)
        let outcome = command.wait()
        #expect(outcome.status == 130)
        #expect(try Tool.names(in: directory.path).isEmpty)
    }

    @Test("a killed run's scratch is removed by the next one, which says so")
    func killed() throws {
        let directory = try TemporaryDirectory()
        let command = try Tool.start(["etcd", directory.path] + Self.long)
        try Tool.waitForScratch(in: directory.path)
        command.send(SIGKILL)
        _ = command.wait()
        #expect(try Tool.names(in: directory.path).count == 1)
        let next = try Tool.run(
            ["etcd", directory.path, "--output-format", "json"] + Tool.short
        )
        let record = try RecordCoding.decode(Data(next.stdout.utf8))
        #expect(record.warnings.contains { $0.code == "leftover-removed" })
        #expect(try Tool.names(in: directory.path).isEmpty)
    }
}
