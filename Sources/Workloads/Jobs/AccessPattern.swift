/// In which order a job visits the blocks of its region.
package enum AccessPattern: Sendable, Equatable {
    /// One after the other, from the start again at the end.
    case sequential
    /// Every block equally likely each time; some come twice before others come at all (fio's `norandommap`).
    case randomUniform
    /// Random order, every block once before any comes again (fio's default for random jobs).
    case randomOnce
    /// Rank r is visited with a probability proportional to 1 / r^theta; the ranks are scattered over the region.
    ///
    /// `theta` is above 0; 1.2 sends about half of the I/O to ten blocks.
    case zipf(theta: Double)
    /// Sequential, `bytes` from the start of one block to the start of the next; from the start again at the end.
    case strided(bytes: Int64)
}
