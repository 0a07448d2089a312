import Foundation
import Testing

@testable import Workloads

@Suite("Arrivals of an open loop")
struct ArrivalScheduleTests {
    @Test(
        "Poisson arrivals keep their rate within 0.5 % and their gaps exponential within 0.01",
        arguments: [30_000.0, 100_000, 300_000]
    )
    func poisson(_ rate: Double) throws {
        var schedule = ArrivalSchedule(pattern: .poisson, ratePerSecond: rate, seed: 20_261_121)
        let count = 300_000
        let times = (0..<count).map { _ in schedule.next() }
        let last = Double(try #require(times.last))
        #expect(abs(Double(count) / (last / 1e9) / rate - 1) < 0.005)

        let gaps = zip(times.dropFirst(), times).map { Double($0 - $1) }.sorted()
        let mean = 1e9 / rate
        // Kolmogorov's distance, of both sides of every step.
        var distance = 0.0
        for (index, gap) in gaps.enumerated() {
            let model = 1 - exp(-gap / mean)
            distance = max(
                distance,
                abs(model - Double(index) / Double(gaps.count)),
                abs(model - Double(index + 1) / Double(gaps.count))
            )
        }
        #expect(distance <= 0.01)
        // A test of this test: 3 % off in the mean, as fio's truncation to microseconds at 30 k, would show.
        let shifted = gaps.enumerated().reduce(0.0) {
            max(
                $0,
                abs(1 - exp(-$1.element / (mean * 1.05)) - Double($1.offset) / Double(gaps.count))
            )
        }
        #expect(shifted > 0.01)
    }

    @Test("Poisson gaps know nothing of the gap before")
    func independent() {
        var schedule = ArrivalSchedule(pattern: .poisson, ratePerSecond: 100_000, seed: 7)
        let times = (0..<100_001).map { _ in Double(schedule.next()) }
        let gaps = zip(times.dropFirst(), times).map { ($0 - $1) / 10_000 - 1 }
        let correlation = zip(gaps, gaps.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 } / 100_000
        #expect(abs(correlation) < 0.015)
    }

    @Test("fixed arrivals are evenly spaced and never drift", arguments: [3.0, 30_000, 300_000])
    func fixed(_ rate: Double) {
        var schedule = ArrivalSchedule(pattern: .fixed, ratePerSecond: rate, seed: 1)
        for index in 1...100_000 {
            let due = Double(schedule.next())
            #expect(abs(due - Double(index) * 1e9 / rate) <= 1)
        }
    }
}
