import Foundation
import Modeling
import ResultStore
import Statistics
import Testing
import Units

@Suite("Reading terms from records") struct ModelInputTests {
    private func disk(_ mean: Double, id: String, seed: UInt64 = 1) -> SourceRecord {
        var source = Source(seed: seed)
        let phase = Synthetic.phase(Synthetic.point(.disk, ["local"]), rounds: 10, each: 300) { _ in
            source.exponential(mean: mean * 0.2, floor: mean * 0.8)
        }
        return SourceRecord(file: "disk-\(id).json", record: Synthetic.record([phase], id: id))
    }

    private func net(_ host: String, _ mean: Double, id: String) -> SourceRecord {
        var source = Source(seed: 9)
        let phases = [UInt64(4096), 65536].map { bytes in
            Synthetic.phase(
                Synthetic.point(.exchange, [host], blockBytes: bytes),
                rounds: 10,
                each: 300
            ) { _ in
                // A gigabit a second: 8 ns a byte.
                source.exponential(mean: mean * 0.1, floor: mean + Double(bytes) * 8)
            }
        }
        return SourceRecord(file: "net-\(id).json", record: Synthetic.record(phases, id: id))
    }

    @Test("a record without any is refused, with the commands that measure some")
    func nothing() {
        let empty = Synthetic.record([])
        let error = #expect(throws: ModelError.self) { try ReplicationModel(empty) }
        #expect(error?.exitCode.rawValue == 66)
        #expect(error?.hint?.contains("tbench longhorn") == true)
        #expect(error?.reason.contains("this run holds no term") == true)
    }

    @Test("disks and links of different days make a plan, one --replica each")
    func separateFiles() throws {
        var files = ModelInput.Files()
        files.replicas = [
            (disk(200e3, id: "1"), nil),
            (disk(400e3, id: "2", seed: 2), net("10.0.0.2", 100e3, id: "3")),
        ]
        let model = ReplicationModel(try ModelInput.read(files))
        #expect(model.input.replicas.map(\.name) == ["1 (node-1)", "2 (node-2)"])
        #expect(model.input.replicas.map(\.isLocal) == [true, false])
        let write = try #require(model.write)
        #expect(write.measured == nil)
        #expect(write.passes == nil)
        // 100 µs, a tenth on top, 4096 bytes of 8 ns; and the slower disk.
        #expect(abs(write.refined.mean.value / (400e3 + 110e3 + 32_768) - 1) < 0.02)
        #expect(write.refined.mean.interval != nil)
        #expect(write.missing == [])
        // One remote replica shares its link with nobody.
        #expect(model.terms.contains { $0.name.hasPrefix("uplink") } == false)
        let sending = try #require(model.input.replicas[1].sending)
        #expect(sending.provenance == .derived)
        #expect(abs(sending.distribution.mean / (4122 * 8) - 1) < 0.05)
    }

    @Test("a far disk that nobody measured is taken to be like the near one, and said so")
    func borrowed() throws {
        let files = ModelInput.Files(any: [disk(300e3, id: "1"), net("b", 50e3, id: "2")])
        let model = ReplicationModel(try ModelInput.read(files))
        #expect(model.input.replicas.map(\.name) == ["local", "b"])
        let term = try #require(model.terms.first { $0.name == "L_io b" })
        #expect(term.provenance == .assumed)
        #expect(model.input.assumptions.count == 1)
    }

    @Test("what is missing is named with the command that measures it, and is in no sum")
    func missing() throws {
        let files = ModelInput.Files(any: [net("b:9650", 50e3, id: "2")])
        let model = ReplicationModel(try ModelInput.read(files))
        let terms = model.terms.filter { $0.figures == nil }
        #expect(terms.map(\.name) == ["L_virt", "L_fs", "L_io b:9650"])
        #expect(terms.allSatisfy { $0.command?.hasPrefix("tbench ") == true })
        #expect(terms.allSatisfy { $0.provenance == nil })
        #expect(model.fanOut(.write)?.missing == ["L_io b:9650"])
        #expect(model.volumeWrite?.missing == ["L_virt", "L_io b:9650", "L_fs"])
    }

