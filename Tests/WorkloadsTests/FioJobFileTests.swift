import Foundation
import Testing
import Units

@testable import Workloads

@Suite("fio job files")
struct FioJobFileTests {
    private func jobs(_ text: String) throws -> [JobSpec] {
        try FioJobFile(text, path: "x.fio").jobs
    }

    @Test("global is inherited, by the jobs after it, and a job's own words win")
    func inheritance() throws {
        let jobs = try jobs(
            """
            ; a comment
            # another
            [global]
            bs=8k ; behind a value
            ioengine=libaio
            iodepth=4
            [a]
            rw=randread
            size=10m
            [global]
            iodepth=16
            [b]
            bs=4k,64k
            rw=randrw
            norandommap
            stonewall
            """
        )
        #expect(jobs.map { $0.name } == ["a", "b"])
        #expect(jobs[0].readSizes == BlockSizes(8192))
        #expect(jobs.map { $0.ioDepth } == [4, 16])
        #expect(jobs.map { $0.engine } == [.libaio, .libaio])
        #expect(jobs[0].size == .bytes(10_485_760))
        #expect(jobs[0].access == .randomOnce)
        #expect(jobs[1].access == .randomUniform)
        #expect(jobs[1].readSizes == BlockSizes(4096))
        #expect(jobs[1].writeSizes == BlockSizes(65_536))
        #expect(jobs[1].stonewall && !jobs[0].stonewall)
    }

    @Test(
        "without a word a job is fio's default: sequential buffered 4k reads, one at a time, by system calls"
    )
    func defaults() throws {
        let job = try #require(try jobs("[a]\nsize=1m\n").first)
        #expect(job.readWrite == .read && job.readSizes == BlockSizes(4096) && !job.direct)
        #expect(job.engine == .sync && job.ioDepth == 1 && job.batch == 1 && job.numJobs == 1)
        #expect(job.readPercent == 50 && !job.registeredBuffers && job.runtimeNanoseconds == nil)
        #expect(job.invalidate && job.fsyncEvery == 0 && job.arrivals == .fixed)
    }

    @Test(
        "times are seconds unless they say otherwise",
        arguments: [
            ("30", 30_000_000_000 as UInt64), ("2m", 120_000_000_000), ("500ms", 500_000_000),
            ("1h", 3_600_000_000_000),
            ("250msec", 250_000_000), ("10s", 10_000_000_000), ("7us", 7000),
            ("1d", 86_400_000_000_000),
        ]
    )
    func times(_ text: String, _ nanoseconds: UInt64) throws {
        #expect(try jobs("[a]\nramp_time=\(text)\n").first?.rampNanoseconds == nanoseconds)
    }

