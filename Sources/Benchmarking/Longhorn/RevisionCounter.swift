import IOEngines
import Synchronization

/// The one writer of a replica's revision counter: each write of data asks for one 4 KiB overwrite and waits for it.
///
/// Overlaps the write of data, as since Longhorn 1.7; the overwrites themselves follow one another.
/// - Source: longhorn-engine, pkg/replica/revision_counter.go.
final class RevisionCounter: @unchecked Sendable {
    /// More than may wait at once.
    private static let slots = 64

    private let file: DiskFile
    private let block: AlignedBuffer
    private let work = Signal()
    private let waiting = (0..<slots).map { _ in Signal() }
    private let done = Atomic<UInt64>(0)
    private let failure = Guarded<EngineError?>(nil)
    private var requested: UInt64 = 0
    private var isEnding = false
    private var thread: WorkerThread?

    init(_ file: DiskFile) throws(EngineError) {
        self.file = file
        block = try AlignedBuffer(byteCount: ReplicaDiskCase.sectorBytes)
    }

    func start() throws(EngineError) {
        thread = try WorkerThread(name: "revision") { self.run() }
    }

    /// Ends the thread; nobody may be waiting.
    func stop() {
        work.lock()
        isEnding = true
        work.signalAll()
        work.unlock()
        thread?.join()
    }

    /// Asks for an overwrite.
    ///
    /// - Returns: what to wait for.
    func request() -> UInt64 {
        work.lock()
        requested += 1
        let ticket = requested
        work.signalOne()
        work.unlock()
        return ticket
    }

    /// Waits until the overwrite is done.
    func wait(for ticket: UInt64) throws(EngineError) {
        let signal = waiting[Int(ticket % UInt64(Self.slots))]
        signal.lock()
        while done.load(ordering: .acquiring) < ticket { signal.wait() }
        signal.unlock()
        if let error = failure.withLock({ $0 }) { throw error }
    }

    private func run() {
        var number: UInt64 = 0
        while true {
            work.lock()
            while requested == number, !isEnding { work.wait() }
            let isOver = requested == number
            work.unlock()
            if isOver { return }
            number += 1
            overwrite()
            let signal = waiting[Int(number % UInt64(Self.slots))]
            signal.lock()
            done.store(number, ordering: .releasing)
            signal.signalAll()
            signal.unlock()
        }
    }

    /// After a failure nothing more is written, but nobody is left waiting.
    private func overwrite() {
        guard failure.withLock({ $0 == nil }) else { return }
        do throws(EngineError) {
            try file.write(block.bytes, at: 0)
        } catch {
            failure.withLock { $0 = error }
        }
    }
}
