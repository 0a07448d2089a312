/// One key of a job: what it is called and what it does to the draft.
///
/// Profiles and fio job files share the table, so a key cannot mean one thing here and another there; only numbers are
/// written differently (`OptionSyntax`).
struct JobOption: Sendable {
    /// fio's name, and fio's aliases.
    let names: [String]
    /// Where the key may stand.
    let home: Home
    /// Takes the value into the draft.
    let apply: @Sendable (inout JobDraft, String) throws(ValueError) -> Void

    enum Home: Sendable {
        case both
        case fio
        case profile
    }

    init(
        _ names: String...,
        home: Home = .both,
        apply: @escaping @Sendable (inout JobDraft, String) throws(ValueError) -> Void
    ) {
        self.names = names
        self.home = home
        self.apply = apply
    }

    /// Every key that may stand in this kind of file.
    static func names(_ syntax: OptionSyntax) -> [String] {
        all.filter { $0.isAllowed(in: syntax) }.flatMap { $0.names }
    }

    /// The key with this name, if it may stand in this kind of file.
    static func named(_ name: String, in syntax: OptionSyntax) -> JobOption? {
        all.first { $0.isAllowed(in: syntax) && $0.names.contains(name) }
    }

    private func isAllowed(in syntax: OptionSyntax) -> Bool {
        switch home {
        case .both: true
        case .fio: syntax == .fio
        case .profile: syntax == .profile
        }
    }

    static let all: [JobOption] = pattern + pressure + extent + content + engine + accepted

    /// What a job does and in which order.
    private static let pattern: [JobOption] = [
        JobOption("rw", "readwrite") { (draft, text) throws(ValueError) in
            try draft.setReadWrite(text)
        },
        JobOption("bs", "blocksize") { (draft, text) throws(ValueError) in
            try draft.setBlockSizes(text)
        },
        JobOption("bssplit") { (draft, text) throws(ValueError) in
            try draft.setBlockSplit(text)
        },
        JobOption("rwmixread") { (draft, text) throws(ValueError) in
            draft.spec.readPercent = try draft.syntax.integer(text, in: 0...100)
        },
        JobOption("rwmixwrite") { (draft, text) throws(ValueError) in
            draft.spec.readPercent = try 100 - draft.syntax.integer(text, in: 0...100)
        },
        JobOption("norandommap") { (draft, text) throws(ValueError) in
            draft.mayRepeat = try draft.syntax.flag(text)
        },
        JobOption("random_distribution") { (draft, text) throws(ValueError) in
            try draft.setDistribution(text)
        },
        JobOption("stride", home: .profile) { (draft, text) throws(ValueError) in
            draft.strideBytes = try draft.syntax.bytes(text)
        },
        JobOption("file_cycle", home: .profile) { (draft, text) throws(ValueError) in
            let count = try draft.syntax.integer(text, in: 1...1_000_000)
            draft.spec.fileCycle = JobSpec.FileCycle(fileCount: count)
        },
    ]

    /// How hard it presses.
    private static let pressure: [JobOption] = [
        JobOption("iodepth") { (draft, text) throws(ValueError) in
            draft.depth = try draft.syntax.integer(text, in: 1...65_536)
        },
        JobOption("iodepth_batch", "iodepth_batch_submit") { (draft, text) throws(ValueError) in
            draft.batch = try draft.syntax.integer(text, in: 0...65_536)
        },
        JobOption("iodepth_batch_complete_min", "iodepth_batch_complete") {
            (draft, text) throws(ValueError) in
            draft.completionBatch = try draft.syntax.integer(text, in: 1...65_536)
        },
        JobOption("numjobs") { (draft, text) throws(ValueError) in
            draft.spec.numJobs = try draft.syntax.integer(text, in: 1...1024)
        },
        JobOption("fsync") { (draft, text) throws(ValueError) in
            draft.spec.fsyncEvery = try draft.syntax.integer(text, in: 0...1_000_000_000)
        },
        JobOption("fdatasync") { (draft, text) throws(ValueError) in
            draft.spec.fdatasyncEvery = try draft.syntax.integer(text, in: 0...1_000_000_000)
        },
        JobOption("linked_sync", home: .profile) { (draft, text) throws(ValueError) in
            draft.spec.linkedSync = try draft.syntax.flag(text)
        },
        JobOption("end_fsync") { (draft, text) throws(ValueError) in
            draft.spec.endFsync = try draft.syntax.flag(text)
        },
        JobOption("rate_iops") { (draft, text) throws(ValueError) in
            let rate = try draft.syntax.integer(text, in: 0...1_000_000_000)
            // fio: 0 is no limit.
            draft.spec.rateIOPS = rate == 0 ? nil : Double(rate)
        },
        JobOption("rate_process") { (draft, text) throws(ValueError) in
            switch text {
            case "linear": draft.spec.arrivals = .fixed
            case "poisson": draft.spec.arrivals = .poisson
            default: throw draft.syntax.unknown(text, among: ["linear", "poisson"])
            }
        },
        JobOption("stonewall", "wait_for_previous", home: .fio) {
            (draft, text) throws(ValueError) in
            draft.spec.stonewall = try draft.syntax.flag(text)
        },
    ]