    @Test("sync engines have one I/O in flight, as in fio")
    func syncDepth() throws {
        #expect(try jobs("[a]\nioengine=psync\niodepth=32\n").first?.ioDepth == 1)
        #expect(
            try jobs("[a]\nioengine=io_uring\niodepth=32\niodepth_batch=0\n").first?.batch == 32
        )
    }

    @Test("a hole after every block becomes a stride from start to start")
    func holes() throws {
        #expect(try jobs("[a]\nrw=write:60k\nbs=4k\n").first?.access == .strided(bytes: 65_536))
    }

    @Test("zipf, rates, compression and mixes are read")
    func others() throws {
        let job = try #require(
            try jobs(
                "[a]\nrw=randread\nrandom_distribution=zipf:1.2\nrate_iops=500\nrate_process=poisson\nbssplit=4k/60:64k/40\nbuffer_compress_percentage=40\n"
            ).first
        )
        #expect(job.access == .zipf(theta: 1.2) && job.rateIOPS == 500 && job.arrivals == .poisson)
        #expect(job.readSizes.meanBytes == 0.6 * 4096 + 0.4 * 65_536 && job.compressPercent == 40)
    }

    @Test("kbench's own files are read, includes and all")
    func includes() throws {
        let files = [
            "iops-include.fio": "bs=4K\niodepth=64\n",
            "common-include.fio":
                "stonewall\nrandrepeat=0\nverify=0\nioengine=libaio\ndirect=1\ntime_based\nramp_time=5s\nruntime=20s\n",
        ]
        let file = try FioJobFile(
            "[rand-read-iops]\nreadwrite=randread\ninclude iops-include.fio\ninclude common-include.fio\n\n[seq-write-iops]\nreadwrite=write\ninclude iops-include.fio\ninclude common-include.fio\n",
            path: "iops.fio",
            include: { files[$0] }
        )
        let ours = try Profile.embedded("kbench").phases.flatMap { $0.jobs }
        #expect(file.groups.count == 2)
        for job in file.jobs {
            var expected = try #require(ours.first { $0.name == job.name })
            // The same but for what a profile need not say.
            expected.stonewall = true
            expected.registeredBuffers = false
            #expect(job == expected)
        }
    }

    @Test(
        "what is refused says where, what and what to do",
        arguments: [
            ("[a]\nthinktime=5\n", "x.fio:2", "thinktime"),
            ("[a]\niodept=5\n", "x.fio:2", "iodepth"),
            ("bs=4k\n[a]\n", "x.fio:1", "before any section"), ("[a]\nbs=3q\n", "x.fio:2", "3q"),
            ("[a]\nbs=1.5k\n", "x.fio:2", "1.5k"), ("[a]\nbs=0\n", "x.fio:2", "block size"),
            ("[a]\nbs=-4k\n", "x.fio:2", "-4k"), ("", "x.fio", "has no job"),
            ("[a\n", "x.fio:1", "section"),
            ("[a]\nrw=trim\n", "x.fio:2", "trim"), ("[a]\nioengine=rdma\n", "x.fio:2", "rdma"),
            ("[a]\ntime_based\n", "x.fio:1", "runtime"),
            ("[a]\nsize=${SIZE}\n", "x.fio:2", "variable"),
            ("[a]\nrw=randread:8\n", "x.fio:2", "several"),
            ("[a]\nrwmixread=101\n", "x.fio:2", "100"),
            ("[a]\nrw=randread\nbssplit=4k/50:8k/50\n", "x.fio:1", "norandommap"),
            ("[a]\nrw=randrw\nrate_iops=5\n", "x.fio:1", "rate_iops"),
            ("[a]\nrandom_distribution=zipf:1\n", "x.fio:2", "theta"),
            ("[a]\ninclude b.fio\n", "x.fio:2", "b.fio"),
            ("[a]\nbssplit=4k/50:8k/60\n", "x.fio:2", "110"),
            ("[a]\nfsync=1\nrw=read\n", "x.fio:1", "never writes"),
            ("[a]\nverify=md5\n", "x.fio:2", "crc32c"),
            ("[a]\nsize=99999999999g\n", "x.fio:2", "99999999999g"),
            ("[a]\nfilename=/dev/sda:/dev/sdb\n", "x.fio:2", "one file"),
            ("[a]\nioengine=auto\n", "x.fio:2", "auto"),
        ]
    )
    func refusals(_ text: String, _ place: String, _ word: String) {
        let error = #expect(throws: WorkloadError.self) { _ = try FioJobFile(text, path: "x.fio") }
        #expect(error?.subject == place)
        #expect(error?.description.contains(word) == true, "\(error?.description ?? "")")
        #expect(error?.hint?.isEmpty == false)
    }

    @Test("a file that includes itself is refused")
    func includesItself() {
        #expect(throws: WorkloadError.self) {
            _ = try FioJobFile("[a]\ninclude x\n", path: "x", include: { _ in "include x\n" })
        }
    }

    @Test(
        "sizes are what fio makes of them",
        .enabled(if: FioProgram.isInstalled, "fio is not installed")
    )
    func sizesAsFio() throws {
        let sizes = [
            "4096", "4k", "4K", "4kb", "4kB", "4ki", "4kib", "4KiB", "1m", "1mb", "1mib", "0x1000",
            "010", "4096b",
            "2M", "3MiB", "512",
        ]
        var text = "[global]\nioengine=null\nnumber_ios=1\nsize=1g\nrw=read\n"
        for (index, size) in sizes.enumerated() { text += "[job\(index)]\nbs=\(size)\n" }
        let fio = try FioProgram.jobs(text).map {
            ($0["read"] as? [String: Any])?["io_bytes"] as? Int
        }
        for (size, bytes) in zip(sizes, fio) {
            #expect(try jobs("[a]\nbs=\(size)\n").first?.readSizes.smallest == bytes, "\(size)")
        }
        #expect(fio.count == sizes.count)
    }

    @Test(
        "mixes have fio's mean size",
        .enabled(if: FioProgram.isInstalled, "fio is not installed"),
        arguments: ["4k/70:64k/30", "4k:8k", "4k/50:8k", "1k/10:4k/80:16k/10", "4k/100"]
    )
    func mixesAsFio(_ split: String) throws {
        let text =
            "[a]\nioengine=null\nnumber_ios=20000\nsize=100g\nrw=randread\nnorandommap\nbssplit=\(split)\n"
        let read = try #require(try FioProgram.jobs(text).first?["read"] as? [String: Any])
        let mean = Double(try #require(read["io_bytes"] as? Int)) / 20_000
        let ours = try #require(
            try jobs("[a]\nrw=randread\nnorandommap\nbssplit=\(split)\n").first
        ).readSizes.meanBytes
        #expect(abs(ours / mean - 1) < 0.03)
    }

    @Test(
        "a random job of fio's visits every block once, as ours does",
        .enabled(if: FioProgram.isInstalled, "fio is not installed")
    )
    func onceAsFio() throws {
        // fio ends after `size` bytes; the offsets are in its own log of what it did.
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(
            UUID().uuidString
        )
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let log = directory.appendingPathComponent("log").path
        _ = try FioProgram.jobs(
            "[a]\nioengine=null\nsize=1m\nrw=randread\nwrite_iolog=\(log)\n"
        )
        let offsets = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
            .compactMap {
                line -> Int64? in
                let words = line.split(separator: " ")
                guard words.contains("read"), words.count >= 4 else { return nil }
                return Int64(words[words.count - 2])
            }
        var generator = OffsetGenerator(
            .randomOnce,
            regionStart: 0,
            regionBytes: 1 << 20,
            blockBytes: 4096,
            seed: 1
        )
        #expect(offsets.sorted() == (0..<256).map { _ in generator.next(byteCount: 4096) }.sorted())
    }
}

/// The installed fio, as the judge of what its options mean.
enum FioProgram {
    static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: "/usr/bin/fio") }

    /// The `jobs` of its JSON output.
    static func jobs(_ text: String) throws -> [[String: Any]] {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent(
            "\(UUID().uuidString).fio"
        )
        try text.write(to: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: path) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/fio")
        process.arguments = ["--output-format=json", path.path]
        process.currentDirectoryURL = FileManager.default.temporaryDirectory
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let root = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        return root?["jobs"] as? [[String: Any]] ?? []
    }
}
