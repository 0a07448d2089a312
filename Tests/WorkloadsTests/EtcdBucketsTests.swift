import Statistics
import Testing
import Workloads

@Suite("etcd's own buckets") struct EtcdBucketsTests {
    private func latencies(_ nanoseconds: UInt64, count: Int = 1000) -> HistogramSnapshot {
        var histogram = LatencyHistogram()
        for _ in 0..<count { histogram.record(nanoseconds) }
        return histogram.takeSnapshot()
    }

    @Test(
        "a dashboard shows a value inside the bucket, not the one that was measured",
        arguments: [
            // All in the bucket from 1 to 2 ms, so 99 % of the way through it.
            (1_100_000, 1_990_000.0), (24_000_000, 31_840_000), (200_000, 990_000),
            // Beyond the last bucket: its bound.
            (20_000_000_000, 8.192e9),
        ] as [(UInt64, Double)]
    )
    func interpolated(nanoseconds: UInt64, shown: Double) throws {
        let p99 = try #require(EtcdBuckets.p99Nanoseconds(latencies(nanoseconds)))
        #expect(abs(p99 - shown) < 1000)
    }

    @Test("without samples there is none")
    func empty() {
        #expect(EtcdBuckets.p99Nanoseconds(.empty) == nil)
    }
}
