import IOEngines
import Testing
import Workloads

@testable import Benchmarking

@Suite("Load generator") struct LoadGeneratorTests {
    /// What was sent in half a second at 4000 puts a second.
    private func sent(
        _ arrivals: EtcdArrivals
    ) throws -> (puts: [UInt64], begin: UInt64) {
        let control = RunControl()
        let queue = ProposalQueue(control: control)
        var load = EtcdLoad.small
        load.ratePerSecond = 4000
        load.clients = 4096
        let times = UnsafeMutablePointer<UInt64>.allocate(capacity: 4096)
        defer { times.deallocate() }
        let begin = MonotonicClock.now()
        let generator = try LoadGenerator(
            load: load,
            arrivals: arrivals,
            seed: 1,
            queue: queue,
            run: control
        )
        var puts: [UInt64] = []
        while MonotonicClock.now() < begin + 500_000_000 {
            let batch = queue.takeAll(into: times, limit: 4096)
            puts += (0..<batch.count).map { times[$0] }
        }
        generator.end(queue)
        control.stop()
        return (puts, begin)
    }

    @Test("as Go's timers fire: in bunches a millisecond apart, none early, none lost")
    func limiter() throws {
        // On a busy machine every put may come late, and is then as far from the one before as it was meant to be.
        var bunched = 0.0
        for _ in 0..<5 where bunched < 0.5 {
            let (puts, begin) = try sent(.limiter)
            #expect(puts.count > 500 && puts.count <= 2100)
            let first = try #require(puts.first)
            for (index, put) in puts.enumerated() {
                // Not before it is due, and never said to begin more than two milliseconds later.
                #expect(put >= begin + UInt64(index + 1) * 250_000, "put \(index)")
                let distance = Int64(put) - Int64(first) - Int64(index) * 250_000
                #expect(abs(distance) <= 2_000_000, "put \(index)")
            }
            let close = zip(puts.dropFirst(), puts).count { $0 < $1 + 125_000 }
            bunched = Double(close) / Double(puts.count)
        }
        #expect(bunched >= 0.5, "share of puts less than half a step after the one before")
    }

    @Test("an intended start is kept to the nanosecond where the arrivals are even")
    func fixed() throws {
        let (puts, begin) = try sent(.fixed)
        let first = try #require(puts.first)
        #expect(first >= begin + 250_000)
        for (index, put) in puts.enumerated() {
            #expect(put == first + UInt64(index) * 250_000)
        }
    }
}

@Suite("Work for a processor") struct ProcessorWorkTests {
    private func nanoseconds(_ cycles: UInt64) -> UInt64 {
        var work = ProcessorWork(in: WorkingSet(byteCount: 1 << 14))
        return (0..<9).map { _ in
            let begin = MonotonicClock.now()
            work.run(cycles: cycles)
            return MonotonicClock.now() - begin
        }.min() ?? 0
    }

    @Test("four times the cycles take four times as long, and not less than 0.1 ns each")
    func proportional() {
        let (short, long) = (nanoseconds(1_000_000), nanoseconds(4_000_000))
        #expect(short > 100_000)
        let ratio = Double(long) / Double(short)
        #expect(ratio > 2 && ratio < 8, "\(ratio)")
    }
}

@Suite("Go's processors") struct GoProcessorsTests {
    @Test("no more compute at once than there are processors, and everyone has a turn")
    func bounded() throws {
        let processors = GoProcessors(count: 2)
        let state = Guarded((now: 0, most: 0, turns: 0))
        let threads = try (0..<6).map { number in
            try WorkerThread(name: "turn-\(number)") {
                for _ in 0..<50 {
                    processors.take()
                    state.withLock {
                        $0.now += 1
                        $0.most = max($0.most, $0.now)
                        $0.turns += 1
                    }
                    MonotonicClock.sleep(nanoseconds: 20_000)
                    state.withLock { $0.now -= 1 }
                    processors.release()
                }
            }
        }
        for thread in threads { thread.join() }
        state.withLock {
            #expect($0.most == 2)
            #expect($0.turns == 300)
        }
    }

    @Test("one looks for work beside an idle processor, and nobody when both are busy")
    func searching() {
        let processors = GoProcessors(count: 2)
        #expect(processors.wantSearch)
        #expect(processors.takeToSearch())
        #expect(!processors.wantSearch)
        #expect(!processors.takeToSearch())
        processors.take()
        #expect(!processors.takeToSearch())
        processors.releaseAfterSearch()
        #expect(processors.wantSearch)
        #expect(processors.takeToSearch())
        processors.releaseAfterSearch()
        processors.release()
        #expect(processors.takeToSearch())
    }
}
