import Reporting
import ResultStore
import Statistics
import Testing

/// Reports of `tbench run`: jobs, sweeps and the figures of familiar tools.
@Suite struct JobReportTests {
    private func job(
        _ name: String,
        _ operation: OperationClass,
        count: Int,
        nanoseconds: UInt64,
        counters: [String: Double] = [:],
        offered: Double? = nil
    ) -> PhaseRecord {
        var phase = PhaseRecord(name: name, kind: "job", offeredPerSecond: offered, startSeconds: 1)
        for round in 0..<4 {
            var histogram = SampleHistogram(seed: UInt64(round) + 3)
            histogram.add(count / 4, base: nanoseconds, spread: nanoseconds / 3)
            phase.rounds.append(
                RoundRecord(
                    durationNs: 1_000_000_000,
                    latency: [operation.rawValue: histogram.takeSparse()]
                )
            )
        }
        phase.counters = [
            "all_ios": Double(count), "user_cpu_ns": Double(count) * 31,
            "system_calls": Double(count) / 16,
        ].merging(counters) { $1 }
        phase.stopReason = "fixed"
        return phase
    }

    private func record(_ name: String, _ phases: [PhaseRecord]) -> ResultRecord {
        var record = SampleRecord.fewSamples.make()
        record.benchmark.name = name
        record.benchmark.spec = ["profile": name]
        record.phases = phases
        record.verdict = nil
        record.metrics = [:]
        record.noise = NoiseFloor(
            clockCostNs: 21,
            timerOvershootP50Ns: 60_000,
            timerOvershootP99Ns: 90_000,
            timerOvershootMaxNs: 200_000,
            spinGapMaxNs: 50_000,
            spinStolenRatio: 0.001
        )
        record.noise?.engineCostNs = 12.25
        return record
    }

    /// Depths on a device that serves eight at a time in 100 µs.
    private var depths: ResultRecord {
        var record = record(
            "mine",
            [1, 2, 4, 8, 16, 32].map { depth in
                let perSecond = min(depth, 8) * 10_000
                let nanoseconds = UInt64(depth * 1_000_000_000 / perSecond)
                return job(
                    "reads iodepth \(depth)",
                    .read,
                    count: perSecond * 4,
                    nanoseconds: nanoseconds,
                    counters: ["sweep_value": Double(depth)]
                )
            }
        )
        record.benchmark.spec["sweep.job"] = "reads"
        return record
    }

    @Test(
        "a sweep is a row a point with its knee marked, also on a narrow terminal",
        arguments: [80, 110]
    )
    func sweep(width: Int) throws {
        let style = TextStyle(color: false, unicode: true, width: width)
        let text = TextReport.render(depths, style: style)
        try Golden.expect(text, matches: "sweep-\(width).txt")
        let knee = try #require(
            text.split(separator: "\n").first { $0.contains(" knee") && $0.contains("iodepth") }
        )
        #expect(knee.contains("iodepth 8"))
        let widest = text.split(separator: "\n").map(\.count).max() ?? 0
        #expect(widest <= width)
    }

    @Test("rates that could not be kept are marked, and the headline says from where on")
    func rates() throws {
        var record = record(
            "mine",
            [(25, 1000), (50, 2000), (75, 3000), (100, 3100)].map { share, done in
                job(
                    "reads \(share) %",
                    .readResponse,
                    count: done * 4,
                    nanoseconds: UInt64(share * share * 100),
                    counters: ["sweep_value": Double(share)],
                    offered: Double(share) * 40
                )
            }
        )
        for index in record.phases.indices {
            for round in record.phases[index].rounds.indices {
                let latency = record.phases[index].rounds[round].latency
                record.phases[index].rounds[round].latency["read"] = latency["read_response"]
            }
        }
        record.benchmark.spec["sweep.job"] = "reads"
        let text = TextReport.render(
            record,
            style: TextStyle(color: false, unicode: false, width: 110)
        )
        try Golden.expect(text, matches: "sweep-rates.txt")
        #expect(text.contains("Above 75 % it"))
        #expect(text.split(separator: "\n").filter { $0.contains("saturated") }.count == 1)
        #expect(
            text.unicodeScalars.allSatisfy { $0.isASCII || "–~±µ·→".unicodeScalars.contains($0) }
        )
    }

    @Test("kbench's twelve jobs are its table too")
    func kbench() throws {
        var phases: [PhaseRecord] = []
        for (kind, block) in [("iops", 4096.0), ("bw", 131_072), ("lat", 4096)] {
            for (index, name) in ["rand-read", "rand-write", "seq-read", "seq-write"].enumerated() {
                let isRead = name.contains("read")
                let count = (index + 1) * 4000
                phases.append(
                    job(
                        "\(name)-\(kind)",
                        isRead ? .read : .write,
                        count: count,
                        nanoseconds: 50_000,
                        counters: [isRead ? "read_bytes" : "written_bytes": Double(count) * block]
                    )
                )
            }
        }
        let text = MarkdownReport.render(record("kbench", phases))
        #expect(text.contains("| IOPS | 1000 | 2000 | 3000 | 4000 |"), "\(text)")
        #expect(text.contains("| bandwidth in KiB/sec | 128000 | 256000 | 384000 | 512000 |"))
        #expect(text.contains("| latency in ns |"))
        phases.removeLast()
        #expect(!MarkdownReport.render(record("kbench", phases)).contains("KiB/sec"))
    }

    @Test("pveperf's figure is printed under its own name")
    func pveperf() {
        let text = TextReport.render(
            record("pveperf", [job("fsyncs", .commit, count: 4002, nanoseconds: 900_000)]),
            style: TextStyle(color: false, unicode: true, width: 100)
        )
        #expect(text.contains("FSYNCS/SECOND"))
        #expect(text.contains("1000.00"))
    }

    @Test("what tbench cost and what was read back stand in the report")
    func ownCost() {
        let phase = job(
            "writes",
            .write,
            count: 16_000,
            nanoseconds: 50_000,
            counters: ["verified_blocks": 1234, "wrong_blocks": 0]
        )
        let style = TextStyle(color: false, unicode: true, width: 100)
        let good = TextReport.render(record("mine", [phase]), style: style)
        #expect(good.contains("12.3 ns per I/O without a kernel"), "\(good)")
        #expect(good.contains("31 ns of user CPU per I/O"))
        #expect(good.contains("0.0625 system calls per I/O"))
        #expect(good.contains("1\u{202F}234 blocks read back, each as it was written"))
        var bad = phase
        bad.counters["wrong_blocks"] = 2
        let report = TextReport.render(record("mine", [bad]), style: style)
        #expect(report.contains("2 of 1\u{202F}234 blocks read back were wrong"))
    }
}
