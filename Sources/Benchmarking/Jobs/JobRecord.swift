import IOEngines
import ResultStore
import Statistics
import Workloads

/// What the threads of a job recorded, as a phase of the record.
enum JobRecord {
    /// - Parameters:
    ///   - job: the job.
    ///   - workers: its threads, joined.
    ///   - latency: what they recorded.
    ///   - rounds: when each round began and ended.
    ///   - runStart: when the command began.
    /// - Returns: a phase of kind "job"; its counters hold the CPU time of the whole loop and the I/Os it was for.
    static func phase(
        _ job: JobSpec,
        _ workers: [JobWorker],
        _ latency: JobRounds,
        _ rounds: [(start: UInt64, end: UInt64)],
        runStart: UInt64
    ) -> PhaseRecord {
        let finished = workers.map(\.report.finishedAt).max() ?? 0
        // A job that had moved its size before the others is not slower for the time it no longer ran.
        let own = rounds.enumerated().filter { $0.element.start < finished }
        let totals = workers.map(\.report.totals).reduce(JobTotals(), +)
        let usage = workers.map(\.report.usage).reduce(ThreadUsage(), +)
        return PhaseRecord(
            name: job.name,
            kind: "job",
            offeredPerSecond: job.rateIOPS.map { $0 * Double(job.numJobs) },
            startSeconds: Double((rounds.first?.start ?? runStart) - runStart) / 1e9,
            rounds: own.map { number, round in
                RoundRecord(
                    durationNs: min(round.end, finished) - round.start,
                    latency: latency[number].reduce(into: [:]) { result, entry in
                        result[entry.key.rawValue] = SparseHistogram(entry.value)
                    }
                )
            },
            counters: [
                "reads": Double(totals.reads), "writes": Double(totals.writes),
                "read_bytes": Double(totals.readBytes),
                "written_bytes": Double(totals.writtenBytes),
                "user_cpu_ns": Double(usage.userNanoseconds),
                "system_cpu_ns": Double(usage.systemNanoseconds),
                "all_ios": Double(workers.map(\.report.allIOs).reduce(0, +)),
                "threads": Double(workers.count), "iodepth": Double(job.ioDepth),
                "system_calls": Double(workers.map(\.report.systemCalls).reduce(0, +)),
            ].merging(verification(job, workers)) { $1 },
            slow: RoundRecorder.slowest(of: workers.map(\.recorder), runStart: runStart),
            stopReason: job.timeBased ? "fixed" : "size"
        )
    }

    /// How many blocks were read back and how many were wrong; nothing for a job that does not verify.
    private static func verification(_ job: JobSpec, _ workers: [JobWorker]) -> [String: Double] {
        guard job.verify else { return [:] }
        return [
            "verified_blocks": Double(workers.map(\.report.verifiedBlocks).reduce(0, +)),
            "wrong_blocks": Double(workers.map(\.report.wrongBlocks).reduce(0, +)),
        ]
    }
}
