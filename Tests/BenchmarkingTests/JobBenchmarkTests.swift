import Foundation
import IOEngines
import ResultStore
import Statistics
import TestSupport
import Testing
import Units
import Workloads

@testable import Benchmarking

@Suite("Jobs of a profile") struct JobBenchmarkTests {
    private func job(_ name: String = "job", _ change: (inout JobSpec) -> Void) -> JobSpec {
        var spec = JobSpec(name: name)
        spec.engine = .sync
        change(&spec)
        return spec
    }

    private func run(
        _ jobs: [JobSpec],
        on target: JobTarget,
        layOut: Bool = false
    ) -> JobBenchmark.Outcome {
        let profile = Profile(
            name: "test",
            answers: "",
            expect: "",
            destructive: true,
            fileSizeBytes: target.byteCount,
            phases: [ProfilePhase(name: "phase", jobs: jobs)],
            thresholds: []
        )
        var benchmark = JobBenchmark(
            profile: profile,
            target: target,
            layOut: layOut,
            seed: 11,
            cancellation: Cancellation(),
            runStart: MonotonicClock.now(),
            progress: { _ in }
        )
        return benchmark.run()
    }

    private func file(_ directory: TemporaryDirectory, bytes: Int64) throws -> JobTarget {
        let path = "\(directory.path)/data"
        let file = try FileDescriptor.open(path, [.readWrite, .create])
        try file.truncate(to: bytes)
        return JobTarget(
            path: path,
            offset: 0,
            byteCount: bytes,
            isReadOnly: false,
            directory: directory.path
        )
    }

    @Test(
        "a job without a runtime moves its size, each block once, on every engine",
        .requiresIOUring,
        arguments: [JobSpec.Engine.sync, .libaio, .ioUring, .null],
        [1, 16]
    )
    func movesItsSize(engine: JobSpec.Engine, depth: Int) throws {
        let directory = try TemporaryDirectory()
        let target = try file(directory, bytes: 1 << 20)
        let spec = job {
            $0.readWrite = .randwrite
            $0.access = .randomOnce
            $0.engine = engine
            $0.ioDepth = depth
            $0.batch = min(4, depth)
        }
        let outcome = run([spec], on: target)
        #expect(outcome.failure == nil)
        let phase = try #require(outcome.phases.first)
        #expect(phase.pooled([.write]).count == 256)
        #expect(phase.counters["written_bytes"] == 1_048_576)
        guard engine != .null else { return }
        let data = try Data(contentsOf: URL(fileURLWithPath: target.path))
        let blocks = Set(
            stride(from: 0, to: data.count, by: 4096).map { data.subdata(in: $0..<$0 + 4096) }
        )
        #expect(blocks.count == 256, "every block was written, and no two are alike")
        #expect(!data.contains(0) || blocks.allSatisfy { Set($0).count > 64 })
    }

    @Test("laying out writes every byte of the target and no other")
    func layout() throws {
        let directory = try TemporaryDirectory()
        var target = try file(directory, bytes: 3 << 20)
        target.offset = 1 << 20
        target.byteCount = (1 << 20) + 4096
        let spec = job {
            $0.readWrite = .read
            $0.size = .bytes(4096)
        }
        #expect(run([spec], on: target, layOut: true).failure == nil)
        let data = try Data(contentsOf: URL(fileURLWithPath: target.path))
        let (first, last) = (Int(target.offset), Int(target.offset + target.byteCount))
        #expect(data[..<first].allSatisfy { $0 == 0 })
        #expect(data[last...].allSatisfy { $0 == 0 })
        for start in stride(from: first, to: last, by: 4096) {
            #expect(data[start..<start + 4096].contains { $0 != 0 })
        }
    }

    @Test("a sync follows every so many writes, and the commit spans write and sync")
    func syncs() throws {
        let directory = try TemporaryDirectory()
        let target = try file(directory, bytes: 1 << 20)
        let spec = job {
            $0.readWrite = .write
            $0.fdatasyncEvery = 8
            $0.ioDepth = 4
        }
        let outcome = run([spec], on: target)
        #expect(outcome.failure == nil)
        let phase = try #require(outcome.phases.first)
        #expect(phase.pooled([.write]).count == 256)
        #expect(phase.pooled([.sync]).count == 32)
        #expect(phase.pooled([.commit]).count == 32)
        #expect(phase.pooled([.commit]).sum > phase.pooled([.sync]).sum)
    }

    @Test(
        "a chained sync ends every write, and the commit holds both",
        .requiresIOUring,
        arguments: [JobSpec.Engine.sync, .libaio, .ioUring],
        [1, 4]
    )
    func linkedSyncs(engine: JobSpec.Engine, depth: Int) throws {
        let directory = try TemporaryDirectory()
        let target = try file(directory, bytes: 1 << 20)
        let spec = job {
            $0.readWrite = .write
            $0.engine = engine
            $0.fdatasyncEvery = 1
            $0.linkedSync = true
            $0.ioDepth = depth
            $0.batch = depth
        }
        let outcome = run([spec], on: target)
        #expect(outcome.failure == nil)
        let phase = try #require(outcome.phases.first)
        #expect(phase.pooled([.write]).count == 256)
        #expect(phase.pooled([.commit]).count == 256)
        #expect(phase.pooled([.sync]).count == 0, "the sync alone is not seen")
        #expect(phase.pooled([.commit]).sum > phase.pooled([.write]).sum)
        let data = try Data(contentsOf: URL(fileURLWithPath: target.path))
        var blocks: Set<Data> = []
        for start in stride(from: 0, to: data.count, by: 4096) {
            blocks.insert(data.subdata(in: start..<start + 4096))
        }
        #expect(blocks.count == 256)
    }

