package import Statistics

/// How far a run is; sent by the coordinator between rounds, never by a measuring thread.
package struct Progress: Sendable {
    /// What is going on: "small", "ramp 2000/s", "noise floor".
    package var phase: String
    /// Rounds done and planned; equal when the phase ends.
    package var round: Int
    package var rounds: Int
    package var elapsedNanoseconds: UInt64
    /// The expected end of the whole run, from the plan.
    package var remainingNanoseconds: UInt64
    /// WAL fsyncs of the phase's rounds so far.
    package var walFsync: [HistogramSnapshot]

    package init(
        phase: String,
        round: Int,
        rounds: Int,
        elapsedNanoseconds: UInt64,
        remainingNanoseconds: UInt64,
        walFsync: [HistogramSnapshot]
    ) {
        self.phase = phase
        self.round = round
        self.rounds = rounds
        self.elapsedNanoseconds = elapsedNanoseconds
        self.remainingNanoseconds = remainingNanoseconds
        self.walFsync = walFsync
    }
}
