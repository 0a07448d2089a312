package import Statistics

/// What one job did, in the terms of fio's output.
package struct FioJobSummary: Sendable {
    /// An option and its value, both as a job file has them: "bs", "4k".
    package typealias Option = (name: String, value: String)

    /// A stretch of the measured time.
    package struct Sample: Sendable, Equatable {
        package var operations: UInt64
        package var bytes: UInt64
        package var nanoseconds: UInt64

        package init(operations: UInt64, bytes: UInt64, nanoseconds: UInt64) {
            self.operations = operations
            self.bytes = bytes
            self.nanoseconds = nanoseconds
        }
    }

    /// All reads, or all writes.
    package struct Direction: Sendable {
        package var bytes: UInt64 = 0
        package var operations: UInt64 = 0
        /// How many of them moved less than asked for.
        package var shortOperations: UInt64 = 0
        /// How long they were measured, in nanoseconds.
        package var runtimeNanoseconds: UInt64 = 0
        /// Created to submitted; empty when not measured.
        package var slat = HistogramSnapshot.empty
        /// Submitted to completed.
        package var clat = HistogramSnapshot.empty
        /// Created to completed.
        package var lat = HistogramSnapshot.empty
        /// For `iops_mean`, `bw_mean` and their spread; without any, the whole run is one sample.
        package var samples: [Sample] = []

        package init() {}
    }

    package var name: String
    /// Jobs that run together have the same.
    package var groupID: UInt64 = 0
    /// 0, or the errno that ended the job.
    package var error: UInt64 = 0
    /// In the order of the job; fio-plot demands rw, bs, iodepth and numjobs.
    package var options: [Option] = []
    package var read = Direction()
    package var write = Direction()
    /// fsync and fdatasync alike, as fio counts them.
    package var sync = HistogramSnapshot.empty
    package var ioDepth: UInt64 = 1
    /// The threads that share the CPU time below.
    package var threads: UInt64 = 1
    /// From the first to the last measured moment, in nanoseconds.
    package var runtimeNanoseconds: UInt64 = 0
    package var userCPUNanoseconds: UInt64 = 0
    package var systemCPUNanoseconds: UInt64 = 0
    /// Nil leaves the key out.
    package var contextSwitches: UInt64?
    /// Nil leaves the key out.
    package var majorFaults: UInt64?
    /// Nil leaves the key out.
    package var minorFaults: UInt64?

    package init(name: String) {
        self.name = name
    }
}
