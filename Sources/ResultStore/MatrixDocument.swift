/// A matrix of disk combinations, judged: what is printed, in every format.
///
/// Times are nanoseconds; what is unknown is nil.
package struct MatrixDocument: Codable, Sendable, Equatable {
    package var schema = "tbench.matrix"
    package var v = 1
    /// How the cells were measured: "NBD client, load medium, 15 turns of 1 s".
    package var method: String
    /// The cell the others are compared with.
    package var reference: String?
    package var cells: [MatrixRow]
    /// What the grades of each role mean, a line each.
    package var rubric: [String]
    /// What to take; nil where nothing can be recommended.
    package var recommendation: MatrixRecommendation?
    /// What a reader has to know.
    package var notes: [String]

    package init(
        method: String,
        reference: String? = nil,
        cells: [MatrixRow],
        rubric: [String] = [],
        recommendation: MatrixRecommendation? = nil,
        notes: [String] = []
    ) {
        self.method = method
        self.reference = reference
        self.cells = cells
        self.rubric = rubric
        self.recommendation = recommendation
        self.notes = notes
    }
}

/// One combination with everything known about it.
package struct MatrixRow: Codable, Sendable, Equatable {
    /// "raw/none/io_uring".
    package var name: String
    package var tags: [String: String]
    /// Why there are no figures, or not all; nil for a cell that was measured to its end.
    package var failure: String?
    /// Measured in an emulated guest: the figures say nothing about a real one.
    package var isEmulated = false
    package var rounds = 0
    /// The job of a profile that the figures are of, and what it did: "commit", "write" or "read"; nil for etcd's load.
    package var job: String?
    package var operation: String?
    /// Of these operations; nil where the load sets their rate.
    package var perSecond: Double?
    /// Log batches written and flushed, or operations of the job.
    package var samples: UInt64 = 0
    /// From the write of a batch to the end of its flush; of a job, the times of `operation`.
    package var commitP50Ns: MatrixFigure?
    package var commitP90Ns: MatrixFigure?
    package var commitP99Ns: MatrixFigure?
    package var commitMaxNs: UInt64?
    /// The write alone.
    package var writeP99Ns: MatrixFigure?
    /// The same from the reference cell; nil for that cell and where there is none.
    package var change: MatrixChange?
    /// Bytes the host's device wrote for each byte the guest wrote; nil where the device has no counters.
    package var writeAmplification: Double?
    /// Flushes the host's device saw for each flush of the guest; nil likewise, and where the guest sent none.
    package var deviceFlushesPerSync: Double?
    /// Writes that reached the image's file for each write of the guest, counted in an audit.
    package var fileWritesPerWrite: Double?
    /// Flushes that reached the image's file for each write and flush of the guest, counted in an audit.
    package var fileFlushesPerWrite: Double?
    /// The daemon's processor time for each write and flush of the guest.
    package var processorNsPerOperation: Double?
    /// What the guest's flushes took longer than QEMU's own accounting of them, on average: the way through the guest.
    package var virtualizationNs: Double?
    /// What a commit took longer in the guest than from the host on the same disk, turn by turn; nil where that was not measured.
    package var guestMinusHost: MatrixDifference?
    /// "works", "keeps space" or "ignored".
    package var trim: String?
    package var survives: MatrixSurvival?
    /// Whether a guest can move to another host while it runs.
    package var liveMigration: String?
    package var grades: [MatrixGrade] = []

    package init(name: String, tags: [String: String], failure: String? = nil) {
        self.name = name
        self.tags = tags
        self.failure = failure
    }
}

/// A percentile with how much stands behind it.
package struct MatrixFigure: Codable, Sendable, Equatable {
    package var value: Double
    /// The 95 % interval, low then high.
    package var ci95: [Double]?
    /// Samples beyond it: fewer than 20 are too few, fewer than 100 allow no verdict.
    package var tail: UInt64

    package init(value: Double, ci95: [Double]?, tail: UInt64) {
        self.value = value
        self.ci95 = ci95
        self.tail = tail
    }
}

/// What lies between two measurements that took turns, in nanoseconds.
package struct MatrixDifference: Codable, Sendable, Equatable {
    /// The median over the turns of the guest's median commit less the host's in the same turn.
    package var medianNs: Double
    /// The 95 % interval of that median, low then high; nil for fewer than six turns.
    package var ci95: [Double]?
    /// Turns in which both measured something.
    package var turns: Int
    /// The medians over the turns of the two sides.
    package var guestNs: Double
    package var hostNs: Double

    package init(
        medianNs: Double,
        ci95: [Double]?,
        turns: Int,
        guestNs: Double,
        hostNs: Double
    ) {
        self.medianNs = medianNs
        self.ci95 = ci95
        self.turns = turns
        self.guestNs = guestNs
        self.hostNs = hostNs
    }
}

/// How a cell differs from the reference, from turns taken at the same time.
package struct MatrixChange: Codable, Sendable, Equatable {
    /// "commit p99", or "commit p90" or "commit p50" where some cell has too few samples.
    package var figure: String
    /// 1.25 is 25 % slower.
    package var ratio: Double
    /// The 99 % interval of the ratio, low then high.
    package var ci99: [Double]?
    /// Whether the interval leaves out "no difference".
    package var isSignificant: Bool
    /// "slower", "faster", "same" or "unclear", against the relevant change.
    package var verdict: String
    /// How many turns would settle an unclear one; nil where that is not known.
    package var turnsToSettle: Int?

    package init(
        figure: String,
        ratio: Double,
        ci99: [Double]?,
        isSignificant: Bool,
        verdict: String,
        turnsToSettle: Int?
    ) {
        self.figure = figure
        self.ratio = ratio
        self.ci99 = ci99
        self.isSignificant = isSignificant
        self.verdict = verdict
        self.turnsToSettle = turnsToSettle
    }
}

/// Which writes are still there afterwards: "all" that completed, those that were "flushed", or "none" for sure.
package struct MatrixSurvival: Codable, Sendable, Equatable {
    package var guestCrash: String
    package var qemuCrash: String
    package var powerCut: String

    package init(guestCrash: String, qemuCrash: String, powerCut: String) {
        self.guestCrash = guestCrash
        self.qemuCrash = qemuCrash
        self.powerCut = powerCut
    }
}

/// A grade for one role.
package struct MatrixGrade: Codable, Sendable, Equatable {
    /// "etcd".
    package var role: String
    package var title: String
    /// "A" to "F"; "?" where too little was measured.
    package var grade: String
    /// The evidence in a sentence.
    package var reason: String
    /// What it would be by speed alone; nil where nothing else lowered it.
    package var bySpeed: String?

    package init(
        role: String,
        title: String,
        grade: String,
        reason: String,
        bySpeed: String? = nil
    ) {
        self.role = role
        self.title = title
        self.grade = grade
        self.reason = reason
        self.bySpeed = bySpeed
    }
}

/// What to take.
package struct MatrixRecommendation: Codable, Sendable, Equatable {
    /// "raw/none/io_uring".
    package var cell: String
    package var sentence: String
    /// Lines for /etc/pve/qemu-server/VMID.conf.
    package var config: [String]

    package init(cell: String, sentence: String, config: [String]) {
        self.cell = cell
        self.sentence = sentence
        self.config = config
    }
}
