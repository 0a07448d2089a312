/// A range of plausible values, both ends included.
package struct Interval: Sendable, Equatable {
    package var low: Double
    package var high: Double

    package init(low: Double, high: Double) {
        self.low = low
        self.high = high
    }

    /// Half the width on a logarithmic scale: 0.10 is about ±10 %; infinite when `low` is not positive.
    package var lnHalfWidth: Double {
        guard low > 0, high >= low else { return .infinity }
        return (RealFunctions.ln(high) - RealFunctions.ln(low)) / 2
    }

    /// The smallest interval that contains this one and `value`.
    func including(_ value: Double) -> Interval {
        Interval(low: min(low, value), high: max(high, value))
    }
}

/// How much of a percentile may be shown, by the number of samples in the tail beyond it.
package enum Printability: Sendable, Equatable {
    /// At least 100 samples in the tail: print it, judge by it.
    case full
    /// 20 ..< 100 samples in the tail: print it as "~1.9 ms"; no verdict from it.
    case approximate
    /// Fewer than 20 samples in the tail: print "–" and how long a run it needs.
    case tooFew

    /// The rule for a tail of `samples`.
    package static func ofTail(_ samples: UInt64) -> Printability {
        if samples < 20 { return .tooFew }
        return samples < 100 ? .approximate : .full
    }
}

/// A reason to doubt an estimate; the raw value is what the record stores.
package enum EstimateFlag: String, Sendable, Equatable, CaseIterable {
    /// One round holds more than half of the tail samples.
    case burst
    /// Neighbouring rounds resemble each other; the interval is wider for it, and still rather too narrow.
    case correlated
    /// The value rose or fell during the run.
    case drifting
    /// Fewer than 20 samples in the tail.
    case tooFew = "too-few"
}

/// A statistic of all rounds together, with its interval and what stands behind it.
package struct QuantileEstimate: Sendable, Equatable {
    /// The statistic of the pooled rounds, in nanoseconds; 0 when there is no sample (`count` is 0).
    package var value: Double
    /// The 95 % interval, the one to show; nil for fewer than `RoundBootstrap.minimumRounds` rounds.
    package var ci95: Interval?
    /// The 99 % interval, the one to judge by; nil together with `ci95`.
    package var ci99: Interval?
    /// All samples.
    package var count: UInt64
    /// Samples in the tail: N(1-q) for a quantile from the median up, Nq below it, N for a mean.
    package var tail: UInt64
    /// Doubts, in the order of `EstimateFlag.allCases`.
    package var flags: [EstimateFlag]
    /// Whether the value may be printed as a number.
    package var printability: Printability

    package init(
        value: Double,
        ci95: Interval? = nil,
        ci99: Interval? = nil,
        count: UInt64,
        tail: UInt64,
        flags: [EstimateFlag] = [],
        printability: Printability
    ) {
        self.value = value
        self.ci95 = ci95
        self.ci99 = ci99
        self.count = count
        self.tail = tail
        self.flags = flags
        self.printability = printability
    }
}
