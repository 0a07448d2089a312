import Statistics

/// Latencies as a shared disk has them: a level that wanders from round to round, and bursts of slow operations.
///
/// A first-order autoregressive level (correlation of about one round) and a two-state Markov chain in which operations
/// take five times as long, for fifty operations on average.
struct BurstySeries {
    /// ln of the level's spread.
    var wander = 0.05
    /// How alike neighbouring rounds are: exp(−1) is a correlation time of one round.
    var likeness = 0.368
    /// The share of operations that are in a burst.
    var burstShare = 0.02
    var burstLength = 50.0
    var burstFactor = 5.0
    var operations = 2000
    private var random: SplitMix64
    private var level = 0.0
    private var isBurst = false

    init(seed: UInt64, burstShare: Double = 0.02) {
        random = SplitMix64(seed: seed)
        self.burstShare = burstShare
        // Begins anywhere in its own distribution, not at the middle of it.
        level = wander * normal()
        isBurst = random.unitInterval() < burstShare
    }

    /// The next round.
    mutating func round() -> HistogramSnapshot {
        level = likeness * level + (1 - likeness * likeness).squareRoot() * wander * normal()
        var histogram = LatencyHistogram()
        let leave = 1 / burstLength
        let enter = leave * burstShare / (1 - burstShare)
        for _ in 0..<operations {
            isBurst = random.unitInterval() < (isBurst ? 1 - leave : enter)
            // A lognormal of 15 % around a millisecond.
            let value = 1e6 * RealFunctions.exp(level + 0.15 * normal())
            histogram.record(UInt64(value * (isBurst ? burstFactor : 1)))
        }
        return histogram.takeSnapshot()
    }

    mutating func rounds(_ count: Int) -> [HistogramSnapshot] { (0..<count).map { _ in round() } }

    /// A standard normal number: twelve uniform ones, whose tails reach 6.
    mutating func normal() -> Double {
        (0..<12).reduce(-6.0) { sum, _ in sum + random.unitInterval() }
    }
}
