import IOEngines
import ResultStore
import Statistics
import Testing

@testable import Benchmarking

@Suite("Round recorder") struct RoundRecorderTests {
    @Test("loses nothing while rounds change under a recording thread", .timeLimit(.minutes(1)))
    func concurrent() throws {
        let control = RunControl()
        let recorder = RoundRecorder(classes: [.walWrite, .walLoop], control: control)
        control.round = 0
        let total = 200_000
        let thread = try WorkerThread(name: "test") {
            for index in 0..<total {
                recorder.record(index % 2, start: 0, nanoseconds: UInt64(index))
            }
            recorder.finish()
        }
        var counts: [OperationClass: UInt64] = [:]
        var sum: UInt64 = 0
        func add() {
            for (_, latency) in recorder.collect() {
                for (name, snapshot) in latency {
                    counts[name, default: 0] += snapshot.count
                    sum += snapshot.sum
                }
            }
        }
        for round in 1...50 {
            MonotonicClock.sleep(nanoseconds: 300_000)
            control.round = round
            add()
        }
        thread.join()
        add()
        #expect(counts == [.walWrite: 100_000, .walLoop: 100_000])
        #expect(sum == UInt64(total) * UInt64(total - 1) / 2)
    }

    @Test("keeps nothing while no round is recorded")
    func warmUp() {
        let recorder = RoundRecorder(classes: [.walWrite], control: RunControl())
        recorder.record(0, start: 0, nanoseconds: 5)
        recorder.finish()
        #expect(recorder.collect().isEmpty)
    }

    @Test("the table of slow operations keeps the slowest of many")
    func slowest() {
        var table = SlowTable()
        for index in 1...1000 {
            let nanoseconds = UInt64((index * 7919) % 1009) * 1_000_000
            if nanoseconds > table.floor {
                table.insert(index, start: 0, nanoseconds: nanoseconds)
            }
        }
        let kept = table.entries.map { $0.nanoseconds / 1_000_000 }.sorted()
        let all = (1...1000).map { UInt64(($0 * 7919) % 1009) }.sorted()
        #expect(kept == Array(all.suffix(SlowTable.capacity)))
    }
}
