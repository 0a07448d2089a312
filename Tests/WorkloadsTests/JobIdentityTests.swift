import Testing
import Workloads

@Suite("The identity of a job") struct JobIdentityTests {
    private static let differences: [(name: String, change: @Sendable (inout JobSpec) -> Void)] = [
        ("rw", { $0.readWrite = .randrw }), ("access", { $0.access = .randomUniform }),
        ("bs", { $0.readSizes = BlockSizes(8192) }), ("iodepth", { $0.ioDepth = 2 }),
        ("batch", { $0.batch = 2 }), ("complete", { $0.completionBatch = 2 }),
        ("numjobs", { $0.numJobs = 2 }), ("direct", { $0.direct = true }),
        ("engine", { $0.engine = .libaio }), ("fsync", { $0.fsyncEvery = 1 }),
        ("fdatasync", { $0.fdatasyncEvery = 1 }), ("linked", { $0.linkedSync = true }),
        ("end_fsync", { $0.endFsync = true }), ("rate", { $0.rateIOPS = 5 }),
        ("size", { $0.size = .percent(5) }), ("offset", { $0.offset = .bytes(4096) }),
        ("increment", { $0.offsetIncrement = .bytes(4096) }),
        ("time_based", { $0.timeBased = true }),
        ("compress", { $0.compressPercent = 5 }), ("dedupe", { $0.dedupePercent = 5 }),
        ("verify", { $0.verify = true }), ("buffers", { $0.registeredBuffers = false }),
        ("hipri", { $0.ioPoll = true }), ("sqpoll", { $0.sqPoll = true }),
        ("cycle", { $0.fileCycle = JobSpec.FileCycle(fileCount: 3) }),
    ]

    @Test("whatever changes what a job does changes its identity", arguments: differences.indices)
    func changes(index: Int) {
        let plain = JobSpec(name: "job")
        var other = plain
        Self.differences[index].change(&other)
        #expect(other.identity != plain.identity, "\(Self.differences[index].name)")
    }

    @Test("a mix's share of reads and the arrivals of a rate count where there are any")
    func conditional() {
        var mix = JobSpec(name: "job")
        mix.readWrite = .randrw
        var other = mix
        other.readPercent = 70
        #expect(mix.identity != other.identity)
        var open = JobSpec(name: "job")
        open.rateIOPS = 100
        other = open
        other.arrivals = .poisson
        #expect(open.identity != other.identity)
    }

    @Test("a name, a longer run and another processor are the same work")
    func same() {
        let plain = JobSpec(name: "job")
        var other = JobSpec(name: "other")
        other.runtimeNanoseconds = 5
        other.rampNanoseconds = 5
        other.cpu = 1
        #expect(other.identity == plain.identity)
    }
}
