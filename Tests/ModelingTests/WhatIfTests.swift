import Modeling
import ResultStore
import Testing

@Suite("What if") struct WhatIfTests {
    private let ladder = Synthetic.ladder(
        [.near(disk: 200e3), .far("b:1", disk: 300e3, network: 400e3), .far("c:1", disk: 200e3)],
        rounds: 8,
        send: 5e3
    )

    private func files(_ path: String) throws -> SourceRecord {
        struct Missing: Error {}
        switch path {
        case "fast.json":
            return SourceRecord(
                file: path,
                record: Synthetic.ladder([.near(disk: 20e3)], rounds: 8, seed: 77)
            )
        case "empty.json": return SourceRecord(file: path, record: Synthetic.record([]))
        default: throw Missing()
        }
    }

    private func whatIf(_ pairs: [(String, String)]) throws -> WhatIf {
        let model = try ReplicationModel(ladder)
        return try WhatIf(model, try pairs.map { try Setting(key: $0, value: $1, load: files) })
    }

    private func means(_ whatIf: WhatIf) throws -> (before: Double, after: Double) {
        (
            try #require(whatIf.before.volumeWrite).refined.mean.value,
            try #require(whatIf.after.volumeWrite).refined.mean.value
        )
    }

    @Test("a shorter round trip shortens the write by about as much, and is assumed")
    func roundTrip() throws {
        let changed = try whatIf([("rtt@b:1", "100us")])
        let (before, after) = try means(changed)
        // 700 µs at b:1 before; 400 after, and the others 200 and 300 beside it.
        #expect(before - after > 230e3 && before - after < 320e3)
        let term = try #require(changed.after.terms.first { $0.name == "RTT b:1" })
        #expect(term.provenance == .assumed)
        #expect(term.figures.map { abs($0.p50.value / 100e3 - 1) < 0.01 } == true)
        #expect(term.source == "--set rtt@b:1=100us")
        // Nothing measured stands beside what nobody measured.
        #expect(changed.after.write?.measured == nil)
    }

    @Test("a longer way makes every round trip later by the same time; its spread stays")
    func longer() throws {
        let changed = try whatIf([("rtt@b:1", "5ms")])
        func figures(_ model: ReplicationModel) throws -> LatencyFigures {
            try #require(model.terms.first { $0.name == "RTT b:1" }?.figures)
        }
        let (before, after) = (try figures(changed.before), try figures(changed.after))
        #expect(abs(after.p50.value / 5e6 - 1) < 0.01)
        let spread = (before.p99.value - before.p50.value, after.p99.value - after.p50.value)
        #expect(abs(spread.1 / spread.0 - 1) < 0.05)
    }

    @Test("a round trip where there is no network changes nothing, and that is said")
    func nothing() throws {
        let model = try ReplicationModel(Synthetic.ladder([.near()], rounds: 6))
        let setting = try Setting(key: "rtt", value: "1ms", load: files)
        let changed = try WhatIf(model, [setting])
        let (before, after) = try means(changed)
        #expect(abs(after / before - 1) < 0.01)
        #expect(changed.notes == ["--set rtt=1ms changes nothing: no way leads over a network."])
    }

    @Test("the disk of another result takes the place of all disks")
    func disk() throws {
        for pair in [("disk", "fast.json"), ("cache", "writeback=fast.json")] {
            let changed = try whatIf([pair])
            let (before, after) = try means(changed)
            #expect(before - after > 200e3, "\(pair)")
            let disks = changed.after.terms.filter { $0.role.part == .disk }
            #expect(disks.count == 3)
            #expect(disks.allSatisfy { $0.provenance == .assumed })
            #expect(disks.allSatisfy { $0.figures.map { $0.mean.value < 30e3 } == true })
        }
    }

    @Test("fewer replicas wait for fewer, more of them for more")
    func count() throws {
        let one = try means(try whatIf([("replicas", "1")]))
        #expect(abs(one.after / 200e3 - 1) < 0.03)
        let five = try whatIf([("replicas", "5")])
        #expect(five.after.input.replicas.map(\.name).suffix(2) == ["assumed 4", "assumed 5"])
        let (before, after) = try means(five)
        #expect(after > before)
    }

    @Test("a slower link makes every copy wait for those before it")
    func link() throws {
        let alike = Synthetic.ladder([.near(), .far("b:1"), .far("c:1")], rounds: 8, send: 5e3)
        let changed = try WhatIf(
            try ReplicationModel(alike),
            [try Setting(key: "link", value: "100mbps", load: files)]
        )
        // 4122 bytes at 11.8 MB/s are 0.35 ms.
        let (before, after) = try means(changed)
        #expect(after - before > 200e3)
        // No larger round trip was timed, so what a byte costs in a round trip is not known, and that is said.
        #expect(changed.notes.count == 2)
        #expect(changed.notes.allSatisfy { $0.contains("tbench net") })
        let bound = try #require(changed.after.bound(on: .writeBandwidth))
        #expect(abs(bound.value / (100e6 / 8 * 0.9415 / 2) - 1) < 0.001)
        #expect(bound.provenance == .assumed)
    }

    @Test("layers are added, and nseq counts writes")
    func layers() throws {
        let changed = try whatIf([("lvirt", "140us"), ("lfs", "20us"), ("nseq", "2")])
        let (before, after) = try means(changed)
        #expect(abs(after - before - 160e3) < 2e3)
        #expect(changed.after.volumeWrite?.missing == [])
        let fsync = try #require(changed.after.fsyncs.first)
        #expect(abs(fsync.prediction.refined.mean.value / (2 * after) - 1) < 0.01)
    }

    @Test(
        "what makes no sense is refused in words",
        arguments: [
            ("rt", "1ms", "did you mean 'rtt'"), ("rtt", "fast", "is not a number with a unit"),
            ("rtt", "5", "has no unit"), ("rtt@x", "1ms", "there is no replica 'x'"),
            ("link", "10", "is no speed"), ("link", "10parsec", "is no speed"),
            ("link", "nan", "is no speed"), ("replicas", "0", "is no number of replicas"),
            ("replicas", "999", "is no number"), ("nseq", "-1", "is no number of dependent"),
            ("cache", "writeback", "names no result file"), ("link@b:1", "1gbps", "not of one"),
            ("disk", "empty.json", "holds no term"),
        ]
    )
    func refused(key: String, value: String, words: String) {
        let error = #expect(throws: ModelError.self) { try whatIf([(key, value)]) }
        #expect(error?.reason.contains(words) == true, "\(error?.reason ?? "")")
    }

    @Test("speeds are bits a second", arguments: ["10gbps", "10g", "10Gbit/s", "10000mbps"])
    func speeds(text: String) throws {
        let changed = try whatIf([("link", text)])
        #expect(changed.after.input.linkBitsPerSecond == 10e9)
    }
}
