import Foundation
import Testing
import Units

@testable import Workloads

@Suite("Profiles")
struct ProfileTests {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    @Test(
        "every profile that comes along is read, says what it answers and how long it takes",
        arguments: Profile.embeddedNames
    )
    func embedded(_ name: String) throws {
        let profile = try Profile.embedded(name)
        #expect(profile.name == name && profile.answers.hasSuffix("?") && !profile.expect.isEmpty)
        #expect(profile.destructive && profile.durationNanoseconds != nil)
    }

    @Test("the profiles asked for are there")
    func names() {
        #expect(
            Profile.embeddedNames == [
                "kafka", "kbench", "longhorn-v1-disk", "longhorn-v2-disk", "postgres-wal",
                "pveperf",
                "random-4k", "sequential-128k",
            ]
        )
    }

    @Test("what is embedded is what stands in Profiles/")
    func upToDate() throws {
        let directory = Self.root.appendingPathComponent("Profiles")
        let files = try FileManager.default.contentsOfDirectory(atPath: directory.path)
            .filter { $0.hasSuffix(".json5") }.sorted()
        #expect(files == Profile.embeddedNames.map { $0 + ".json5" })
        for name in Profile.embeddedNames {
            let text = try String(
                contentsOf: directory.appendingPathComponent(name + ".json5"),
                encoding: .utf8
            )
            #expect(Profile.embeddedText(name) == text, "run scripts/lib/embed_profiles.py")
        }
        let rubric = try String(
            contentsOf: directory.appendingPathComponent("rubrics/disk-combinations.json5"),
            encoding: .utf8
        )
        #expect(CombinationRubric.embeddedText == rubric, "run scripts/lib/embed_profiles.py")
    }

    @Test("kbench has its twelve jobs, by their names and in their order")
    func kbench() throws {
        let phases = try Profile.embedded("kbench").phases
        let jobs = phases.flatMap { $0.jobs }
        let table: [(String, JobSpec.ReadWrite, Int, Int)] = [
            ("rand-read-iops", .randread, 4096, 64), ("rand-write-iops", .randwrite, 4096, 64),
            ("seq-read-iops", .read, 4096, 64), ("seq-write-iops", .write, 4096, 64),
            ("rand-read-bw", .randread, 131_072, 64), ("rand-write-bw", .randwrite, 131_072, 64),
            ("seq-read-bw", .read, 131_072, 64), ("seq-write-bw", .write, 131_072, 64),
            ("rand-read-lat", .randread, 4096, 1), ("rand-write-lat", .randwrite, 4096, 1),
            ("seq-read-lat", .read, 4096, 1), ("seq-write-lat", .write, 4096, 1),
        ]
        #expect(phases.count == 12 && jobs.count == 12)
        for (job, row) in zip(jobs, table) {
            #expect(job.name == row.0 && job.readWrite == row.1 && job.ioDepth == row.3)
            #expect(job.readSizes.smallest == row.2 && job.writeSizes.smallest == row.2)
            #expect(job.direct && job.engine == .libaio && job.numJobs == 1 && job.timeBased)
            #expect(
                job.runtimeNanoseconds == 20_000_000_000 && job.rampNanoseconds == 5_000_000_000
            )
        }
    }

    @Test(
        "pveperf is 4001 bytes into 300 files with an fsync each, for 3 seconds, and 200 a second are asked"
    )
    func pveperf() throws {
        let profile = try Profile.embedded("pveperf")
        let job = try #require(profile.phases.first?.jobs.first)
        #expect(job.writeSizes == BlockSizes(4001) && job.fileCycle?.fileCount == 300)
        #expect(
            job.fsyncEvery == 1 && job.runtimeNanoseconds == 3_000_000_000
                && job.rampNanoseconds == 0
        )
        let threshold = try #require(profile.thresholds.first)
        #expect(threshold.limit == 200 && threshold.figure == .rate && threshold.figure.isFloor)
    }

    private static func profile(
        _ job: String,
        extra: String = "",
        destructive: Bool = false
    ) -> String {
        "{\n answers: 'a?',\n destructive: \(destructive),\n phases: [\n  { jobs: [\n   { name: 'a', \(job) },\n  ] },\n ],\n \(extra)\n}"
    }

    @Test("a profile is read whole: sizes, times, mixes, thresholds")
    func whole() throws {
        let text = Self.profile(
            "rw: 'randrw', bssplit: '4k/50:64KiB/50', iodepth: 8, iodepth_batch: 99, norandommap: true, rwmixread: 70, runtime: '1m30s', size: '50%', rate_iops: 0",
            extra:
                "thresholds: [ { job: 'a', of: 'read', figure: 'p99.9', limit: '10ms', why: 'x' } ]",
            destructive: true
        )
        let profile = try Profile(json5: text, path: "dir/my.json5")
        let job = try #require(profile.phases.first?.jobs.first)
        #expect(profile.name == "my" && profile.phases.first?.name == "a")
        #expect(job.batch == 8 && job.readPercent == 70 && job.size == .percent(50))
        #expect(job.runtimeNanoseconds == 90_000_000_000 && job.readSizes.largest == 65_536)
        #expect(profile.thresholds.first?.limit == 10_000_000)
    }

    @Test(
        "what is refused says the line, the key and what is allowed",
        arguments: [
            ("iodept: 3", 6, "did you mean 'iodepth'"), ("bs: '4q'", 6, "bs"),
            ("iodepth: 0", 6, "from 1 to 65536"),
            ("runtime: 20", 6, "no unit"), ("rw: 'randreed'", 6, "randread"),
            ("direct: 3", 6, "true or false"),
            ("bs: ['4k']", 6, "one value"), ("bs: 4k", 6, "text in quotes"),
            ("bs: '4k', bs: '8k'", 6, "twice"),
            ("time_based: true", 6, "runtime"), ("rw: 'write'", 3, "not destructive"),
            ("ioengine: 'posixaio'", 6, "io_uring"),
            ("stonewall: true", 6, "stonewall"), ("rw: 'read', hipri: true", 6, "direct"),
        ]
    )
    func refusals(_ job: String, _ line: Int, _ word: String) {
        let error = #expect(throws: WorkloadError.self) {
            _ = try Profile(json5: Self.profile(job), path: "my.json5")
        }
        #expect(error?.subject == "my.json5:\(line)")
        #expect(error?.description.contains(word) == true, "\(error?.description ?? "")")
    }

    @Test("an unknown profile gets the nearest name")
    func unknown() {
        let error = #expect(throws: WorkloadError.self) { _ = try Profile.embedded("kbensch") }
        #expect(error?.description.contains("did you mean 'kbench'") == true)
        #expect(error?.exitCode == .usage)
    }

    @Test("a fio file becomes phases by its stonewalls")
    func fromFio() throws {
        let file = try FioJobFile("[a]\nrw=write\n[b]\n[c]\nstonewall\n", path: "x.fio")
        let profile = Profile(file, name: "x")
        #expect(profile.phases.map { $0.jobs.map { $0.name } } == [["a", "b"], ["c"]])
        #expect(profile.destructive)
    }
}