    @Test("a plain job of one 4 KiB write at a time is a disk; one that syncs is none")
    func jobs() throws {
        func job(_ name: String, _ classes: [String], threads: Double = 1) -> PhaseRecord {
            var source = Source(seed: 1)
            let rounds = (0..<6).map { _ in
                let histogram = Synthetic.snapshot(
                    (0..<200).map { _ in source.exponential(mean: 1e5, floor: 1e5) }
                )
                return RoundRecord(
                    durationNs: 40_000_000,
                    latency: Dictionary(
                        uniqueKeysWithValues: classes.map { ($0, SparseHistogram(histogram)) }
                    )
                )
            }
            return PhaseRecord(
                name: name,
                kind: "job",
                startSeconds: 0,
                rounds: rounds,
                counters: [
                    "writes": 1200, "written_bytes": 1200 * 4096, "reads": 0, "read_bytes": 0,
                    "threads": threads, "iodepth": 1,
                ]
            )
        }
        var record = Synthetic.record([
            job("write-1-durable", ["write", "sync"]), job("write-1", ["write"]),
            job("write-16", ["write"], threads: 16),
        ])
        record.benchmark.spec["job.write-1"] = "randwrite, uniform, 4096"
        let model = try ReplicationModel(record)
        let term = try #require(model.terms.first { $0.name == "L_io local" })
        #expect(term.source == "this run, phase 'write-1'")
        #expect(abs((term.figures?.mean.value ?? 0) / 200e3 - 1) < 0.06)
        let bound = try #require(model.bound(on: .writeIOPS))
        #expect(abs(bound.value / 5000 - 1) < 0.01)
    }

