import IOEngines
import Workloads

/// Reads back every block that a job wrote and holds it against the ledger.
///
/// Past the page cache as far as the job's own descriptor allows: a buffered job is synced and its pages are dropped first.
/// Blocks next to each other are read together, up to 1 MiB.
struct VerifyPass {
    private static let readBytes = 1 << 20

    let ledger: VerifyLedger
    let path: String
    let direct: Bool
    let control: RunControl

    /// - Throws: `BenchmarkError` when a block cannot be read; wrong blocks are the ledger's findings.
    func run() throws(BenchmarkError) {
        do throws(EngineError) {
            var options: FileDescriptor.OpenOptions = .readOnly
            if direct { options.insert(.direct) }
            let file = try FileDescriptor.open(path, options)
            if !direct {
                try file.fdatasync()
                try file.adviseDontNeed()
            }
            let together = max(1, Self.readBytes / ledger.blockBytes)
            let memory = try AlignedBuffer(byteCount: together * ledger.blockBytes)
            var block = 0
            while block < ledger.count, !control.isStopping {
                var end = block
                while end < ledger.count, end - block < together, ledger.isWritten(end) { end += 1 }
                if end == block {
                    block += 1
                    continue
                }
                try check(block..<end, file, memory)
                block = end
            }
        } catch {
            throw BenchmarkError(error)
        }
    }

    private func check(
        _ blocks: Range<Int>,
        _ file: borrowing FileDescriptor,
        _ memory: borrowing AlignedBuffer
    ) throws(EngineError) {
        let size = ledger.blockBytes
        let start = ledger.region.start + Int64(blocks.lowerBound * size)
        let wanted = UnsafeMutableRawBufferPointer(
            rebasing: memory.mutableBytes[..<(blocks.count * size)]
        )
        // What is not read stays zero, and is found to be lost.
        wanted.initializeMemory(as: UInt8.self, repeating: 0)
        _ = try file.read(into: wanted, at: start)
        for number in 0..<blocks.count {
            let bytes = UnsafeRawBufferPointer(
                rebasing: wanted[(number * size)..<((number + 1) * size)]
            )
            let offset = start + Int64(number * size)
            let outcome = ledger.check(bytes, offset: offset)
            if outcome != .ok { ledger.note(outcome, offset: offset) }
        }
    }
}
