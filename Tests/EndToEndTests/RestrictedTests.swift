import Foundation
import ResultStore
import Statistics
import TestSupport
import Testing
import Units

@Suite("Machines that forbid things", .serialized) struct RestrictedTests {
    private static let launcher = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("scripts/lib/deny-io-uring").path

    @Test(
        "without io_uring auto runs, and a demanded io_uring is refused with 69 and the reason",
        arguments: ["EPERM", "ENOSYS"]
    )
    func noIOUring(error: String) throws {
        let directory = try TemporaryDirectory()
        let auto = try Shell.run(
            [Self.launcher, error, Tool.path, "etcd", directory.path, "-q"] + Tool.short
        )
        #expect([0, 2].contains(auto.status), "\(auto.stderr)")
        let forced = try Shell.run(
            [Self.launcher, error, Tool.path, "etcd", directory.path, "--ioengine", "io_uring"]
                + Tool.short
        )
        #expect(forced.status == 69, "\(forced.stderr)")
        #expect(forced.stderr.contains("io_uring"))
        #expect(forced.stderr.contains("Hint"))
        #expect(try Tool.names(in: directory.path).isEmpty)
    }

    @Test("io_uring gives the same load as the plain calls", .requiresIOUring)
    func withIOUring() throws {
        let directory = try TemporaryDirectory(isInMemory: true)
        let outcome = try Tool.run(
            ["etcd", directory.path, "--ioengine", "io_uring", "--output-format", "json"]
                + Tool.short
        )
        let record = try RecordCoding.decode(Data(outcome.stdout.utf8))
        #expect(record.benchmark.engine == "io_uring")
        #expect(record.phases.first?.counters["puts"] ?? 0 > 60)
    }

    @Test("without /sys and /proc it still runs and says what it does not know", .requiresRoot)
    func noSysNoProc() throws {
        let directory = try TemporaryDirectory(isInMemory: true)
        let script = """
            mount -t tmpfs none /sys && mount -t tmpfs none /proc && \
            exec "$0" etcd "$1" --output-format json "${@:2}"
            """
        let outcome = try Shell.run(
            ["unshare", "-m", "bash", "-c", script, Tool.path, directory.path] + Tool.short
        )
        #expect([0, 2, 3].contains(outcome.status), "\(outcome.stderr)")
        let record = try RecordCoding.decode(Data(outcome.stdout.utf8))
        #expect(!record.target.unknown.isEmpty)
        #expect(record.phases.first?.counters["puts"] ?? 0 > 60)
    }

    @Test("info reads everything and writes nothing", arguments: [".", "/", "/dev/null", "/proc"])
    func info(target: String) throws {
        let outcome = try Tool.run(["info", target])
        #expect(outcome.status == (target == "/dev/null" ? 64 : 0), "\(outcome.stderr)")
    }
}
