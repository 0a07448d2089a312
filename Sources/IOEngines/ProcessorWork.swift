import CLinuxShims

/// Keeps a processor busy with a chain of dependent multiplications, as another program's computing would.
///
/// One thread uses each value; no memory is touched, nothing is allocated, and a debug build takes as long as a release.
package struct ProcessorWork: Sendable {
    private var value: UInt64 = 1

    package init() {}

    /// Works for so many cycles, in steps of 4 (multiply and add on today's processors).
    ///
    /// The thread may lose its processor meanwhile; the work stays the same.
    package mutating func run(cycles: UInt64) {
        value = tbench_dependent_steps(value, cycles / 4)
    }
}
