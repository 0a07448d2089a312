import Benchmarking
import HostFacts
import IOEngines
import ResultStore
import Statistics
import TargetSafety
import Units
import Workloads

/// One cell of the matrix: an image, the daemon that exports it, and an etcd member on it.
///
/// All cells live at the same time and sleep between their turns: a QEMU that runs for months has its tables in memory,
/// and a daemon started anew for each turn would be measured cold. Each has a daemon of its own, so that the processor
/// time of one cell can be told from another's.
final class MatrixCell {
    let combination: DiskCombination
    private(set) var failure: String?
    private let image: ScratchImage
    private var daemon: StorageDaemon?
    private var lane: EtcdLane?
    private var jobLane: JobLane?
    private var jobs: [PhaseRecord] = []
    private var disk: (any ExportedDisk)?
    private let device: String?
    private let settings: MatrixSettings
    private var rounds: [RoundRecord] = []
    private var counters: [String: Double] = [:]
    private var slow: [SlowOperation] = []
    private var firstStart: UInt64?

    /// Makes the image, starts the daemon, fills the disk and starts the member.
    init(
        _ combination: DiskCombination,
        settings: MatrixSettings,
        tools: QemuTools,
        stem: String,
        device: String?,
        cancellation: Cancellation
    ) throws(VirtualDiskError) {
        self.combination = combination
        self.settings = settings
        self.device = device
        let bytes = settings.imageBytes
        image = try ScratchImage.create(
            combination,
            stem: stem,
            byteCount: bytes,
            tools: tools
        ) { (plain, path) throws(VirtualDiskError) in
            let daemon = try StorageDaemon.start(
                tools,
                plain,
                image: path,
                byteCount: bytes,
                stem: "\(stem).fill",
                client: .nbd
            )
            try ScratchImage.fill(
                try daemon.open(),
                byteCount: bytes,
                seed: settings.seed,
                isCancelled: { cancellation.isRequested }
            )
            daemon.stop()
        }
        let daemon = try StorageDaemon.start(
            tools,
            combination,
            image: image.path,
            byteCount: bytes,
            stem: stem,
            client: settings.client
        )
        let endpoint = daemon.endpoint
        let disk = try daemon.open()
        self.daemon = consume daemon
        self.disk = disk
        if image.isFilledBefore {
            try ScratchImage.fill(
                disk,
                byteCount: bytes,
                seed: settings.seed,
                isCancelled: { cancellation.isRequested }
            )
        }
        settle()
        if let profile = settings.profile {
            jobLane = JobLane(
                profile: profile,
                target: JobTarget(
                    path: endpoint,
                    offset: 0,
                    byteCount: Int64(bytes),
                    isReadOnly: false,
                    export: settings.client == .nbd ? endpoint : nil
                ),
                warmUpNanoseconds: settings.warmUpNanoseconds,
                roundNanoseconds: settings.roundNanoseconds,
                seed: settings.seed,
                cancellation: cancellation
            )
            return
        }
        do throws(BenchmarkError) {
            lane = try EtcdLane(
                place: Self.place(disk, endpoint, bytes),
                options: EtcdOptions(transport: .memory, engine: .sync, seed: settings.seed),
                omitsSyncs: combination.cache.isWriteThrough,
                cancellation: cancellation
            )
        } catch {
            throw VirtualDiskError(error)
        }
    }

    private static func place(
        _ disk: any ExportedDisk,
        _ endpoint: String,
        _ bytes: UInt64
    ) -> EtcdPlace {
        let file = (disk as? FileDisk)?.descriptor
        let region = Region(
            fileDescriptor: file ?? -1,
            path: endpoint,
            offset: 0,
            byteCount: bytes
        )
        guard file == nil else { return .region(region) }
        return .export(socket: endpoint, name: NBDConnection.exportName, region)
    }

    /// Holds the load for one round; false when the user ended it or the cell has failed.
    func turn(runStart: UInt64) -> Bool {
        if let jobLane { return turn(jobLane, runStart) }
        guard let lane, failure == nil else { return false }
        let before = sample()
        do throws(BenchmarkError) {
            guard
                let turn = try lane.turn(
                    load: settings.load,
                    warmUpNanoseconds: settings.warmUpNanoseconds,
                    roundNanoseconds: settings.roundNanoseconds
                )
            else { return false }
            let settled = settle()
            let after = sample()
            firstStart = firstStart ?? turn.start
            rounds.append(RoundRecord(turn))
            counters.merge(turn.counters.filter { !$0.key.hasPrefix("guest_") }) { $0 + $1 }
            for (key, value) in after {
                counters[key, default: 0] += value - (before[key] ?? 0)
            }
            counters["settle_ns", default: 0] += Double(settled)
            return true
        } catch {
            failure = error.description
            return false
        }
    }

