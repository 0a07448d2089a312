package import ResultStore
package import Workloads

/// What a matrix measures, and for how long.
package struct MatrixSettings: Sendable {
    /// The cells, in the order of the table; the null device may be one of them.
    package var combinations: [DiskCombination]
    package var client: DiskClient
    package var load: EtcdLoad
    /// The jobs to run instead of etcd's load; nil for that.
    package var profile: Profile?
    /// The size of each disk.
    package var imageBytes: UInt64
    /// Turns of each cell at least and at most.
    package var minimumRounds: Int
    package var maximumRounds: Int
    package var roundNanoseconds: UInt64
    package var warmUpNanoseconds: UInt64
    /// Stop as soon as every difference is known well enough, whatever it is.
    package var adaptive: Bool
    package var seed: UInt64

    /// The smallest disk: a log ring, a database and room for the discard at its end.
    package static let imageBytesMin: UInt64 = 32 << 20

    package init(
        combinations: [DiskCombination],
        client: DiskClient = .nbd,
        load: EtcdLoad = .medium,
        profile: Profile? = nil,
        imageBytes: UInt64 = 128 << 20,
        minimumRounds: Int = 10,
        maximumRounds: Int = 15,
        roundNanoseconds: UInt64 = 1_000_000_000,
        warmUpNanoseconds: UInt64 = 150_000_000,
        adaptive: Bool = true,
        seed: UInt64 = 7
    ) {
        self.combinations = combinations
        self.client = client
        self.load = load
        self.profile = profile
        self.imageBytes = imageBytes
        self.minimumRounds = minimumRounds
        self.maximumRounds = maximumRounds
        self.roundNanoseconds = roundNanoseconds
        self.warmUpNanoseconds = warmUpNanoseconds
        self.adaptive = adaptive
        self.seed = seed
    }

    /// Bytes the images take at most.
    package var bytesNeeded: UInt64 {
        combinations.reduce(16 << 20) {
            $0 + ScratchImage.bytesNeeded($1, byteCount: imageBytes) + (24 << 20)
        }
    }

    /// The cell that others are compared with: raw/none, or the first that is no null device.
    package var reference: Int? {
        combinations.firstIndex { $0.format == .raw && $0.cache == .none }
            ?? combinations.firstIndex { $0.format != .null }
    }

    /// What one turn takes, its pauses included.
    package var turnNanoseconds: UInt64 {
        UInt64(profile?.phases.count ?? 1) * (warmUpNanoseconds + roundNanoseconds) + 180_000_000
    }

    /// Which cell's turn it is in a round: there and back again, so that drift hits all alike (ABBA).
    static func order(of cells: Int, round: Int) -> [Int] {
        let forth = Array(0..<cells)
        return round.isMultiple(of: 2) ? forth : forth.reversed()
    }
}

/// How far a matrix is.
package enum MatrixEvent: Sendable {
    /// Making ready the cell at this index.
    case preparing(Int)
    /// A cell will not be measured, and why.
    case failed(Int, String)
    /// The cell at this index has had its turn in this round, counted from 0.
    case turn(Int, round: Int, remainingNanoseconds: UInt64, phase: PhaseRecord)
    /// The measuring is over; discards are tried.
    case finishing
}

/// What became of one cell.
package struct MatrixCellOutcome: Sendable {
    package var combination: DiskCombination
    /// What was measured; nil where nothing was.
    package var phase: PhaseRecord?
    /// The jobs of a profile, all of them, in its order; empty for etcd's load.
    package var jobs: [PhaseRecord] = []
    /// The same disk measured from the host while its guest stood still; nil without a guest.
    package var host: PhaseRecord?
    /// Why it was not measured, or not to its end.
    package var failure: String?
    /// What else a record should say of it, such as the accelerator of its guest.
    package var tags: [String: String] = [:]
}
