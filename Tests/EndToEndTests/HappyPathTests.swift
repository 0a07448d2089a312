import Foundation
import ResultStore
import Statistics
import TestSupport
import Testing
import Units

@Suite("A run from start to end", .serialized) struct HappyPathTests {
    @Test("text begins with the verdict, keeps the user's files and removes the scratch")
    func text() throws {
        let directory = try TemporaryDirectory()
        try directory.write("precious", "do not touch")
        let outcome = try Tool.run(["etcd", directory.path] + Tool.short)
        #expect([0, 2].contains(outcome.status), "\(outcome.stderr)")
        let grades = ["PASS", "BORDERLINE", "FAIL", "INCONCLUSIVE"]
        #expect(grades.contains { outcome.stdout.hasPrefix($0) }, "\(outcome.stdout.prefix(80))")
        #expect(!outcome.stdout.contains("\u{1B}"), "no escape codes off a terminal")
        #expect(!outcome.stderr.contains("\r"))
        #expect(try Tool.names(in: directory.path) == ["precious"])
        let text = try String(contentsOfFile: directory.file("precious"), encoding: .utf8)
        #expect(text == "do not touch")
    }

    @Test(
        "the record adds up: every put is synced, applied and counted",
        arguments: ["sync", "libaio"]
    )
    func record(engine: String) throws {
        // In memory, so that a disk that others use cannot hold up the load whose size is expected here.
        let directory = try TemporaryDirectory(isInMemory: true)
        let outcome = try Tool.run(
            [
                "etcd", directory.path, "--ioengine", engine, "--output-format", "json",
                "--only-load", "--rounds", "2", "--round-time", "1500ms", "--segment-size", "1MB",
            ]
        )
        let record = try RecordCoding.decode(Data(outcome.stdout.utf8))
        #expect(record.benchmark.engine == engine)
        #expect(record.run.outcome == .complete)
        let phase = try #require(record.phases.first)
        #expect(phase.kind == "verdict" && phase.rounds.count == 2)
        let puts = try #require(phase.counters["puts"])
        // 150 a second for 3 s; a busy machine may delay the last ones.
        #expect(puts > 300 && puts < 550)
        #expect((phase.counters["wal_syncs"] ?? 0) <= puts + 2)
        #expect(phase.counters["wal_syncs"] ?? 0 > 0)
        let bytesPerPut = (phase.counters["wal_bytes"] ?? 0) / puts
        #expect(bytesPerPut > 1352 && bytesPerPut < 1480)
        #expect(phase.pooled(OperationClass.walFsync).count > 0)
        #expect(phase.pooled([.backendCommit]).count > 0)
    }

    @Test("the default is a scratch file in the current directory")
    func currentDirectory() throws {
        let directory = try TemporaryDirectory()
        let outcome = try Tool.run(["etcd"] + Tool.short, in: directory.path)
        #expect([0, 2].contains(outcome.status), "\(outcome.stderr)")
        #expect(try Tool.names(in: directory.path).isEmpty)
    }

    @Test("a short segment is cut, and the record says that it is not etcd's")
    func cut() throws {
        let directory = try TemporaryDirectory()
        let outcome = try Tool.run(
            ["etcd", directory.path, "--closed", "--load", "m", "--output-format", "json"]
                + Tool.short
        )
        let record = try RecordCoding.decode(Data(outcome.stdout.utf8))
        #expect(record.phases.first?.counters["cuts"] ?? 0 >= 1)
        #expect(record.warnings.contains { $0.code == "short-segments" })
    }

    @Test("-o keeps one record that decodes; --quiet prints one line; Markdown has a table")
    func outputs() throws {
        let directory = try TemporaryDirectory()
        let kept = try Tool.run(
            ["etcd", directory.path, "-o", directory.file("results"), "-q", "--tag", "cache=none"]
                + Tool.short
        )
        #expect(kept.stdout.split(separator: "\n").count == 1, "\(kept.stdout)")
        let record = try Tool.record(in: directory.file("results"))
        #expect(record.tags == ["cache": "none"])
        let markdown = try Tool.run(
            ["etcd", directory.path, "--output-format", "markdown"] + Tool.short
        )
        #expect(markdown.stdout.contains("|"))
    }

    @Test("tmpfs is named for what it is and gets no PASS")
    func memory() throws {
        let outcome = try Tool.run(["etcd", "/dev/shm", "--strict"] + Tool.short)
        #expect(outcome.status == 3, "\(outcome.stdout.prefix(200))")
        #expect(outcome.stdout.hasPrefix("INCONCLUSIVE"))
        #expect(outcome.stdout.contains("tmpfs"))
    }

    @Test("a full stdout is an error, not a crash")
    func fullStandardOutput() throws {
        let outcome = try Shell.run([
            "sh", "-c", "exec \"$0\" list > /dev/full", Tool.path,
        ])
        #expect(outcome.status == 1)
    }

    @Test(
        "a terminal gets colours and redrawn progress",
        .enabled("needs python3") {
            Shell.hasCommand("python3")
        }
    )
    func terminal() throws {
        let directory = try TemporaryDirectory()
        let program = """
            import pty, sys, os
            data = b""
            def read(fd):
                global data
                chunk = os.read(fd, 65536)
                data += chunk
                return chunk
            pty.spawn(sys.argv[1:], read)
            sys.stderr.write("ESC" if b"\\x1b[" in data and b"\\r" in data else "PLAIN")
            """
        let outcome = try Shell.run(
            ["python3", "-c", program, Tool.path, "etcd", directory.path] + Tool.short,
            environment: ["TERM": "xterm-256color", "NO_COLOR": ""]
        )
        #expect(outcome.stderr.hasSuffix("ESC"))
    }
}