    /// The same with a profile's jobs.
    private func turn(_ lane: JobLane, _ runStart: UInt64) -> Bool {
        guard failure == nil else { return false }
        let before = sample()
        do throws(BenchmarkError) {
            guard let turn = try lane.turn(runStart: runStart) else { return false }
            let settled = settle()
            let after = sample()
            for (index, phase) in turn.enumerated() {
                if index < jobs.count {
                    jobs[index].rounds += phase.rounds
                    for (key, value) in phase.counters where !Self.constants.contains(key) {
                        jobs[index].counters[key, default: 0] += value
                    }
                } else {
                    jobs.append(phase)
                }
                counters["guest_writes", default: 0] += phase.counters["all_ios"] ?? 0
                counters["guest_bytes", default: 0] += Self.writtenBytes(phase.counters)
            }
            for (key, value) in after {
                counters[key, default: 0] += value - (before[key] ?? 0)
            }
            counters["settle_ns", default: 0] += Double(settled)
            return true
        } catch {
            failure = error.description
            return false
        }
    }

    /// What a job wrote in all, warm-up included as in the counters of the device.
    private static func writtenBytes(_ counters: [String: Double]) -> Double {
        let measured = (counters["reads"] ?? 0) + (counters["writes"] ?? 0)
        guard measured > 0, let all = counters["all_ios"] else { return 0 }
        return (counters["written_bytes"] ?? 0) * all / measured
    }

    /// Counters of a job that are not counts.
    private static let constants: Set<String> = ["threads", "iodepth"]

    /// What has been counted outside the member, since the cell began.
    private func sample() -> [String: Double] {
        var values: [String: Double] = [:]
        if let lane {
            values["guest_writes"] = Double(lane.tally.writes)
            values["guest_bytes"] = Double(lane.tally.writtenBytes)
            values["guest_syncs"] = Double(lane.tally.syncs)
        }
        if let time = daemonNanoseconds { values["daemon_cpu_ns"] = Double(time) }
        if let device, let counted = DeviceCounters.read(root: SystemRoot(), device: device) {
            values["device_writes"] = Double(counted.writes)
            values["device_sectors"] = Double(counted.writeSectors)
            if let flushes = counted.flushes { values["device_flushes"] = Double(flushes) }
        }
        return values
    }

    private var daemonNanoseconds: UInt64? {
        switch daemon {
        case .some(let daemon): daemon.process.processorNanoseconds
        case .none: nil
        }
    }

    /// Writes back what the host holds of the image, so that it does not fall into another cell's turn.
    ///
    /// - Returns: how long it took, in nanoseconds; 0 where the page cache is not used.
    @discardableResult
    private func settle() -> UInt64 {
        guard !combination.cache.isDirect, combination.format != .null,
            let file = try? FileDescriptor.open(image.path, .readOnly)
        else { return 0 }
        let start = MonotonicClock.now()
        try? file.fdatasync()
        return MonotonicClock.now() - start
    }

    /// Ends the member; nothing is measured afterwards.
    func stopLoad(runStart: UInt64) {
        guard let lane else { return }
        slow = lane.stop(runStart: runStart)
        self.lane = nil
    }

    /// Tries a discard and ends the daemon.
    func finish(trying trim: Bool) {
        if trim, failure == nil, combination.format != .null, let disk {
            do throws(VirtualDiskError) {
                let answer = try TrimTest.run(disk, image: image, seed: settings.seed)
                if let answer { counters["trim"] = answer.rawValue }
            } catch {
                counters["trim"] = TrimTest.Answer.ignored.rawValue
            }
        }
        disk = nil
        daemon.take()?.stop()
    }

    /// Adds what was counted in the audit.
    func add(_ audit: FlushAudit) {
        counters.merge(audit.counters) { $1 }
    }

    /// One histogram a round of the time from the write of a batch to the end of its flush.
    var commits: [HistogramSnapshot] {
        guard let phase = jobs.judged else { return rounds.map { $0.snapshot(of: [.walLoop]) } }
        return phase.snapshots(of: [phase.headline])
    }

    /// The jobs of a profile; empty for etcd's load.
    func jobs(stopReason: String?) -> [PhaseRecord] {
        let judged = jobs.judged?.name
        return jobs.map { job in
            var job = job
            job.stopReason = stopReason
            // What was counted around the turns stands with the job that the disk is judged by.
            if job.name == judged { job.counters.merge(counters) { own, _ in own } }
            return job
        }
    }

    /// What has been measured so far.
    func phase(runStart: UInt64, stopReason: String?) -> PhaseRecord {
        if let job = jobs(stopReason: stopReason).judged { return job }
        return PhaseRecord(
            name: settings.load.name,
            kind: "verdict",
            offeredPerSecond: settings.load.ratePerSecond,
            startSeconds: Double((firstStart ?? runStart) - runStart) / 1e9,
            rounds: rounds,
            counters: counters,
            slow: slow,
            stopReason: stopReason
        )
    }
}
