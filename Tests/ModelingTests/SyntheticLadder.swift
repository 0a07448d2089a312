import Modeling
import ResultStore
import Statistics

/// Latencies whose truth is known.
struct Source {
    var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    /// An exponential latency above a floor, in nanoseconds.
    mutating func exponential(mean: Double, floor: Double = 0) -> Double {
        floor - mean * RealFunctions.ln(1 - random.unitInterval())
    }

    /// Near normal: twelve uniforms, less six.
    mutating func normal(mean: Double, deviation: Double) -> Double {
        var sum = -6.0
        for _ in 0..<12 { sum += random.unitInterval() }
        return max(1, mean + deviation * sum)
    }
}

enum Synthetic {
    static func snapshot(_ values: [Double]) -> HistogramSnapshot {
        var histogram = LatencyHistogram()
        for value in values { histogram.record(UInt64(max(0, value))) }
        return histogram.takeSnapshot()
    }

    static func point(
        _ step: LadderStep,
        _ replicas: [String],
        _ operation: String = "write",
        blockBytes: UInt64 = 4096,
        depth: Int = 1,
        pattern: String? = "random"
    ) -> LadderPoint {
        LadderPoint(
            step: step,
            replicas: replicas,
            operation: operation,
            pattern: [.ping, .exchange].contains(step) ? nil : pattern,
            blockBytes: operation == "ping" ? 0 : blockBytes,
            depth: depth,
            connections: step == .disk ? 0 : 2
        )
    }

    /// A phase of rounds with so many latencies each; `value` gets the number of its round.
    static func phase(
        _ point: LadderPoint,
        rounds: Int,
        each: Int,
        counters: [String: Double] = [:],
        _ value: (Int) -> Double
    ) -> PhaseRecord {
        let operation = point.step == .filesystem ? "sync" : point.operation
        let records = (0..<rounds).map { round in
            let values = (0..<each).map { _ in value(round) }
            return RoundRecord(
                durationNs: UInt64(values.reduce(0, +)),
                latency: [operation: SparseHistogram(snapshot(values))]
            )
        }
        return PhaseRecord(
            name:
                "\(point.step.rawValue) \(point.replicas.joined(separator: ",")) \(point.operation)",
            kind: "ladder",
            startSeconds: 0,
            rounds: records,
            counters: counters,
            ladder: point
        )
    }

    static func record(_ phases: [PhaseRecord], id: String = "00000001") -> ResultRecord {
        var host = HostRecord()
        host.node = "node-\(id)"
        return ResultRecord(
            method: 1,
            run: RunInfo(
                id: id,
                started: "2026-11-21T08:00:00Z",
                toolVersion: "tbench 0",
                toolBuild: "test",
                arguments: []
            ),
            benchmark: BenchmarkInfo(
                name: "longhorn",
                workload: "sha256:0",
                spec: [:],
                engine: "sync",
                engineRequested: "sync"
            ),
            target: TargetFacts(path: "/data", kind: "directory"),
            host: host,
            phases: phases
        )
    }

    /// Where one replica stands: its disk's and its network's floor and mean excess, in nanoseconds.
    struct Site {
        var name: String
        var disk: (floor: Double, excess: Double)
        var network: (floor: Double, excess: Double)?

        static func near(_ name: String = "local", disk: Double = 300e3) -> Site {
            Site(name: name, disk: (disk * 0.7, disk * 0.3), network: nil)
        }

        static func far(_ name: String, disk: Double = 300e3, network: Double = 100e3) -> Site {
            Site(
                name: name,
                disk: (disk * 0.7, disk * 0.3),
                network: (network * 0.8, network * 0.2)
            )
        }
    }

    /// A ladder whose fan-out really is the largest of independent sums, each copy sent behind the one before.
    ///
    /// `truth` is how many times as long the fan-out takes, which no term of the model knows of.
    static func ladder(
        _ sites: [Site],
        rounds: Int = 20,
        each: Int = 400,
        send: Double = 0,
        truth: Double = 1,
        seed: UInt64 = 11
    ) -> ResultRecord {
        var source = Source(seed: seed)
        func disk(_ site: Site) -> Double {
            source.exponential(mean: site.disk.excess, floor: site.disk.floor)
        }
        func trip(_ site: Site) -> Double {
            guard let network = site.network else { return 0 }
            return source.exponential(mean: network.excess, floor: network.floor)
        }
        var phases: [PhaseRecord] = []
        for site in sites {
            phases.append(
                phase(point(.disk, [site.name]), rounds: rounds, each: each) { _ in disk(site) }
            )
            guard site.network != nil else { continue }
            phases.append(
                phase(
                    point(.exchange, [site.name]),
                    rounds: rounds,
                    each: each,
                    counters: ["send_ns": send]
                ) { _ in trip(site) }
            )
        }
        for site in sites {
            phases.append(
                phase(point(.replica, [site.name]), rounds: rounds, each: each) { _ in
                    trip(site) + disk(site)
                }
            )
        }
        phases.append(
            phase(point(.fanOut, sites.map(\.name)), rounds: rounds, each: each) { _ in
                var sent = 0.0
                var longest = 0.0
                for site in sites {
                    let begins = site.network == nil ? 0 : sent
                    longest = max(longest, begins + trip(site) + disk(site))
                    if site.network != nil { sent += send }
                }
                return longest * truth
            }
        )
        return record(phases)
    }
}
