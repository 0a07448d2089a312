import IOEngines
import ResultStore
import Statistics
import Workloads

/// One etcd member as the disk sees it: raft loop, segment pipeline, apply and backend, over one directory.
///
/// `start` returns when the files exist; `stop` joins every thread.
final class EtcdMember {
    let control = RunControl()
    let counters = EtcdCounters()
    /// The offered load, filled by the load generator.
    let queue: ProposalQueue
    private let transport: LoopbackTransport?
    private let backend: Backend
    private let apply: ApplyLoop
    private let raft: RaftLoop
    private let snapshots: SnapshotWriter?
    private let pipeline: SegmentPipeline
    private let place: EtcdPlace
    private let options: EtcdOptions
    /// Counts what goes to a region or an export; nil counts nothing.
    ///
    /// Set before `start`.
    var tally: IOTally?
    /// Leaves the flushes of a region or an export out.
    ///
    /// Set before `start`.
    var omitsSyncs = false
    private var collected: [Int: [OperationClass: [HistogramSnapshot]]] = [:]

    init(place: EtcdPlace, options: EtcdOptions, tree: BackendTree) throws(BenchmarkError) {
        self.place = place
        self.options = options
        queue = ProposalQueue(control: control)
        let (offered, control) = (queue, control)
        transport =
            options.transport == .memory
            ? nil
            : try BenchmarkError.wrap { () throws(EngineError) in
                try LoopbackTransport(offered: offered, control: control)
            }
        backend = Backend(
            tree: tree,
            runtime: transport?.server.runtime,
            control: control,
            counters: counters
        )
        apply = ApplyLoop(
            backend: backend,
            answers: transport.map { .server($0.server) } ?? .directly(queue),
            control: control,
            counters: counters
        )
        snapshots = Self.snapshotWriter(place, options, control)
        raft = RaftLoop(
            queue: transport?.proposals ?? queue,
            apply: apply,
            snapshots: snapshots,
            control: control,
            counters: counters
        )
        pipeline = SegmentPipeline(
            directory: "\(Self.logParent(place, options))/wal",
            segmentBytes: options.segmentBytes,
            control: control
        )
    }

    /// Creates the files and starts the threads.
    func start() throws(BenchmarkError) {
        do throws(EngineError) {
            if case .directory(let directory) = place {
                for path in ["\(directory)/member", "\(directory)/member/snap"]
                where try FileSystemCalls.kind(path) == .missing {
                    try FileSystemCalls.makeDirectory(path)
                }
            }
            try transport?.start()
            if case .export(let socket, let name, let region) = place {
                try startRegion(region) { () throws(EngineError) in
                    try NBDEngine(connecting: socket, export: name, capacity: 64)
                }
                return
            }
            switch options.engine {
            case .libaio:
                try start { () throws(EngineError) in try LibAIOEngine(capacity: 64) }
            case .ioUring:
                try start { () throws(EngineError) in try IOUringEngine(capacity: 64) }
            default:
                try start { () throws(EngineError) in try SyncEngine(capacity: 64) }
            }
        } catch {
            throw BenchmarkError(error)
        }
    }

    private static func logParent(_ place: EtcdPlace, _ options: EtcdOptions) -> String {
        guard case .directory(let directory) = place else { return "" }
        return options.walDirectory ?? "\(directory)/member"
    }

    private func start<Engine: IOEngine & ~Copyable>(
        _ makeEngine: @escaping @Sendable () throws(EngineError) -> Engine
    ) throws(EngineError) {
        switch place {
        case .directory(let directory): try startFiles(directory, makeEngine)
        case .region(let region), .export(_, _, let region): try startRegion(region, makeEngine)
        }
    }

    private static func snapshotWriter(
        _ place: EtcdPlace,
        _ options: EtcdOptions,
        _ control: RunControl
    ) -> SnapshotWriter? {
        guard case .directory(let directory) = place else { return nil }
        return SnapshotWriter(
            directory: "\(directory)/member/snap",
            every: options.compatibility.snapshotCount,
            control: control
        )
    }