    /// Where and how long.
    private static let extent: [JobOption] = [
        JobOption("size") { (draft, text) throws(ValueError) in
            draft.spec.size = try draft.extent(text, zeroIsAll: true)
        },
        JobOption("offset", "fileoffset") { (draft, text) throws(ValueError) in
            draft.spec.offset = try draft.extent(text, zeroIsAll: false)
        },
        JobOption("offset_increment") { (draft, text) throws(ValueError) in
            draft.spec.offsetIncrement = try draft.extent(text, zeroIsAll: false)
        },
        JobOption("runtime", "timeout") { (draft, text) throws(ValueError) in
            let time = try draft.syntax.nanoseconds(text)
            draft.spec.runtimeNanoseconds = time == 0 ? nil : time
        },
        JobOption("time_based") { (draft, text) throws(ValueError) in
            draft.spec.timeBased = try draft.syntax.flag(text)
        },
        JobOption("ramp_time") { (draft, text) throws(ValueError) in
            draft.spec.rampNanoseconds = try draft.syntax.nanoseconds(text)
        },
        JobOption("filename") { (draft, text) throws(ValueError) in
            try draft.setFileName(text)
        },
    ]

    /// What is written.
    private static let content: [JobOption] = [
        JobOption("buffer_compress_percentage") { (draft, text) throws(ValueError) in
            draft.spec.compressPercent = try draft.syntax.integer(text, in: 0...100)
        },
        JobOption("dedupe_percentage") { (draft, text) throws(ValueError) in
            draft.spec.dedupePercent = try draft.syntax.integer(text, in: 0...100)
        },
        JobOption("verify") { (draft, text) throws(ValueError) in
            try draft.setVerify(text)
        },
        JobOption("randseed") { (draft, text) throws(ValueError) in
            draft.spec.seed = UInt64(try draft.syntax.bytes(text))
        },
    ]

    /// Through what.
    private static let engine: [JobOption] = [
        JobOption("direct") { (draft, text) throws(ValueError) in
            draft.spec.direct = try draft.syntax.flag(text)
        },
        JobOption("buffered") { (draft, text) throws(ValueError) in
            draft.spec.direct = try !draft.syntax.flag(text)
        },
        JobOption("invalidate") { (draft, text) throws(ValueError) in
            draft.spec.invalidate = try draft.syntax.flag(text)
        },
        JobOption("ioengine") { (draft, text) throws(ValueError) in
            try draft.setEngine(text)
        },
        JobOption("fixedbufs") { (draft, text) throws(ValueError) in
            draft.spec.registeredBuffers = try draft.syntax.flag(text)
        },
        JobOption("hipri") { (draft, text) throws(ValueError) in
            draft.spec.ioPoll = try draft.syntax.flag(text)
        },
        JobOption("sqthread_poll") { (draft, text) throws(ValueError) in
            draft.spec.sqPoll = try draft.syntax.flag(text)
        },
        JobOption("cpus_allowed") { (draft, text) throws(ValueError) in
            draft.spec.cpu = try draft.syntax.integer(text, in: 0...4095)
        },
    ]

    /// What fio files often say and what changes nothing here, each for the reason beside it.
    private static let accepted: [JobOption] = [
        // Jobs are threads of one process here; the I/O is the same.
        JobOption("thread", home: .fio) { (draft, text) throws(ValueError) in
            _ = try draft.syntax.flag(text)
        },
        // A matter of display.
        JobOption("group_reporting", home: .fio) { (draft, text) throws(ValueError) in
            _ = try draft.syntax.flag(text)
        },
        JobOption("description", home: .fio) { _, _ in },
        // The seed stands in every record, and every run can be given one.
        JobOption("randrepeat", home: .fio) { (draft, text) throws(ValueError) in
            _ = try draft.syntax.flag(text)
        },
        // Every block is new data here, which is more than either asks for.
        JobOption("refill_buffers", home: .fio) { (draft, text) throws(ValueError) in
            _ = try draft.syntax.flag(text)
        },
        JobOption("scramble_buffers", home: .fio) { (draft, text) throws(ValueError) in
            _ = try draft.syntax.flag(text)
        },
        // Files are registered wherever the kernel can.
        JobOption("registerfiles", home: .fio) { (draft, text) throws(ValueError) in
            _ = try draft.syntax.flag(text)
        },
        // Each generator of fio's gives random numbers of the same distribution.
        JobOption("random_generator", home: .fio) { (draft, text) throws(ValueError) in
            let known = ["tausworthe", "lfsr", "tausworthe64"]
            if !known.contains(text) { throw draft.syntax.unknown(text, among: known) }
        },
    ]
}
