import IOEngines
import Workloads

/// A backend commit's pages on a raw region: neighbours merged, all in flight together, as writeback does it.
struct RegionPages: PageStorage, ~Copyable {
    private static let depth = 32

    private let region: Region
    private var memory: AlignedBuffer
    private var payload: PayloadSource
    private var transaction: UInt64 = 2
    private var metaOffset = 0
    private let completions: UnsafeMutableBufferPointer<IOCompletion>

    init(region: Region, payload: PayloadSource) throws(EngineError) {
        let memory = try AlignedBuffer(byteCount: 1 << 20, alignment: 4096)
        self.region = region
        self.memory = memory
        self.payload = payload
        completions = .allocate(capacity: Self.depth)
        completions.initialize(repeating: IOCompletion(slot: 0, result: 0, completedAt: 0))
    }

    deinit { completions.deallocate() }

    mutating func fill(_ runs: [PageRun]) throws(BenchmarkError) {
        let needed = (runs.reduce(0) { $0 + $1.count } + 1) * BackendTree.pageBytes
        if needed > memory.byteCount {
            do throws(EngineError) {
                memory = try AlignedBuffer(byteCount: needed * 2, alignment: 4096)
            } catch {
                throw BenchmarkError(error)
            }
        }
        payload.fill(UnsafeMutableRawBufferPointer(start: memory.pointer, count: needed))
        transaction += 1
        metaOffset = needed - BackendTree.pageBytes
    }

    mutating func grow(to bytes: UInt64) throws(BenchmarkError) -> Bool { false }

    mutating func writeRuns<Engine: IOEngine & ~Copyable>(
        _ runs: [PageRun],
        _ engine: inout Engine
    ) throws(BenchmarkError) -> UInt64 {
        var memoryOffset = 0
        var last: UInt64 = MonotonicClock.now()
        for run in Self.merged(runs) {
            let request = IORequest(
                operation: .write,
                fileDescriptor: region.fileDescriptor,
                buffer: memory.pointer + memoryOffset,
                byteCount: run.count * BackendTree.pageBytes,
                offset: fileOffset(run)
            )
            while try !queue(request, &engine) { last = try reapOne(&engine) }
            memoryOffset += request.byteCount
        }
        while engine.inFlight > 0 { last = try reapOne(&engine) }
        return last
    }

    mutating func sync<Engine: IOEngine & ~Copyable>(
        _ engine: inout Engine
    ) throws(BenchmarkError) -> UInt64 {
        try BlockingIO.sync(&engine, region.fileDescriptor, path: region.path)
    }

    mutating func writeMeta<Engine: IOEngine & ~Copyable>(
        _ engine: inout Engine
    ) throws(BenchmarkError) {
        _ = try BlockingIO.write(
            &engine,
            region.fileDescriptor,
            memory.pointer + metaOffset,
            count: BackendTree.pageBytes,
            offset: Int64(region.offset + transaction % 2 * UInt64(BackendTree.pageBytes)),
            path: region.path
        )
    }

    /// Neighbouring runs as one; no write longer than 512 KiB.
    static func merged(_ runs: [PageRun]) -> [PageRun] {
        var result: [PageRun] = []
        for run in runs {
            if let last = result.last, last.first + last.count == run.first,
                last.count + run.count <= 128
            {
                result[result.count - 1].count += run.count
            } else {
                result.append(run)
            }
        }
        return result
    }

    /// Pages beyond the region wrap to its start, behind the meta pages.
    private func fileOffset(_ run: PageRun) -> Int64 {
        let pages = Int(region.byteCount) / BackendTree.pageBytes - 2
        let usable = max(1, pages - run.count)
        let page = run.first < pages - run.count ? run.first : 2 + run.first % usable
        return Int64(region.offset) + Int64(page) * Int64(BackendTree.pageBytes)
    }

    private func queue<Engine: IOEngine & ~Copyable>(
        _ request: IORequest,
        _ engine: inout Engine
    ) throws(BenchmarkError) -> Bool {
        engine.queue(request) == nil
    }

    private func reapOne<Engine: IOEngine & ~Copyable>(
        _ engine: inout Engine
    ) throws(BenchmarkError) -> UInt64 {
        let count: Int
        do throws(EngineError) {
            count = try engine.reap(minimum: 1, into: completions)
        } catch {
            throw BenchmarkError(error)
        }
        var last: UInt64 = 0
        for completion in completions.prefix(count) {
            guard completion.result > 0 else {
                engine.drain()
                throw BenchmarkError(
                    EngineError.failedIO(
                        .write,
                        path: region.path,
                        result: completion.result,
                        expected: BackendTree.pageBytes
                    )
                )
            }
            last = max(last, completion.completedAt)
        }
        return last
    }
}