    private func startRegion<Engine: IOEngine & ~Copyable>(
        _ region: Region,
        _ makeEngine: @escaping @Sendable () throws(EngineError) -> Engine
    ) throws(EngineError) {
        guard let tally else {
            try runRegion(region, makeEngine)
            return
        }
        let omitsSyncs = omitsSyncs
        try runRegion(region) { () throws(EngineError) in
            TallyEngine(
                try makeEngine(),
                capacity: 64,
                tally: tally,
                omitsSyncs: omitsSyncs
            )
        }
    }

    private func runRegion<Engine: IOEngine & ~Copyable>(
        _ region: Region,
        _ makeEngine: @escaping @Sendable () throws(EngineError) -> Engine
    ) throws(EngineError) {
        let (options, control, counters) = (options, control, counters)
        try backend.start(engine: makeEngine) { () throws(EngineError) in
            try RegionPages(
                region: region.database,
                payload: PayloadSource(kind: options.payload, seed: options.seed &+ 2)
            )
        }
        try apply.start()
        try raft.start(
            engine: makeEngine,
            log: { () throws(EngineError) in
                try RegionLog(
                    region: region.log,
                    framing: WALFraming(
                        payload: PayloadSource(kind: options.payload, seed: options.seed &+ 1)
                    ),
                    control: control,
                    counters: counters
                )
            },
            cpu: nil
        )
    }

    private func startFiles<Engine: IOEngine & ~Copyable>(
        _ directory: String,
        _ makeEngine: @escaping @Sendable () throws(EngineError) -> Engine
    ) throws(EngineError) {
        let options = options
        let logParent = Self.logParent(place, options)
        let database = "\(directory)/member/snap/db"
        let (control, counters, pipeline) = (control, counters, pipeline)
        try backend.start(engine: makeEngine) { () throws(EngineError) in
            try DatabaseFile(
                path: database,
                compatibility: options.compatibility,
                payload: PayloadSource(kind: options.payload, seed: options.seed &+ 2)
            )
        }
        try apply.start()
        try snapshots?.start()
        try raft.start(
            engine: makeEngine,
            log: { () throws(EngineError) in
                try WriteAheadLog(
                    member: logParent,
                    segmentBytes: options.segmentBytes,
                    framing: WALFraming(
                        payload: PayloadSource(kind: options.payload, seed: options.seed &+ 1)
                    ),
                    pipeline: pipeline,
                    control: control,
                    counters: counters
                )
            },
            cpu: nil
        )
    }

    /// Makes ready for a load, one connection a client.
    ///
    /// - Returns: the load as it can be offered: with fewer clients where files may not be open for all.
    func prepare(_ load: EtcdLoad) throws(EngineError) -> EtcdLoad {
        try transport?.prepare(load) ?? load
    }

    /// How puts reach the member: "tcp", "unix" or "memory".
    var transportInUse: String { transport?.kind.rawValue ?? "memory" }

    /// Ends all threads and waits for them; safe to call after a failure.
    func stop() {
        control.stop()
        transport?.stop()
        raft.join()
        apply.join()
        backend.join()
        pipeline.join()
        snapshots?.join()
        collect()
    }

    /// Has every thread hand over the rounds it has left behind.
    func nudge() {
        (transport?.proposals ?? queue).nudge()
        apply.nudge()
    }

    /// The rounds recorded so far, by number; a thread that is late adds to its round later.
    func rounds() -> [Int: [OperationClass: HistogramSnapshot]] {
        collect()
        return collected.mapValues { classes in
            classes.mapValues { HistogramSnapshot.merged($0) }
        }
    }

    /// The slowest operations; call after `stop`.
    func slowest() -> [SlowEntry] {
        recorders.flatMap { $0.slowest() }
    }

    private var recorders: [RoundRecorder] {
        [raft.recordings, apply.recordings, backend.recordings, pipeline.allocations]
            + (transport.map { [$0.client.recordings] } ?? [])
    }

    private func collect() {
        for recorder in recorders {
            for (round, latency) in recorder.collect() {
                for (name, snapshot) in latency {
                    collected[round, default: [:]][name, default: []].append(snapshot)
                }
            }
        }
    }
}
