package import Workloads

/// How long and at which loads the etcd benchmark runs.
package struct EtcdPlan: Sendable {
    /// The load the verdict is about.
    package var load: EtcdLoad
    /// What runs besides the verdict's load: ramp, sequential writes, recovery, steady database.
    package var extras: Bool
    package var compareFioRecipe: Bool
    /// Also in turns with a busy Longhorn volume on the same disk.
    package var besideLonghorn: Bool
    /// Rounds of the verdict's load at least and at most.
    package var minimumRounds: Int
    package var maximumRounds: Int
    package var roundNanoseconds: UInt64
    /// Bound on the whole run; rounds are cut to fit.
    package var maximumNanoseconds: UInt64
    /// Stop as soon as the answer is clear, either way, or the interval is tight.
    package var adaptive: Bool

    package init(
        load: EtcdLoad = .small,
        extras: Bool = true,
        compareFioRecipe: Bool = false,
        besideLonghorn: Bool = false,
        minimumRounds: Int = 5,
        maximumRounds: Int = 25,
        roundNanoseconds: UInt64 = 2_000_000_000,
        maximumNanoseconds: UInt64 = 70_000_000_000,
        adaptive: Bool = true
    ) {
        self.load = load
        self.extras = extras
        self.compareFioRecipe = compareFioRecipe
        self.besideLonghorn = besideLonghorn
        self.minimumRounds = minimumRounds
        self.maximumRounds = maximumRounds
        self.roundNanoseconds = roundNanoseconds
        self.maximumNanoseconds = maximumNanoseconds
        self.adaptive = adaptive
    }

    /// A short look at the raw device before a filesystem is made on it: the same load, three rounds.
    package var deviceFloor: EtcdPlan {
        var plan = self
        plan.extras = false
        plan.compareFioRecipe = false
        plan.besideLonghorn = false
        plan.adaptive = false
        plan.maximumRounds = min(3, maximumRounds)
        return plan
    }

    /// What the extras take at most.
    package static let extrasNanoseconds: UInt64 = 14_000_000_000

    /// Free bytes the files of the run need at most: segments in use and preallocated, database, extras.
    package func bytesNeeded(segmentBytes: UInt64) -> UInt64 {
        let rate = load.ratePerSecond ?? 5000
        let bytesPerPut = Double(load.keyBytes + load.valueBytes + 60)
        let seconds = Double(maximumNanoseconds) / 1e9
        let logged = rate * bytesPerPut * seconds
        let segments = min(7, 3 + (logged / Double(segmentBytes)).rounded(.up))
        let rampDatabase = extras ? 400e6 : 0
        let neighbour = besideLonghorn ? Double(LonghornNeighbour.fileBytes) + 100e6 : 0
        let own = segments * Double(segmentBytes) + logged * 1.5 + rampDatabase
        return UInt64(own + neighbour) + 64_000_000
    }
}
