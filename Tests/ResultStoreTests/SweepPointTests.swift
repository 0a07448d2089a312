import ResultStore
import Statistics
import Testing

@Suite("Points of a sweep") struct SweepPointTests {
    /// A round of a second with so many reads, each with its time from submission and from when it was due.
    private func round(_ reads: Int, service: UInt64, response: (Int) -> UInt64) -> RoundRecord {
        var services = LatencyHistogram()
        var responses = LatencyHistogram()
        for index in 0..<reads {
            services.record(service)
            responses.record(response(index))
        }
        return RoundRecord(
            durationNs: 1_000_000_000,
            latency: [
                OperationClass.read.rawValue: SparseHistogram(services.takeSnapshot()),
                OperationClass.readResponse.rawValue: SparseHistogram(responses.takeSnapshot()),
            ]
        )
    }

    private func point(offered: Double?, _ rounds: [RoundRecord]) throws -> SweepPoint {
        let phase = PhaseRecord(
            name: "reads 10 %",
            kind: "job",
            offeredPerSecond: offered,
            startSeconds: 0,
            rounds: rounds,
            counters: [SweepPoint.counter: 10]
        )
        return try #require(SweepPoint(phase))
    }

    private func isSaturated(offered: Double?, _ rounds: [RoundRecord]) throws -> Bool {
        try point(offered: offered, rounds).isSaturated
    }

    @Test(
        "an idle device whose arrivals happened to be few is not saturated",
        arguments: [20.0, 100, 1000]
    )
    func chance(rate: Double) throws {
        var saturated = 0
        for seed in UInt64(0)..<200 {
            var random = SplitMix64(seed: seed)
            let rounds = (0..<5).map { _ in
                // Ten slots for each arrival that is due, one in ten of them taken: nearly a Poisson number.
                let arrivals = (0..<Int(rate) * 10).filter { _ in random.next() % 10 == 0 }
                return round(arrivals.count, service: 90_000) { _ in 100_000 }
            }
            if try isSaturated(offered: rate, rounds) { saturated += 1 }
        }
        #expect(saturated <= 2, "of 100")
    }

    @Test("late timers on an engine that answers at once are no backlog")
    func lateTimers() throws {
        let rounds = (0..<5).map { _ in round(1000, service: 30) { _ in 430_000 } }
        #expect(try !isSaturated(offered: 1000, rounds))
    }

    @Test("a stall that was made good is not saturation")
    func stall() throws {
        let held = round(1000, service: 100_000) { UInt64(1000 - $0) * 1_000_000 }
        let well = round(1000, service: 100_000) { _ in 110_000 }
        #expect(try !isSaturated(offered: 1000, [well, held, well, well]))
    }

    @Test(
        "a load above the device's is saturated, whether the rate shows it or the backlog",
        arguments: [(1000, 1.1), (1000, 1.05), (100, 1.1), (20_000, 1.03)]
    )
    func overload(capacity: Int, load: Double) throws {
        // Evenly spaced arrivals at one server: after t seconds the wait is t times the excess.
        let service = UInt64(1_000_000_000 / capacity)
        let rounds = (0..<5).map { second in
            round(capacity, service: service) { index in
                let seconds = Double(second) + Double(index) / Double(capacity)
                return service + UInt64(seconds * (load - 1) * 1e9)
            }
        }
        #expect(try isSaturated(offered: Double(capacity) * load, rounds))
    }

    @Test("a closed loop is never saturated: it offers what it gets")
    func closed() throws {
        #expect(try !isSaturated(offered: nil, [round(10, service: 100) { _ in 900_000_000 }]))
    }

    @Test("a saturated point is never the knee, however much it did")
    func kneeKeepsUp() throws {
        func kept(_ rate: Int) throws -> SweepPoint {
            try point(offered: Double(rate), [round(rate, service: 100_000) { _ in 110_000 }])
        }
        func saturated(_ done: Int) throws -> SweepPoint {
            try point(offered: 40_000, [round(done, service: 10_000) { _ in 110_000 }])
        }
        let points = try [kept(100), kept(200), saturated(20_000), saturated(10_000)]
        #expect(points.map(\.isSaturated) == [false, false, true, true])
        #expect(SweepPoint.knee(of: points) == 1)
        #expect(try SweepPoint.knee(of: [saturated(1), saturated(9), saturated(5)]) == nil)
    }
}