    @Test("the slowest I/Os are kept with their offsets, and calls to the kernel are counted")
    func slowestWithOffsets() throws {
        let directory = try TemporaryDirectory()
        let target = try file(directory, bytes: 1 << 20)
        let phase = try #require(run([job { $0.readWrite = .write }], on: target).phases.first)
        #expect(phase.slow.count == 64)
        #expect(phase.slow.allSatisfy { $0.operation == "write" && $0.offsetBytes != nil })
        #expect(Set(phase.slow.compactMap(\.offsetBytes)).count == 64)
        #expect(phase.slow.map(\.durationNs).max() == phase.pooled([.write]).maximum)
        #expect(phase.counters["system_calls"] == 256)
    }

    @Test("a mixed job reads its share")
    func mix() throws {
        let directory = try TemporaryDirectory()
        let target = try file(directory, bytes: 64 << 20)
        let spec = job {
            $0.readWrite = .randrw
            $0.access = .randomUniform
            $0.readPercent = 70
            $0.engine = .null
            $0.size = .bytes(64 << 20)
        }
        let phase = try #require(run([spec], on: target).phases.first)
        let reads = Double(phase.pooled([.read]).count)
        let all = reads + Double(phase.pooled([.write]).count)
        #expect(all == 16384)
        // Four standard deviations of a binomial with 16 384 draws.
        #expect(abs(reads / all - 0.7) < 0.0145)
    }

    @Test(
        "an open loop keeps its rate and counts from the intended start",
        arguments: ArrivalPattern.allCases
    )
    func openLoop(arrivals: ArrivalPattern) throws {
        let directory = try TemporaryDirectory()
        let target = try file(directory, bytes: 1 << 20)
        let spec = job {
            $0.readWrite = .randread
            $0.access = .randomUniform
            $0.engine = .null
            $0.rateIOPS = 4000
            $0.arrivals = arrivals
            $0.timeBased = true
            $0.runtimeNanoseconds = 2_000_000_000
        }
        let phase = try #require(run([spec], on: target).phases.first)
        let count = Double(phase.pooled([.readResponse]).count)
        #expect(phase.offeredPerSecond == 4000)
        // Five standard deviations of a Poisson count of 8000, and what a slow machine leaves at the ends.
        #expect(abs(count / phase.measuredSeconds - 4000) < 400)
        #expect(phase.pooled([.readResponse]).sum >= phase.pooled([.read]).sum)
    }

    @Test("threads of a job work side by side, each in its own region")
    func threads() throws {
        let directory = try TemporaryDirectory()
        let target = try file(directory, bytes: 1 << 20)
        let spec = job {
            $0.readWrite = .write
            $0.numJobs = 4
            $0.size = .percent(25)
            $0.offsetIncrement = .percent(25)
        }
        let outcome = run([spec], on: target)
        #expect(outcome.failure == nil)
        #expect(outcome.phases.first?.pooled([.write]).count ?? 0 >= 248)
        let data = try Data(contentsOf: URL(fileURLWithPath: target.path))
        // A percentage is rounded down, so a few bytes at the end of each quarter may stay.
        let written = stride(from: 0, to: data.count, by: 4096).count {
            data[$0 + 100] != 0 || data[$0 + 101] != 0
        }
        #expect(written >= 248)
    }

    @Test(
        "a file that ends early is an error that names offset and file, and what was measured stays"
    )
    func shortRead() throws {
        let directory = try TemporaryDirectory()
        var target = try file(directory, bytes: 64 << 10)
        target.byteCount = 128 << 10
        let outcome = run([job { $0.readWrite = .read }], on: target)
        let failure = try #require(outcome.failure)
        #expect(
            failure.reason
                == "read of 4096 bytes at offset 65536 of \(target.path) moved only 0 bytes"
        )
        #expect(outcome.phases.first?.pooled([.read]).count == 16)
    }

    @Test("a job that does not fit its target is refused before it begins")
    func region() throws {
        let directory = try TemporaryDirectory()
        let target = try file(directory, bytes: 8192)
        let outcome = run([job { $0.offset = .bytes(8192) }], on: target)
        #expect(
            outcome.failure?.reason.contains("leaves no room for a block of 4096 bytes") == true
        )
        #expect(outcome.failure?.exitCode == .missing)
    }

    @Test("what the runner cannot do is refused by name")
    func refused() {
        func check(_ change: (inout JobSpec) -> Void) -> String? {
            let profile = Profile(
                name: "test",
                answers: "",
                expect: "",
                destructive: true,
                fileSizeBytes: 4096,
                phases: [ProfilePhase(name: "phase", jobs: [job("job", change)])],
                thresholds: []
            )
            do throws(BenchmarkError) {
                try JobBenchmark.check(profile)
                return nil
            } catch {
                return error.reason
            }
        }
        #expect(check { _ in } == nil)
        #expect(check { $0.fileName = "/etc/passwd" }?.contains("file name") == true)
    }

    @Test("a job of files creates, writes, syncs and closes each")
    func fileCycle() throws {
        let directory = try TemporaryDirectory()
        let target = try file(directory, bytes: 1 << 20)
        let spec = job {
            $0.readWrite = .write
            $0.writeSizes = BlockSizes(4001)
            $0.fileCycle = JobSpec.FileCycle(fileCount: 20)
            $0.fsyncEvery = 1
        }
        let outcome = run([spec], on: target)
        #expect(outcome.failure == nil)
        #expect(outcome.phases.first?.pooled([.commit]).count == 20)
        let data = try Data(contentsOf: URL(fileURLWithPath: "\(directory.path)/cycle-19"))
        #expect(data.count == 4001)
    }
}
