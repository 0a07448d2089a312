import Foundation
import ResultStore
import TestSupport
import Testing
import Units

@Suite("Records through a log") struct CollectTests {
    @Test("what collect writes is byte for byte what -o wrote, and a second time changes nothing")
    func same() throws {
        let directory = try TemporaryDirectory()
        let outcome = try Tool.run(
            [
                "etcd", directory.path, "-o", directory.file("a"), "--log-lines", "--summary",
                directory.file("summary"),
            ] + Tool.short,
            environment: ["NODE_NAME": "../../\u{1B}[31mx\"y", "POD_NAME": "p"]
        )
        #expect([0, 2].contains(outcome.status), "\(outcome.stderr)")
        #expect(outcome.stderr.contains("WAL fsync"))
        for line in outcome.stdout.split(separator: "\n") {
            #expect(line.utf8.count < 7168)
            #expect(try JSONSerialization.jsonObject(with: Data(line.utf8)) is [String: Any])
        }
        let log = try directory.write("pod.log", outcome.stdout + outcome.stderr)
        let twice = [Tool.path, "collect", directory.file("b"), log, "--strict"]
        for words in ["1 new", "1 already there"] {
            let collected = try Shell.run(twice)
            #expect(
                collected.status == 0 && collected.stderr.contains(words),
                "\(collected.stderr)"
            )
        }
        #expect(
            try Shell.run(["diff", "-r", directory.file("a"), directory.file("b")]).status == 0
        )
        #expect(try FileManager.default.subpathsOfDirectory(atPath: directory.file("b")).count == 3)
        let summary = try String(contentsOfFile: directory.file("summary"), encoding: .utf8)
        #expect(summary.utf8.count <= 4096 && summary.contains("\"exit\":\(outcome.status)"))
        let ranked = try Tool.run(["collect", directory.file("b"), log, "--rank"])
        #expect(
            ranked.stdout.contains("1 node, too few to tell"),
            "\(ranked.stdout)\(ranked.stderr)"
        )
        #expect(!ranked.stdout.contains("\u{1B}"))
    }

    @Test(
        "logs that hold nothing, or are not there, end with 66",
        arguments: [["/nowhere"], ["/dev/null"], ["/etc/passwd"]]
    )
    func nothing(logs: [String]) throws {
        let directory = try TemporaryDirectory()
        let outcome = try Tool.run(["collect", directory.file("r")] + logs)
        #expect(outcome.status == 66 && outcome.stderr.contains("Hint"), "\(outcome.stderr)")
        #expect(try directory.names().isEmpty)
    }

    @Test("a turn that was missed is refused with 69, and a signal ends the waiting")
    func turns() throws {
        let directory = try TemporaryDirectory()
        let missed = try Tool.run(
            [
                "etcd", directory.path, "--start-at", "2026-01-01T00:00:00Z", "--log-lines",
                "--summary", directory.file("s"),
            ]
        )
        #expect(missed.status == 69 && missed.stderr.contains("another node may have its turn"))
        #expect(missed.stdout.contains("\"exit\":69"))
        #expect(try Tool.run(["etcd", directory.path, "--start-at", "soon"]).status == 64)
        let waiting = try Tool.start(["etcd", directory.path, "--start-at", "2099-01-01T00:00:00Z"])
        #expect(waiting.waitForErrors("waiting until 2099-01-01T00:00:00Z"))
        waiting.send(SIGTERM)
        #expect(waiting.wait().status == 143)
        #expect(try directory.names() == ["s"])
    }
}
