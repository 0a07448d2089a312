import ResultStore
import Statistics
import Testing

@Suite struct HistogramConversionTests {
    @Test("a histogram survives the way into the record and back")
    func roundTrip() throws {
        let sparse = SparseHistogram(
            buckets: [5, 2, 700, 1, 2000, 9],
            minNs: 5,
            maxNs: HistogramLayout.lowerBound(ofBucket: 2000),
            sumNs: 9 * HistogramLayout.lowerBound(ofBucket: 2000)
                + HistogramLayout.lowerBound(ofBucket: 700) + 10
        )
        let snapshot = try #require(sparse.snapshot)
        #expect(snapshot.count == 12)
        #expect(SparseHistogram(snapshot) == sparse)
    }

    @Test("an empty histogram is empty on both sides")
    func empty() {
        let sparse = SparseHistogram(.empty)
        #expect(sparse.buckets.isEmpty)
        #expect(sparse.snapshot == .empty)
    }

    @Test("etcd's WAL fsync is every sync class with the cuts, and nothing else")
    func walFsyncGroup() {
        let names = Set(OperationClass.allCases.filter { $0.rawValue.hasPrefix("wal_sync") })
        #expect(Set(OperationClass.walFsync) == names)
        let classes = OperationClass.walOverwrite + OperationClass.walMetadata
        let windows = OperationClass.walInCommit + OperationClass.walOutsideCommit
        #expect(Set(classes) == Set(windows))
        #expect(Set(classes).union([.walSyncCut]) == names)
    }

    @Test("a phase gives one histogram per round and their sum")
    func phase() {
        let phase = FullRecord.phase()
        let rounds = phase.snapshots(of: OperationClass.walFsync)
        #expect(rounds.map(\.count) == [86, 86, 86])
        #expect(phase.pooled(OperationClass.walFsync).count == 258)
        #expect(phase.pooled([.walCut]) == .empty)
        #expect(abs(phase.measuredSeconds - 6.000_339) < 1e-9)
    }

    @Test(
        "sums and extremes that the samples cannot have are not a histogram",
        arguments: [
            SparseHistogram(buckets: [9, 2], minNs: 10, maxNs: 9, sumNs: 18),
            SparseHistogram(buckets: [9, 2], minNs: 9, maxNs: 9, sumNs: 19),
            SparseHistogram(buckets: [9, 2], minNs: 9, maxNs: 9, sumNs: 17),
            SparseHistogram(buckets: [], minNs: 0, maxNs: 9, sumNs: 0),
            SparseHistogram(buckets: [9, 2], minNs: 9, maxNs: .max, sumNs: 18),
        ]
    )
    func contradictions(_ histogram: SparseHistogram) {
        #expect(histogram.snapshot == nil)
    }
}
