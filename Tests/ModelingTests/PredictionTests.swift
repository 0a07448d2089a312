import Modeling
import ResultStore
import Statistics
import Testing

@Suite("The prediction of a replicated write") struct PredictionTests {
    typealias Site = Synthetic.Site

    private static let settings: [(String, [Site], Double)] = [
        ("one, local", [.near()], 0),
        ("one, remote", [.far("b:9502")], 0),
        ("three alike", [.near(), .far("b:9502"), .far("c:9502")], 15e3),
        ("a slow disk", [.near(), .far("b:9502", disk: 2e6), .far("c:9502")], 15e3),
        ("a slow link", [.near(), .far("b:9502"), .far("c:9502", network: 1.5e6)], 15e3),
        ("both", [.near(), .far("b:9502", disk: 1.5e6), .far("c:9502", network: 1.2e6)], 40e3),
    ]

    @Test("is within its limits of a truth made of the same parts", arguments: settings)
    func truth(name: String, sites: [Site], send: Double) throws {
        let model = try ReplicationModel(Synthetic.ladder(sites, send: send))
        let write = try #require(model.write)
        let measured = try #require(write.measured)
        #expect(write.residuals.count == 3)
        for residual in write.residuals {
            #expect(residual.passes == true, "\(residual)")
            let bar = residual.statistic == .p99 ? 0.10 : 0.03
            #expect(abs(residual.share.value) < bar, "\(residual)")
        }
        #expect(write.passes == true)
        #expect(write.missing == [])
        let interval = try #require(measured.mean.interval)
        #expect(interval.low <= measured.mean.value && measured.mean.value <= interval.high)
        #expect(write.subject.replicas == sites.map(\.name))
        // Each single replica is predicted too, from its own disk and network.
        let singles = model.predictions.filter { $0.subject.step == .replica }
        #expect(singles.count == sites.count)
        #expect(singles.allSatisfy { $0.passes == true })
    }

    @Test("says more than the documented formula where replicas are alike")
    func orderStatistic() throws {
        // Exponential disks without a floor: the largest of three means 1.83 of one, the formula says 1.
        let sites = ["a:1", "b:1", "c:1"].map {
            Site(name: $0, disk: (0, 400e3), network: (10e3, 1))
        }
        let write = try #require(try ReplicationModel(Synthetic.ladder(sites)).write)
        let measured = try #require(write.measured)
        #expect(abs(write.refined.mean.value / (10e3 + 400e3 * 11 / 6) - 1) < 0.03)
        #expect(abs(write.documented.mean.value / 410e3 - 1) < 0.05)
        #expect(measured.mean.value > 1.6 * write.documented.mean.value)
    }

    @Test("fails where the truth has something that no term has")
    func unexplained() throws {
        let record = Synthetic.ladder([.near(), .far("b:1")], truth: 1.4)
        let write = try #require(try ReplicationModel(record).write)
        let residual = try #require(write.residual(.mean))
        #expect(residual.passes == false)
        #expect(abs(residual.share.value - 0.4 / 1.4) < 0.03)
        #expect(write.passes == false)
    }

    @Test("counts what each copy waits for those sent before it")
    func uplink() throws {
        let sites = ["a:1", "b:1", "c:1"].map { Site.far($0) }
        let without = try #require(try ReplicationModel(Synthetic.ladder(sites)).write)
        let with = try #require(try ReplicationModel(Synthetic.ladder(sites, send: 200e3)).write)
        // The third copy waits for two sends.
        #expect(with.refined.mean.value - without.refined.mean.value > 250e3)
        #expect(with.passes == true)
        // The documented formula has no such term.
        #expect(abs(with.documented.mean.value / without.documented.mean.value - 1) < 0.02)
    }

    @Test("keeps the rounds of a run together: a slow round is slow for both its parts")
    func pairing() throws {
        // Every third round, disk and network are four times as slow, and so is the truth.
        var source = Source(seed: 5)
        func factor(_ round: Int) -> Double { round.isMultiple(of: 3) ? 4 : 1 }
        func part(_ round: Int) -> Double {
            source.exponential(mean: 30e3, floor: 100e3) * factor(round)
        }
        let phases = [
            Synthetic.phase(Synthetic.point(.disk, ["b:1"]), rounds: 20, each: 300, part),
            Synthetic.phase(Synthetic.point(.exchange, ["b:1"]), rounds: 20, each: 300, part),
            Synthetic.phase(Synthetic.point(.fanOut, ["b:1"]), rounds: 20, each: 300) {
                part($0) + part($0)
            },
        ]
        let write = try #require(try ReplicationModel(Synthetic.record(phases)).write)
        #expect(write.passes == true)
        let p99 = try #require(write.residual(.p99))
        #expect(abs(p99.share.value) < 0.05)
        let p50 = try #require(write.residual(.p50))
        #expect(abs(p50.share.value) < 0.03)
        // Taken apart, four ninths of all requests would be fast here and slow there, between the two.
        #expect(
            write.distribution.share(upTo: 700e3) - write.distribution.share(upTo: 450e3) < 0.02
        )
    }

    @Test("reads take one replica in its turn")
    func reads() throws {
        var source = Source(seed: 8)
        func constant(_ value: Double) -> (Int) -> Double { { _ in value } }
        let phases = [
            Synthetic.phase(
                Synthetic.point(.disk, ["local"], "read"),
                rounds: 8,
                each: 300,
                constant(100e3)
            ),
            Synthetic.phase(
                Synthetic.point(.disk, ["b:1"], "read"),
                rounds: 8,
                each: 300,
                constant(100e3)
            ),
            Synthetic.phase(
                Synthetic.point(.exchange, ["b:1"], "read"),
                rounds: 8,
                each: 300,
                constant(300e3)
            ),
            Synthetic.phase(
                Synthetic.point(.fanOut, ["local", "b:1"], "read"),
                rounds: 8,
                each: 300
            ) { _ in source.random.unitInterval() < 0.5 ? 100e3 : 400e3 },
        ]
        let read = try #require(try ReplicationModel(Synthetic.record(phases)).read)
        #expect(abs(read.refined.mean.value / 250e3 - 1) < 0.001)
        #expect(abs(read.refined.p99.value / 400e3 - 1) < 0.01)
        #expect(read.residual(.mean)?.passes == true)
    }

    @Test("two thousand rounds are no hardship")
    func manyRounds() throws {
        let record = Synthetic.ladder(
            [.near(), .far("b:1"), .far("c:1")],
            rounds: 2000,
            each: 20
        )
        let start = ContinuousClock.now
        let predictions = try ReplicationModel(record).predictions
        let elapsed = ContinuousClock.now - start
        #expect(predictions.count == 4)
        #expect(predictions.allSatisfy { $0.passes == true })
        // Seconds even without optimisation on a busy machine; an hour where the cost grew with rounds squared.
        #expect(elapsed < .seconds(60), "\(elapsed)")
    }

    @Test("the same record gives the same figures, wherever its file is")
    func repeatable() throws {
        let record = Synthetic.ladder([.near(), .far("b:1")], rounds: 8)
        let one = try #require(try ReplicationModel(record, file: "a.json").write)
        let other = try #require(try ReplicationModel(record, file: "b/c.json").write)
        #expect(one.refined == other.refined)
        #expect(one.residuals == other.residuals)
    }
}
