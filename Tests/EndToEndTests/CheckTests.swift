import Foundation
import ResultStore
import TestSupport
import Testing
import Units

/// `tbench check` measuring by itself.
@Suite("tbench check -- etcd") struct CheckTests {
    @Test(
        "measures; against a baseline ten times as fast it measures again and fails the check",
        .requiresLoopDevice
    )
    func regression() throws {
        // A disk of its own: what others do to the one below it is no foreign I/O of this target.
        let disk = try LoopDevice(sizeBytes: 1 << 30, isInMemory: true) {
            try Shell.require(["mkfs.ext4", "-q", "-F", $0])
        }
        let mountPoint = try TemporaryDirectory()
        try Shell.require(["mount", disk.path, mountPoint.path])
        defer { _ = try? Shell.run(["umount", mountPoint.path]) }
        // Some four seconds; thirty rounds, of which a busy machine may leave some empty. In memory, because the processor
        // time of a thousand puts a second is more than other tests beside this one leave.
        let etcd = [
            "--", "etcd", mountPoint.path, "--rounds", "30", "--round-time", "100ms",
            "--load", "medium", "--segment-size", "1MB", "--transport", "memory", "--no-progress",
        ]
        let directory = try TemporaryDirectory()
        let first = try Tool.run(
            ["check", "-o", "kept", "--no-verdict"] + etcd,
            in: directory.path
        )
        #expect(first.status == 0, "\(first.stderr)")
        #expect(first.stdout.contains("no accepted run"), "\(first.stdout)")
        var record = try Tool.record(in: directory.file("kept"))
        #expect(record.phases.first?.rounds.count == 30)

        // The same disk, had it been ten times as fast: no noise of this machine hides that.
        record.run.id = "0000fa57"
        for index in record.phases[0].rounds.indices {
            record.phases[0].rounds[index].latency = record.phases[0].rounds[index].latency
                .mapValues { histogram in
                    SparseHistogram(
                        buckets: histogram.buckets.enumerated().map { position, value in
                            // 3.3 octaves of 128 buckets further down.
                            position.isMultiple(of: 2) ? value - min(value, 424) : value
                        },
                        minNs: 0,
                        maxNs: 0,
                        sumNs: 0
                    ).repaired()
                }
        }
        // Whatever this machine is busy with, it was before.
        record.warnings = [
            "steal", "stolen-time", "throttled", "run-delay", "cpu-busy", "foreign-io",
        ].map { Warning(code: $0, text: "made up") }
        let baseline = try ResultFiles.write(record, into: directory.file("fast"))
        let worse = try Tool.run(
            ["check", "--baseline", baseline, "--no-verdict", "--report", "json=check.json"] + etcd,
            in: directory.path,
            environment: [
                "GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": directory.file("summary.md"),
            ]
        )
        #expect(worse.status == 2, "\(worse.stdout)\(worse.stderr)")
        #expect(worse.stdout.contains("confirmed by a second run"))
        #expect(worse.stderr.contains("::error title=tbench regression::"))
        let summary = try String(contentsOfFile: directory.file("summary.md"), encoding: .utf8)
        #expect(summary.hasPrefix("## tbench: "))
        #expect(FileManager.default.fileExists(atPath: directory.file("check.json")))
        #expect(
            try Tool.names(in: directory.path).sorted() == [
                "check.json", "fast", "kept", "summary.md",
            ]
        )
        #expect(try mountPoint.names() == ["lost+found"])
    }

    @Test("what belongs to the check is refused behind the '--', before anything is measured")
    func misplaced() throws {
        let directory = try TemporaryDirectory()
        let outcome = try Tool.run(["check", "--", "etcd", ".", "-o", "x"], in: directory.path)
        #expect(outcome.status == 64)
        #expect(outcome.stderr.contains("--output-dir belongs before '--'"))
        let wrong = try Tool.run(["check", "--", "etcd", ".", "--runds", "3"], in: directory.path)
        #expect(wrong.status == 64)
        #expect(wrong.stderr.contains("Did you mean '--rounds'?"))
        #expect(try Tool.names(in: directory.path) == [])
    }

    @Test("a signal ends the measurement, and the check with it")
    func interrupted() throws {
        let directory = try TemporaryDirectory()
        let command = try Tool.start(
            ["check", "--", "etcd", ".", "--segment-size", "1MB", "--no-progress"],
            in: directory.path
        )
        try Tool.waitForScratch(in: directory.path)
        command.send(SIGINT)
        #expect(command.wait().status == 130)
        #expect(try Tool.names(in: directory.path) == [])
    }
}

extension SparseHistogram {
    /// With buckets in order and a minimum, maximum and sum that fit them.
    fileprivate func repaired() -> SparseHistogram {
        var counts: [UInt64: UInt64] = [:]
        for index in stride(from: 0, to: buckets.count, by: 2) {
            counts[buckets[index], default: 0] += buckets[index + 1]
        }
        func bound(_ bucket: UInt64) -> UInt64 {
            bucket < 256 ? bucket : (bucket & 127 | 128) << ((bucket >> 7) - 1)
        }
        let sorted = counts.sorted { $0.key < $1.key }
        return SparseHistogram(
            buckets: sorted.flatMap { [$0.key, $0.value] },
            minNs: sorted.first.map { bound($0.key) } ?? 0,
            maxNs: sorted.last.map { bound($0.key) } ?? 0,
            sumNs: sorted.reduce(0) { $0 + bound($1.key) * $1.value }
        )
    }
}
