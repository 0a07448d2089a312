// Simulations behind `scripts/validate-regression`: too long for the tests, one line of JSON each.
//
// Usage: RegressionProbe coverage|alarms|power|history REPLICATIONS [ROUNDS]

import Foundation
import Statistics

/// One figure with what it counts.
func report(_ name: String, _ hits: Int, of count: Int, _ more: [String: Double] = [:]) {
    var parts = ["\"figure\":\"\(name)\"", "\"hits\":\(hits)", "\"count\":\(count)"]
    for (key, value) in more.sorted(by: { $0.key < $1.key }) { parts.append("\"\(key)\":\(value)") }
    print("{\(parts.joined(separator: ","))}")
}

/// How often the 95 % interval holds the quantile of a very long run.
func coverage(_ replications: Int, _ rounds: Int) {
    for share in [0.02, 0.002] {
        var long = BurstySeries(seed: 1_000_003, burstShare: share)
        let truth = HistogramSnapshot.merged(long.rounds(4000))
        for quantile in [0.5, 0.99] {
            var plain = 0
            var widened = 0
            for seed in 0..<replications {
                var series = BurstySeries(seed: UInt64(seed) &* 7919 &+ 17, burstShare: share)
                let sample = series.rounds(rounds)
                let value = truth.quantile(quantile)
                let shown = RoundBootstrap(rounds: sample).estimate(quantile: quantile).ci95
                if let shown, shown.low <= value, value <= shown.high { plain += 1 }
                let run = RunRounds(
                    histograms: sample,
                    seconds: [Double](repeating: 2, count: rounds)
                )
                let judged = ChangeTest().estimate(.quantile(quantile), [run])?.ci95
                if let judged, judged.low <= value, value <= judged.high { widened += 1 }
            }
            let name = "p\(Int(quantile * 100)), bursts \(share * 100) %"
            report("coverage shown, \(name)", plain, of: replications)
            report("coverage compared, \(name)", widened, of: replications)
        }
    }
}

/// How often two series of one kind (or of which one is slower) come out as regressed.
func verdicts(_ name: String, _ replications: Int, _ rounds: Int, factor: Double) {
    for share in [0.02, 0.002] {
        for (quantile, threshold) in [(0.5, 0.05), (0.99, 0.10)] {
            var hits = 0
            for seed in 0..<replications {
                var one = BurstySeries(seed: UInt64(seed) &* 104_729 &+ 5, burstShare: share)
                var other = BurstySeries(seed: UInt64(seed) &* 15_485_863 &+ 11, burstShare: share)
                func run(_ histograms: [HistogramSnapshot]) -> RunRounds {
                    RunRounds(
                        histograms: histograms,
                        seconds: [Double](repeating: 2, count: rounds)
                    )
                }
                let base = run(one.rounds(rounds))
                let new = run(other.rounds(rounds).map { scaled($0, by: factor) })
                let outcome = ChangeTest().compare(.quantile(quantile), base: [base], new: [new])
                if let outcome, outcome.ci99.low > RealFunctions.ln(1 + threshold) { hits += 1 }
            }
            report(
                "\(name), p\(Int(quantile * 100)), bursts \(share * 100) %",
                hits,
                of: replications
            )
        }
    }
}

/// The same latencies, each `factor` times as long.
func scaled(_ snapshot: HistogramSnapshot, by factor: Double) -> HistogramSnapshot {
    guard factor != 1 else { return snapshot }
    var histogram = LatencyHistogram()
    for (index, count) in snapshot.buckets {
        let low = Double(HistogramLayout.lowerBound(ofBucket: index))
        let high = Double(HistogramLayout.upperBound(ofBucket: index))
        for part in 0..<count {
            let place = low + (high - low) * (Double(part) + 0.5) / Double(count)
            histogram.record(UInt64(place * factor))
        }
    }
    return histogram.takeSnapshot()
}

/// One step of 15 % in sixty runs, and sixty runs without one.
func history(_ replications: Int) {
    var settings = ChangePoints.Settings()
    settings.leastDifference = RealFunctions.ln(1.05)
    for spread in [0.02, 0.04, 0.06] {
        var found = 0
        var alarms = 0
        for seed in 0..<replications {
            var noise = BurstySeries(seed: UInt64(seed) &* 48_611 &+ 3)
            let change = 8 + seed % 44
            let step = (0..<60).map { index in
                spread * noise.normal() + (index < change ? 0 : RealFunctions.ln(1.15))
            }
            let points = ChangePoints.find(in: step, settings)
            if points.count == 1, abs(points[0].index - change) <= 2 { found += 1 }
            let still = (0..<60).map { _ in spread * noise.normal() }
            if !ChangePoints.find(in: still, settings).isEmpty { alarms += 1 }
        }
        let name = "spread \(Int(spread * 100)) %"
        report("step found, \(name)", found, of: replications)
        report("stationary alarms, \(name)", alarms, of: replications)
    }
}

let arguments = CommandLine.arguments.dropFirst()
let count = arguments.dropFirst().first.flatMap { Int($0) } ?? 200
let rounds = arguments.dropFirst(2).first.flatMap { Int($0) } ?? 30
switch arguments.first {
case "coverage": coverage(count, rounds)
case "alarms": verdicts("false alarms", count, rounds, factor: 1)
case "power": verdicts("detection of +20 %", count, rounds, factor: 1.2)
case "history": history(count)
default:
    print("Usage: RegressionProbe coverage|alarms|power|history REPLICATIONS [ROUNDS]")
    exit(64)
}
