import Glibc
import IOEngines
import Statistics
import Synchronization
import Workloads

/// What a replica's disk does by itself: the requests of a client, without the network between.
///
/// Runs in the agent, on the client's behalf and on the client's own volume, so that a term of the model is measured on the
/// machine that has the disk.
struct LocalMeasurement {
    /// What to do; 48 bytes on the wire, numbers little-endian.
    struct Request: Equatable {
        /// The longest that an agent spends on one.
        static let mostNanoseconds: UInt64 = 30_000_000_000
        static let byteCount = 48

        var isWrite: Bool
        var isRandom: Bool
        var blockBytes: UInt32
        /// Threads, each with one request at a time.
        var depth: UInt32
        var durationNanoseconds: UInt64
        var seed: UInt64
        /// Behind this many requests of a thread it ends earlier; 0 for no end but the time.
        var mostRequests: UInt64
        /// What lies between two requests of a thread: the way there and back, during which a replica's thread sleeps.
        var pauseNanoseconds: UInt64

        init(
            isWrite: Bool,
            isRandom: Bool,
            blockBytes: UInt32,
            depth: UInt32,
            durationNanoseconds: UInt64,
            seed: UInt64,
            mostRequests: UInt64 = 0,
            pauseNanoseconds: UInt64 = 0
        ) {
            self.isWrite = isWrite
            self.isRandom = isRandom
            self.blockBytes = blockBytes
            self.depth = depth
            self.durationNanoseconds = durationNanoseconds
            self.seed = seed
            self.mostRequests = mostRequests
            self.pauseNanoseconds = pauseNanoseconds
        }

        /// Nil for bytes that are none, and for what no agent does.
        init?(_ bytes: [UInt8]) {
            guard bytes.count == Self.byteCount else { return nil }
            let flags: UInt32 = bytes.littleEndian(0)
            guard flags < 4 else { return nil }
            isWrite = flags & 1 != 0
            isRandom = flags & 2 != 0
            blockBytes = bytes.littleEndian(4)
            depth = bytes.littleEndian(8)
            durationNanoseconds = bytes.littleEndian(16)
            seed = bytes.littleEndian(24)
            mostRequests = bytes.littleEndian(32)
            pauseNanoseconds = bytes.littleEndian(40)
            guard (1...64).contains(depth), durationNanoseconds <= Self.mostNanoseconds,
                pauseNanoseconds <= 1_000_000_000,
                blockBytes > 0, blockBytes % 4096 == 0, blockBytes <= 1 << 20
            else { return nil }
        }

        var bytes: [UInt8] {
            let flags: UInt32 = (isWrite ? 1 : 0) | (isRandom ? 2 : 0)
            return flags.bytes + blockBytes.bytes + depth.bytes + UInt32(0).bytes
                + durationNanoseconds.bytes + seed.bytes + mostRequests.bytes
                + pauseNanoseconds.bytes
        }
    }

    let request: Request
    let volume: AgentVolume
    let limits: AgentLimits

    /// - Throws: `EngineError`, the first of any thread.
    func run() throws(EngineError) -> LocalOutcome {
        let blocks = volume.store.byteCount / Int64(request.blockBytes)
        guard blocks > 0 else {
            throw EngineError(
                operation: "measure",
                subject: "volume",
                reason: "the volume is smaller than a block"
            )
        }
        let start = MonotonicClock.now()
        let runners = (0..<Int(request.depth)).map { number in
            Runner(request: request, volume: volume, blocks: blocks, number: number)
        }
        if runners.count == 1 {
            runners[0].run(until: start &+ request.durationNanoseconds)
        } else {
            var threads: [WorkerThread] = []
            for runner in runners {
                threads.append(
                    try WorkerThread(name: "measure") {
                        runner.run(until: start &+ request.durationNanoseconds)
                    }
                )
            }
            for thread in threads { thread.join() }
        }
        if let failure = runners.lazy.compactMap(\.failure).first { throw failure }
        return LocalOutcome(
            durationNanoseconds: MonotonicClock.now() - start,
            latency: .merged(runners.map { $0.histogram.snapshot() })
        )
    }

    /// One thread of it.
    private final class Runner: @unchecked Sendable {
        let request: Request
        let volume: AgentVolume
        let blocks: Int64
        let number: Int
        var histogram = LatencyHistogram()
        private(set) var failure: EngineError?

        init(request: Request, volume: AgentVolume, blocks: Int64, number: Int) {
            self.request = request
            self.volume = volume
            self.blocks = blocks
            self.number = number
        }

        func run(until end: UInt64) {
            do throws(EngineError) { try loop(until: end) } catch { failure = error }
        }

        private func loop(until end: UInt64) throws(EngineError) {
            let size = Int(request.blockBytes)
            let memory = try AlignedBuffer(byteCount: size)
            var fill = BlockFill(seed: request.seed &+ UInt64(number))
            fill.fill(memory.mutableBytes)
            var random = SplitMix64(seed: request.seed &* 31 &+ UInt64(number))
            let share = max(1, blocks / Int64(request.depth))
            var next = share * Int64(number)
            var done: UInt64 = 0
            while done < request.mostRequests || request.mostRequests == 0 {
                let block =
                    request.isRandom ? Int64(random.next() % UInt64(blocks)) : next % blocks
                next += 1
                if request.isWrite { fill.renew(memory.mutableBytes) }
                if request.pauseNanoseconds > 0 {
                    MonotonicClock.sleep(nanoseconds: request.pauseNanoseconds)
                }
                let start = MonotonicClock.now()
                if start >= end { return }
                if request.isWrite {
                    try volume.store.write(memory.bytes, at: block * Int64(size))
                } else {
                    try volume.store.read(into: memory.mutableBytes, at: block * Int64(size))
                }
                if volume.delayNanoseconds > 0 {
                    MonotonicClock.sleep(until: start &+ volume.delayNanoseconds)
                }
                histogram.record(MonotonicClock.now() &- start)
                done += 1
            }
        }
    }
}

/// What a local measurement found; on the wire: length, minimum, maximum, sum, bucket count, then index and count of each.
struct LocalOutcome: Equatable {
    var durationNanoseconds: UInt64
    var latency: HistogramSnapshot

    init(durationNanoseconds: UInt64, latency: HistogramSnapshot) {
        self.durationNanoseconds = durationNanoseconds
        self.latency = latency
    }

    /// Nil for bytes that are none.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= 40 else { return nil }
        durationNanoseconds = bytes.littleEndian(0)
        let buckets: UInt64 = bytes.littleEndian(32)
        guard buckets <= UInt64(HistogramLayout.bucketCount),
            bytes.count == 40 + 12 * Int(buckets)
        else { return nil }
        var indices: [Int32] = []
        var counts: [UInt64] = []
        for bucket in 0..<Int(buckets) {
            indices.append(bytes.littleEndian(40 + 12 * bucket))
            counts.append(bytes.littleEndian(44 + 12 * bucket))
        }
        let read = HistogramSnapshot(
            indices: indices,
            counts: counts,
            minimum: bytes.littleEndian(8),
            maximum: bytes.littleEndian(16),
            sum: bytes.littleEndian(24)
        )
        guard let read else { return nil }
        latency = read
    }

    var bytes: [UInt8] {
        durationNanoseconds.bytes + latency.minimum.bytes + latency.maximum.bytes
            + latency.sum.bytes + UInt64(latency.indices.count).bytes
            + zip(latency.indices, latency.counts).flatMap { $0.bytes + $1.bytes }
    }
}
