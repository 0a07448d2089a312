import IOEngines

/// What etcd and its client compute for a put, as work for a processor: one value a thread.
///
/// It matters to a disk benchmark because a sync needs the processors too: the kernel issues the flush from a worker
/// thread, and on two busy processors that thread waits for its turn. It also bounds how many puts a second there
/// can be. The messages' own system calls are made anyway; these cycles are what is missing to the processor time that
/// a real member and its client take.
///
/// - Source: etcd 3.4.23 and etcdctl under `etcdctl check perf`, their processor time by `perf stat -e task-clock` on two
///   virtual processors of 3.7 GHz: 1919, 1126 and 385 us a put at 150, 984 and 4366 puts a second. With the cycles below
///   1808, 1151 and 406 us at 150, 1002 and 4525; without them 1066, 673 and 186 at 150, 1002 and 8018.
struct RequestWork {
    /// A piece of work.
    enum Stage {
        /// The client encodes a request, and decodes its response.
        case clientRequest, clientResponse
        /// The member decodes a request, proposes it, applies it and encodes the response.
        case serverRequest, serverProposal, serverApply, serverReply
        /// A thread of the Go runtime looks for a goroutine to run, on every processor, before it sleeps.
        case search
        /// bbolt's spill of the nodes that a commit changed, beside copying their contents.
        case spill(puts: Int)

        var cycles: UInt64 {
            switch self {
            case .clientRequest, .clientResponse: 128_000
            case .serverRequest: 150_000
            case .serverProposal, .serverApply: 56_000
            case .serverReply: 94_000
            case .search: 66_000
            // Metric etcd_debugging_disk_backend_commit_spill_duration_seconds: 98 us for 15 puts, 182 for 98.
            case .spill(let puts): 195_000 + 1650 * UInt64(clamping: puts)
            }
        }
    }

    private var work = ProcessorWork()

    /// Does it; the thread may lose its processor meanwhile.
    mutating func perform(_ stage: Stage) { work.run(cycles: stage.cycles) }
}
