import Statistics
import Testing

@Suite("Slowest operations")
struct SlowestOperationsTests {
    @Test(
        "keeps exactly the slowest, slowest first, whatever order they come in",
        arguments: [1, 2, 3, 63, 64, 65, 1000],
        ["ascending", "descending", "shuffled"]
    )
    func keepsTheSlowest(total: Int, order: String) {
        var latencies = (1...UInt64(total)).map { $0 * 10 }
        if order == "descending" { latencies.reverse() }
        var random = SplitMix64(seed: 7)
        if order == "shuffled" {
            for index in latencies.indices {
                latencies.swapAt(index, Int(random.next() % UInt64(latencies.count)))
            }
        }
        var slowest = SlowestOperations(capacity: 64)
        for latency in latencies {
            slowest.record(latency: latency, start: latency + 1, offset: latency * 4096, kind: 3)
        }
        let kept = slowest.entries()
        let expected = latencies.sorted(by: >).prefix(64)
        #expect(kept.map(\.latencyNanoseconds) == Array(expected))
        #expect(
            kept.allSatisfy {
                $0.startNanoseconds == $0.latencyNanoseconds + 1
                    && $0.offsetBytes == $0.latencyNanoseconds * 4096 && $0.kind == 3
            }
        )
    }

    @Test("of equally slow operations the earlier ones stay, in the order they began")
    func ties() {
        var slowest = SlowestOperations(capacity: 4)
        for start in UInt64(1)...9 { slowest.record(latency: 5, start: start, offset: 0, kind: 0) }
        #expect(slowest.entries().map(\.startNanoseconds) == [1, 2, 3, 4])
    }

    @Test("what is below the floor is not kept, what is on it is")
    func floor() {
        var slowest = SlowestOperations(capacity: 4, floor: 100)
        for latency in UInt64(95)...102 {
            slowest.record(latency: latency, start: 0, offset: 0, kind: 0)
        }
        #expect(slowest.entries().map(\.latencyNanoseconds) == [102, 101, 100])
    }

    @Test("extreme values and a capacity of nothing do no harm")
    func extremes() {
        var slowest = SlowestOperations(capacity: 0)
        #expect(slowest.capacity == 1)
        slowest.record(latency: 0, start: 0, offset: 0, kind: 0)
        #expect(slowest.entries().count == 1)
        for _ in 0..<3 {
            slowest.record(latency: .max, start: .max, offset: .max, kind: .max)
        }
        #expect(slowest.entries().map(\.latencyNanoseconds) == [.max])
        slowest.reset()
        #expect(slowest.entries().isEmpty)
        slowest.record(latency: 1, start: 2, offset: 3, kind: 4)
        #expect(slowest.entries().map(\.offsetBytes) == [3])
    }

    @Test("the entries of several threads are merged into the slowest of all")
    func merging() {
        let parts = (0..<3).map { thread in
            var slowest = SlowestOperations(capacity: 8)
            for step in 0..<20 {
                let latency = UInt64(step * 3 + thread)
                slowest.record(latency: latency, start: 0, offset: 0, kind: UInt8(thread))
            }
            return slowest.entries()
        }
        let merged = SlowestOperations.merged(parts, capacity: 8)
        #expect(merged.map(\.latencyNanoseconds) == [59, 58, 57, 56, 55, 54, 53, 52])
        #expect(SlowestOperations.merged(parts, capacity: -1).isEmpty)
    }
}
