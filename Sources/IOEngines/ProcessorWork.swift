import CLinuxShims

/// Memory that work reads at random, so that it leaves the processor's caches as another program's computing does.
///
/// Written once, when it is made; any number of threads may read it.
package final class WorkingSet: @unchecked Sendable {
    /// What a processor's caches hold and lose at once.
    private static let lineBytes = 64

    fileprivate let words: UnsafeMutablePointer<UInt64>
    fileprivate let lineMask: UInt64

    /// Takes memory: `byteCount` rounded down to a power of two, at least a page.
    package init(byteCount: Int) {
        let bytes = 1 << (Int.bitWidth - 1 - max(4096, byteCount).leadingZeroBitCount)
        let count = bytes / MemoryLayout<UInt64>.stride
        words = .allocate(capacity: count)
        // Not zero: else the kernel may answer every read from one page.
        words.initialize(repeating: 1, count: count)
        lineMask = UInt64(bytes / Self.lineBytes - 1)
    }

    deinit { words.deallocate() }
}

/// Keeps a processor busy with a chain of dependent multiplications and loads, as another program's computing would.
///
/// One thread uses each value; nothing is allocated, and a debug build takes as long as a release.
package struct ProcessorWork: Sendable {
    private static let unitCycles: UInt64 = 400

    private let workingSet: WorkingSet
    private var value: UInt64 = 1

    package init(in workingSet: WorkingSet) { self.workingSet = workingSet }

    /// Works for so many cycles, in units of 400: multiply and add 88 times, one line from a third-level cache.
    ///
    /// Longer where the line comes from memory, some 190 ns each on a virtual machine that was idle before; that is what it
    /// is for. The thread may lose its processor meanwhile; the work stays the same.
    package mutating func run(cycles: UInt64) {
        value = tbench_touching_steps(
            value,
            cycles / Self.unitCycles,
            workingSet.words,
            workingSet.lineMask
        )
    }
}
