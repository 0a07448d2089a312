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

    @Test("the slowest operations are kept with what they were and where, above the floor")
    func slowest() {
        let control = RunControl()
        let recorder = RoundRecorder(classes: [.read, .write], control: control, slowFloor: 1000)
        control.round = 0
        #expect(recorder.isRecording())
        for index in 1...1000 {
            let nanoseconds = UInt64((index * 7919) % 1009) * 10
            recorder.add(
                index % 2,
                start: 5,
                nanoseconds: nanoseconds,
                offset: UInt64(index) * 4096
            )
        }
        recorder.record(0, start: 7, nanoseconds: 20_000)
        let kept = recorder.slowest()
        let all = (1...1000).map { UInt64(($0 * 7919) % 1009) * 10 }.sorted(by: >)
        #expect(kept.map(\.nanoseconds) == [20_000] + all.prefix(63))
        #expect(
            kept.first == SlowEntry(operation: .read, start: 7, nanoseconds: 20_000, offset: nil)
        )
        for entry in kept.dropFirst() {
            let index = Int(entry.offset ?? 0) / 4096
            #expect(entry.nanoseconds == UInt64((index * 7919) % 1009) * 10)
            #expect(entry.operation == (index % 2 == 0 ? .read : .write))
        }
        let record = RoundRecorder.slowest(of: [recorder, recorder], runStart: 5)
        #expect(record.count == 64)
        #expect(record.filter { $0.durationNs == 20_000 }.count == 2)
        #expect(record.map(\.atSeconds) == record.map(\.atSeconds).sorted())
    }
}
