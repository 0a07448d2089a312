/// One job of a workload, in fio's vocabulary: what it does to the target, how hard and for how long.
///
/// A plain value; `Profile` and `FioJobFile` check it before they hand it out. Everything is in bytes and nanoseconds.
package struct JobSpec: Sendable, Equatable {
    /// fio's section name: unique within a profile.
    package var name: String
    /// What it does (`rw`).
    package var readWrite: ReadWrite = .read
    /// The order of its blocks; sequential for `read`, `write` and `rw`.
    package var access: AccessPattern = .sequential
    /// How much of a mixed job reads, 0 to 100 (`rwmixread`).
    package var readPercent = 50
    /// The sizes of its reads (`bs`, `bssplit`).
    package var readSizes = BlockSizes(4096)
    /// The sizes of its writes.
    package var writeSizes = BlockSizes(4096)
    /// I/Os in flight in each of its threads (`iodepth`), 1 to 65 536.
    package var ioDepth = 1
    /// How many I/Os are submitted with one system call at most (`iodepth_batch_submit`), 1 to `ioDepth`.
    package var batch = 1
    /// How many completions a full queue waits for (`iodepth_batch_complete_min`), 1 to `ioDepth`.
    package var completionBatch = 1
    /// Threads that do the same, each with its own ring, seed and offset (`numjobs`), 1 to 1024.
    package var numJobs = 1
    /// Past the page cache (`direct`).
    package var direct = false
    /// The engine it wants; `auto` takes the best that works.
    package var engine: Engine = .auto
    /// An fsync after so many writes (`fsync`); 0 is never.
    package var fsyncEvery = 0
    /// An fdatasync after so many writes (`fdatasync`); 0 is never.
    package var fdatasyncEvery = 0
    /// Each write and its sync go to the engine as one chain; the sync is then not timed apart.
    package var linkedSync = false
    /// One fsync when the job ends, within its measured time (`end_fsync`).
    package var endFsync = false
    /// Drops the target's pages from the page cache before it begins (`invalidate`).
    package var invalidate = true
    /// Open loop: I/Os a second in each thread, above 0 (`rate_iops`); nil is closed loop.
    package var rateIOPS: Double?
    /// When the I/Os of an open loop are due (`rate_process`).
    package var arrivals: ArrivalPattern = .fixed
    /// How much of the target each thread uses, and how much it transfers without `timeBased` (`size`).
    package var size: Extent = .all
    /// Where the region begins (`offset`).
    package var offset: Extent = .bytes(0)
    /// How far each further thread's region begins behind the one before (`offset_increment`).
    package var offsetIncrement: Extent = .bytes(0)
    /// The measured time; nil is until `size` has been transferred (`runtime`).
    package var runtimeNanoseconds: UInt64?
    /// Goes on until `runtimeNanoseconds`, from the start of the region again where need be (`time_based`).
    package var timeBased = false
    /// Time before the measurement that does not count (`ramp_time`).
    package var rampNanoseconds: UInt64 = 0
    /// How much of each block compresses away, 0 to 100 (`buffer_compress_percentage`).
    package var compressPercent = 0
    /// How many of the blocks are copies of others, 0 to 100 (`dedupe_percentage`).
    package var dedupePercent = 0
    /// Writes self-describing blocks and reads them back.
    package var verify = false
    /// Buffers registered with the ring (`fixedbufs`).
    package var registeredBuffers = true
    /// Busy polling for completions in the kernel (`hipri`).
    package var ioPoll = false
    /// A kernel thread that takes submissions (`sqthread_poll`).
    package var sqPoll = false
    /// The CPU its first thread is pinned to, further threads to those that follow; nil is not pinned (`cpus_allowed` with one CPU).
    package var cpu: Int?
    /// The file it names itself (`filename`); nil is the target of the command line.
    package var fileName: String?
    /// The seed of its offsets, sizes and data (`randseed`); nil is the seed of the run.
    package var seed: UInt64?
    /// Begins when all jobs before it have ended (`stonewall`).
    package var stonewall = false
    /// Creates and closes files instead of keeping one open; nil for every ordinary job.
    package var fileCycle: FileCycle?

    /// A job with fio's defaults, except that it takes the best engine and has its buffers registered.
    package init(name: String) {
        self.name = name
    }

    /// What a job does.
    package enum ReadWrite: String, Sendable, CaseIterable {
        case read
        case write
        case randread
        case randwrite
        case readwrite = "rw"
        case randrw

        package var reads: Bool { self != .write && self != .randwrite }
        package var writes: Bool { self != .read && self != .randread }
        package var isMixed: Bool { reads && writes }
        package var isRandom: Bool { self == .randread || self == .randwrite || self == .randrw }
    }

    /// The engine a job asks for.
    package enum Engine: String, Sendable, CaseIterable {
        case auto
        case ioUring = "io_uring"
        case libaio
        case sync
        case null
        /// io_uring with NOPs: the ring and its system calls, and nothing behind them.
        case nop
    }

    /// A length or position on the target.
    package enum Extent: Sendable, Equatable {
        /// The whole target; for a scratch file the size that its profile or the command line says.
        case all
        case bytes(Int64)
        /// Percent of the target, 0 to 100.
        case percent(Int)
    }

    /// Every operation is one file: open with create and truncate, write one block, fsync if asked for, close.
    package struct FileCycle: Sendable, Equatable {
        /// How many files take turns, 1 to 1 000 000.
        package var fileCount: Int

        package init(fileCount: Int) {
            self.fileCount = fileCount
        }
    }

    /// How many requests its engine must hold: a chained sync is one of its own.
    package var engineCapacity: Int { linkedSync ? 2 * ioDepth : ioDepth }

    /// The smallest block of either direction: what offsets are aligned to.
    package var blockAlignment: Int {
        if !readWrite.writes { return readSizes.smallest }
        if !readWrite.reads { return writeSizes.smallest }
        return min(readSizes.smallest, writeSizes.smallest)
    }

    /// The largest block of either direction: what a buffer must hold.
    package var blockCapacity: Int {
        if !readWrite.writes { return readSizes.largest }
        if !readWrite.reads { return writeSizes.largest }
        return max(readSizes.largest, writeSizes.largest)
    }
}
