import IOEngines

/// What etcd and its client compute for a put, as work for a processor: one value a thread.
///
/// It matters to a disk benchmark because a sync needs the processors too: the kernel issues the flush from a worker
/// thread, and on two busy processors that thread waits for its turn; and the kernel's own steps take longer when its
/// code and data have left the caches. It also bounds how many puts a second there can be. The messages' own system
/// calls are made anyway; this is what is missing to the processor time that a real member and its client take.
///
/// - Source: etcd 3.4.23 and etcdctl under `etcdctl check perf`, their processor time from /proc/PID/stat on two virtual
///   processors of 3.7 GHz, in turns with tbench, medians of three: 1620, 828 and 259 us a put at 150, 993 and 6130 puts a
///   second; tbench 1498, 922 and 308 us at 150, 1001 and 5697. Without this work 1106, 636 and 190 us at 150, 1002 and
///   8010.
struct RequestWork {
    /// A piece of work.
    enum Stage {
        /// The client encodes a request, and decodes its response.
        case clientRequest, clientResponse
        /// The member decodes a request, proposes it, applies it and encodes the response.
        case serverRequest, serverProposal, serverApply, serverReply
        /// bbolt's spill of the nodes that a commit changed, beside copying their contents.
        case spill(puts: Int)

        var cycles: UInt64 {
            switch self {
            case .clientRequest, .clientResponse: 51_000
            case .serverRequest: 60_000
            case .serverProposal, .serverApply: 22_000
            case .serverReply: 38_000
            // Metric etcd_debugging_disk_backend_commit_spill_duration_seconds: 98 us for 15 puts, 182 for 98.
            case .spill(let puts): 78_000 + 660 * UInt64(clamping: puts)
            }
        }
    }

    /// A thread of the Go runtime looks for a goroutine to run, on every processor, before it sleeps.
    private static let searchCycles: UInt64 = 40_000

    private let processors: GoProcessors
    private var work: ProcessorWork

    init(on processors: GoProcessors, in workingSet: WorkingSet) {
        self.processors = processors
        work = ProcessorWork(in: workingSet)
    }

    /// Does it as soon as a processor is free.
    mutating func perform(_ stage: Stage) {
        processors.take()
        work.run(cycles: stage.cycles)
        processors.release()
    }

    /// Looks for work before the thread sleeps, unless too many do so.
    mutating func search() {
        guard processors.takeToSearch() else { return }
        work.run(cycles: Self.searchCycles)
        processors.releaseAfterSearch()
    }
}
