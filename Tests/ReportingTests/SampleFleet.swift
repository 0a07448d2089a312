import Orchestration
import ResultStore

@testable import Reporting

/// Runs of made-up nodes.
enum SampleFleet {
    private static let record = SampleRecord.pass.make()

    static func run(
        _ node: String?,
        _ value: Double,
        interval: [Double]? = nil,
        grade: VerdictRecord.Grade? = .pass,
        hardware: String = "SAMSUNG 894 GiB",
        disturbances: [String] = []
    ) -> FleetRun {
        var run = FleetRun(record, source: "\(node ?? "nobody").json")
        run.node = node
        run.hardware = hardware
        run.grade = grade
        run.cause = grade == .fail ? "device flush" : ""
        run.disturbances = disturbances
        run.metrics = ["wal_fsync_p99_ns": Metric(value: value, ci95: interval)]
        return run
    }

    /// As many nodes around 2 ms, the last of them slow.
    static func nodes(_ count: Int, hardware: String = "ssd", prefix: String = "n") -> [FleetRun] {
        (0..<count).map { index in
            run(
                "\(prefix)\(index)",
                index == count - 1 ? 3e7 : 2e6 + Double(index * 7919 % 101) * 1000,
                grade: index == count - 1 ? .fail : .pass,
                hardware: hardware
            )
        }
    }

    /// The rounds of the record that all of them share.
    static let rounds = NodeRounds(SamplePage.short(.pass))

    static func page(_ runs: [FleetRun], problems: [String] = []) -> String {
        let fleet = Fleet(runs)
        var found: [String: NodeRounds] = [:]
        for file in FleetPage.pictured(fleet) { found[file] = rounds }
        return FleetPage.render(
            fleet,
            rounds: found,
            problems: problems,
            generator: "tbench 0.1.0"
        )
        // Numbers are bound to what follows them; that is no matter here.
        .replacing("\u{A0}", with: " ")
    }
}