    @Test("L_fs is what a file takes longer than its device, with an interval")
    func filesystem() throws {
        var files = ModelInput.Files(any: [disk(300e3, id: "1")])
        files.file = disk(350e3, id: "2", seed: 7)
        files.device = disk(300e3, id: "3", seed: 8)
        let model = ReplicationModel(try ModelInput.read(files))
        let term = try #require(model.terms.first { $0.name == "L_fs" })
        let mean = try #require(term.figures).mean
        let interval = try #require(mean.interval)
        #expect(interval.low < 50e3 && 50e3 < interval.high)
        #expect(interval.high - interval.low < 20e3)
        #expect(term.provenance == .derived)
        #expect(
            term.source
                == "disk-2.json, phase 'disk local write' less disk-3.json, phase 'disk local write'"
        )
        // It is part of what the volume's user sees, and L_virt is still missing.
        let volume = try #require(model.volumeWrite)
        #expect(abs(volume.refined.mean.value / 350e3 - 1) < 0.05)
        #expect(volume.missing == ["L_virt"])
    }

    /// A record in which the block layer counted what the single writes became.
    private func counted(_ requests: DeviceRequests, filesystem: String? = "ext4") -> SourceRecord {
        var source = disk(300e3, id: "1")
        source.record.target.filesystem = filesystem.map { FilesystemFacts(type: $0) }
        for index in source.record.phases.indices {
            requests.add(to: &source.record.phases[index].counters)
        }
        return source
    }

    @Test("with a filesystem alone L_fs is what a write takes beyond the block layer's time for it")
    func accounted() throws {
        let calls = Double(disk(300e3, id: "1").record.phases[0].pooled([.write]).count)
        let input = try ModelInput.read(
            .init(any: [counted(DeviceRequests(count: calls, nanoseconds: calls * 260e3))])
        )
        let term = try #require(ReplicationModel(input).terms.first { $0.name == "L_fs" })
        #expect(abs((term.figures?.mean.value ?? 0) - 40e3) < 15e3)
        #expect(term.provenance == .derived)
        #expect(term.source.contains("block layer"))
        // A raw device has no filesystem, twice as many requests are somebody else's, and overlapping ones tell nothing.
        for other in [
            counted(DeviceRequests(count: calls, nanoseconds: calls * 260e3), filesystem: nil),
            counted(DeviceRequests(count: 2 * calls, nanoseconds: calls * 260e3)),
            counted(DeviceRequests(count: calls, nanoseconds: calls * 400e3)),
        ] {
            #expect(try ModelInput.read(.init(any: [other])).filesystem == nil)
        }
    }

    @Test("L_virt that is not to be told from nothing says so, and never shortens a write")
    func virtualisation() throws {
        var files = ModelInput.Files(any: [disk(300e3, id: "1")])
        files.guest = disk(300e3, id: "2", seed: 7)
        files.host = disk(303e3, id: "3", seed: 8)
        let model = ReplicationModel(try ModelInput.read(files))
        let term = try #require(model.terms.first { $0.name == "L_virt" })
        #expect(term.note?.hasPrefix("not to be told from nothing") == true)
        let volume = try #require(model.volumeWrite).refined.mean.value
        let write = try #require(model.write).refined.mean.value
        #expect(volume >= write)
    }

    /// A record of `tbench matrix --vm`: writes of a guest's log, and the same from the host.
    private func guest(_ format: String, _ guest: Double, _ host: Double?) -> SourceRecord {
        func phase(_ kind: String, _ mean: Double) -> PhaseRecord {
            var source = Source(seed: 3)
            let rounds = (0..<10).map { _ in
                let values = (0..<300).map { _ in
                    source.exponential(mean: mean * 0.1, floor: mean * 0.9)
                }
                return RoundRecord(
                    durationNs: 1_000_000_000,
                    latency: ["wal_write": SparseHistogram(Synthetic.snapshot(values))]
                )
            }
            return PhaseRecord(name: kind, kind: kind, startSeconds: 0, rounds: rounds)
        }
        let phases = [phase("verdict", guest)] + (host.map { [phase("host", $0)] } ?? [])
        var record = Synthetic.record(phases, id: format)
        record.tags = ["format": format, "cache": "none"]
        return SourceRecord(file: "\(format).json", record: record)
    }

    @Test("L_virt is what a guest waits for a disk that takes no time, where a matrix has one")
    func matrixNull() throws {
        let files = ModelInput.Files(any: [
            disk(300e3, id: "1"), guest("raw", 400e3, 300e3), guest("null", 120e3, 30e3),
        ])
        let model = ReplicationModel(try ModelInput.read(files))
        let term = try #require(model.terms.first { $0.name == "L_virt" })
        #expect(term.provenance == .measured)
        #expect(abs((term.figures?.mean.value ?? 0) / 120e3 - 1) < 0.02)
        #expect(term.source.hasPrefix("null.json"))
        #expect(model.volumeWrite?.missing.contains("L_virt") == false)
    }

    @Test("without a null disk L_virt is guest less host, and says what that leaves out")
    func matrixDifference() throws {
        var emulated = guest("raw", 400e3, 300e3)
        emulated.record.tags["accelerator"] = "tcg"
        let files = ModelInput.Files(any: [guest("qcow2", 1e6, nil), emulated])
        let model = ReplicationModel(try ModelInput.read(files))
        let term = try #require(model.terms.first { $0.name == "L_virt" })
        #expect(term.provenance == .derived)
        #expect(abs((term.figures?.mean.value ?? 0) / 100e3 - 1) < 0.1)
        #expect(term.note?.contains("over NBD") == true)
        #expect(model.input.assumptions.contains { $0.contains("an emulated guest") })
    }

    @Test("the engine is the device less the fan-out, and then the device proves nothing")
    func ladderEngine() throws {
        var source = Source(seed: 21)
        var record = Synthetic.ladder([.near(), .far("b:1")])
        record.phases.append(
            Synthetic.phase(Synthetic.point(.device, ["local", "b:1"]), rounds: 20, each: 400) {
                _ in
                source.exponential(mean: 100e3, floor: 500e3)
            }
        )
        record.phases.append(
            Synthetic.phase(
                Synthetic.point(.filesystem, ["local", "b:1"], "fsync"),
                rounds: 20,
                each: 200
            ) { _ in source.exponential(mean: 300e3, floor: 1500e3) }
        )
        let model = try ReplicationModel(record)
        let term = try #require(model.terms.first { $0.name == "L_virt" })
        let write = try #require(model.write?.measured).mean.value
        #expect(abs((term.figures?.mean.value ?? 0) / (600e3 - write) - 1) < 0.1)
        #expect(model.volumeWrite?.measured == nil)
        // Three writes to the device fit into one fsync.
        let fsync = try #require(model.fsyncs.first)
        #expect(model.fsyncs.count == 1)
        #expect(abs(fsync.writes.count - 3) < 0.1)
        #expect(fsync.writes.provenance == .derived)
        #expect(fsync.prediction.measured == nil)
    }

    @Test(
        "an fsync is as many writes in a row as the block layer counted, or as fit into its time",
        arguments: [
            // Three requests of 500 us in an fsync of 1.8 ms; four of them can only have overlapped.
            (3.0, 3.0, Provenance.measured), (4, 3.6, .derived),
        ]
    )
    func countedFsync(requests: Double, writes: Double, provenance: Provenance) throws {
        var source = Source(seed: 5)
        var record = Synthetic.ladder([.near()])
        var counters: [String: Double] = [:]
        DeviceRequests(count: 4000 * requests, nanoseconds: 4000 * requests * 500e3)
            .add(to: &counters)
        record.phases.append(
            Synthetic.phase(
                Synthetic.point(.filesystem, ["local"], "fsync"),
                rounds: 20,
                each: 200,
                counters: counters
            ) { _ in source.exponential(mean: 300e3, floor: 1500e3) }
        )
        let fsync = try #require(try ReplicationModel(record).fsyncs.first)
        #expect(abs(fsync.writes.count - writes) < 0.1)
        #expect(fsync.writes.provenance == provenance)
        // A count is held against the measurement; a quotient of that very measurement is not.
        #expect((fsync.prediction.measured != nil) == (provenance == .measured))
    }

    @Test("without a count an fsync is one write or three, as assumed")
    func assumedFsync() throws {
        let model = try ReplicationModel(Synthetic.ladder([.near()]))
        let write = try #require(model.write).refined.mean.value
        #expect(model.fsyncs.map(\.writes.count) == [1, 3])
        #expect(model.fsyncs.allSatisfy { $0.writes.provenance == .assumed })
        #expect(abs(model.fsyncs[1].prediction.refined.mean.value / (3 * write) - 1) < 0.01)
    }

    @Test("before 1.7 the revision counter comes behind each write, later beside it")
    func revisions() throws {
        let files = ModelInput.Files(any: [disk(300e3, id: "1")])
        func mean(_ version: (Int, Int), _ counter: Bool?) throws -> Double {
            var options = ModelOptions()
            options.version = (version.0, version.1)
            options.revisionCounter = counter
            let model = ReplicationModel(try ModelInput.read(files, options))
            return try #require(model.write).refined.mean.value
        }
        let plain = try mean((1, 10), nil)
        #expect(abs(try mean((1, 6), nil) / (2 * plain) - 1) < 0.005)
        #expect(try mean((1, 6), false) == plain)
        // The larger of two: a floor of 0.8, and 1.5 of the 0.2 above it.
        #expect(abs(try mean((1, 7), true) / (300e3 * 1.1) - 1) < 0.02)
        #expect(ModelOptions.version("v1.10.1").map { $0 == (1, 10) } == true)
        for text in ["", "1", "1.", "x.y", "1.2.z", "-1.2", "1.2.3.4"] {
            #expect(ModelOptions.version(text) == nil)
        }
    }

    @Test("disks and links that were all busy at once are what a write to all of them meets")
    func busy() throws {
        var record = Synthetic.ladder([.far("b:1"), .far("c:1")], rounds: 10)
        var source = Source(seed: 33)
        for name in ["b:1", "c:1"] {
            for (step, mean) in [(LadderStep.disk, 600e3), (.exchange, 200e3)] {
                var point = Synthetic.point(step, [name])
                point.atOnce = 2
                record.phases.append(
                    Synthetic.phase(point, rounds: 10, each: 400, counters: ["send_ns": 50e3]) {
                        _ in
                        source.exponential(mean: mean * 0.01, floor: mean * 0.99)
                    }
                )
            }
        }
        let model = try ReplicationModel(record)
        let write = try #require(model.write)
        // 600 + 200 µs, with hardly any spread, and the copies sent before are in the way already.
        #expect(abs(write.refined.mean.value / 800e3 - 1) < 0.02)
        #expect(model.terms.contains { $0.name.hasPrefix("uplink") } == false)
        // One replica alone meets its own disk and way.
        let single = try #require(model.predictions.first { $0.subject.step == .replica })
        #expect(abs(single.refined.mean.value / 400e3 - 1) < 0.02)
    }

    @Test("records that contradict themselves give figures or an error, never a trap")
    func hostile() throws {
        var record = Synthetic.ladder([.near(), .far("b:1")], rounds: 3, each: 20)
        for phase in record.phases.indices {
            record.phases[phase].counters["send_ns"] = [.infinity, -5, .nan][phase % 3]
            record.phases[phase].ladder?.depth = [1, -1, .max][phase % 3]
            record.phases[phase].ladder?.blockBytes = [4096, 0, .max][phase % 3]
            record.phases[phase].rounds[0].durationNs = 0
        }
        _ = try? ReplicationModel(record).predictions
        var other = Synthetic.ladder([.near(), .far("b:1")], rounds: 3, each: 20)
        for phase in other.phases.indices {
            other.phases[phase].rounds.removeLast(phase % 3)
            if phase % 2 == 0 { other.phases[phase].rounds[0].latency = [:] }
            other.phases[phase].ladder?.replicas = phase == 1 ? [] : ["b:1", "b:1"]
        }
        guard let model = try? ReplicationModel(other) else { return }
        _ = ModelDocument(model)
        for prediction in model.predictions { #expect(prediction.refined.mean.value.isFinite) }
    }
}
