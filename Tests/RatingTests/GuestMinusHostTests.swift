import Rating
import ResultStore
import Statistics
import Testing
import Workloads

@Suite("Guest less host") struct GuestMinusHostTests {
    /// A turn whose commits all take so many microseconds; none for nil.
    private func round(_ microseconds: Double?) -> RoundRecord {
        var histogram = LatencyHistogram()
        if let microseconds {
            for _ in 0..<50 { histogram.record(UInt64(microseconds * 1000)) }
        }
        return RoundRecord(
            durationNs: 1_000_000_000,
            latency: ["wal_loop": SparseHistogram(histogram.snapshot())]
        )
    }

    private func row(_ guest: [Double?], _ host: [Double?]?) throws -> (MatrixRow, [String]) {
        let combination = DiskCombination(
            format: .null,
            cache: .none,
            aio: .threads,
            controller: .virtioBlk
        )
        var record = ResultRecord(
            method: 1,
            run: RunInfo(id: "1", started: "", toolVersion: "", toolBuild: "", arguments: []),
            benchmark: BenchmarkInfo(
                name: "etcd",
                workload: "",
                spec: [:],
                engine: "sync",
                engineRequested: "sync"
            ),
            target: TargetFacts(path: "/x", kind: "directory"),
            tags: combination.tags,
            host: HostRecord()
        )
        record.phases = [
            PhaseRecord(
                name: "medium",
                kind: "verdict",
                startSeconds: 0,
                rounds: guest.map(round)
            )
        ]
        if let host {
            record.phases.append(
                PhaseRecord(
                    name: "medium on the host",
                    kind: PhaseRecord.hostKind,
                    startSeconds: 0,
                    rounds: host.map(round)
                )
            )
        }
        let cell = MatrixRating.Cell(combination: combination, record: record)
        let document = MatrixRating(cells: [cell], rubric: try .embedded())
            .document(method: "test")
        return (try #require(document.cells.first), document.notes)
    }

    @Test("what moves both sides of a turn is in neither, and one bad turn decides nothing")
    func paired() throws {
        // The machine grows slower all the time; the guest takes 100 µs more in each turn but one.
        let host = (0..<9).map { 50 + 40 * Double($0) }
        var guest = host.map { $0 + 100 }
        guest[4] = 9000
        let (row, notes) = try row(guest, host)
        let difference = try #require(row.guestMinusHost)
        #expect(abs(difference.medianNs / 100e3 - 1) < 0.02)
        #expect(difference.turns == 9)
        let interval = try #require(difference.ci95)
        #expect(interval[0] <= difference.medianNs)
        #expect(interval[1] >= difference.medianNs)
        #expect(interval[1] < 120e3)
        #expect(abs(difference.hostNs / 210e3 - 1) < 0.02)
        #expect(notes.contains { $0.hasPrefix("Over host: ") && $0.contains("over NBD") })
    }

    @Test("turns in which a side measured nothing make no pair")
    func gaps() throws {
        let (row, _) = try row([100, nil, 120, 130], [50, 60, nil, 70])
        let difference = try #require(row.guestMinusHost)
        #expect(difference.turns == 2)
        // Too few for an interval.
        #expect(difference.ci95 == nil)
        #expect(try self.row([100], [nil]).0.guestMinusHost == nil)
        #expect(try self.row([100], nil).0.guestMinusHost == nil)
    }

    @Test(
        "the interval of a median is that of the tables",
        // Order statistics for 95 %: Conover's table of the binomial distribution with p = 1/2.
        arguments: [(6, 1), (9, 2), (15, 4), (20, 6), (40, 14)]
    )
    func interval(turns: Int, rank: Int) throws {
        let guest = (1...turns).map { 1000 + Double($0) * 100 }
        let (row, _) = try row(guest, guest.map { _ in 1000 })
        let interval = try #require(row.guestMinusHost?.ci95)
        #expect(abs(interval[0] / (Double(rank) * 100e3) - 1) < 0.03)
        #expect(abs(interval[1] / (Double(turns + 1 - rank) * 100e3) - 1) < 0.03)
    }
}
