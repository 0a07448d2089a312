import ResultStore
import Statistics
import Units
import Workloads

/// What a report says, before it is text or Markdown.
struct ReportContent {
    /// A label and what belongs to it, in phrases that are not torn apart.
    struct Fact {
        var label: String
        var phrases: [String]
    }

    /// A command to type and what it is for.
    struct NextStep: Equatable {
        var command: String
        var purpose: String
    }

    /// "PASS", "FAIL", …; "NO VERDICT" when the run ended before it could conclude.
    var gradeText: String
    var grade: VerdictRecord.Grade?
    var headline: String
    /// What ran: benchmark, load, rounds, time.
    var subtitle: [String]
    /// Why the record is partial; nil when it is complete.
    var outcome: String?
    var checks: [VerdictCheck]
    var conclusions: [Fact]
    /// What the table and the charts are about; nil when nothing was measured.
    var phase: PhaseRecord?
    var rows: [PercentileRow]
    /// What the jobs of a profile did; empty for etcd.
    var jobs: [JobRow]
    /// The steps from a disk to a replicated volume; empty for any other run.
    var replication: [LadderRow]
    /// What crossed a network, and the way it took; empty for any other run.
    var exchanges: [NetworkRow]
    var network: [Fact]
    /// What the latency model says of those steps.
    var model: [Fact]
    /// The curve of a sweep; without points for any other run.
    var sweep: SweepTable
    /// The profile's figures as the tool it stands in for prints them.
    var familiar: FamiliarTable?
    var prometheus: [String]
    var doubts: [String]
    var timeline: Timeline?
    /// Whether etcd's limits apply; they do not on a raw device.
    var hasBudgets: Bool
    var load: [Fact]
    var ladder: [LoadStep]
    var environment: [Fact]
    var warnings: [Warning]
    var footnotes: [String]
    var next: [NextStep]

    /// - Parameters:
    ///   - record: any that was read.
    ///   - withTables: off where only the verdict, the warnings and the environment are wanted; the tables take long.
    init(_ record: ResultRecord, withTables: Bool = true) {
        let main = Self.mainPhase(of: record)
        let isDevice = record.target.kind == "block device" && main?.kind != "verdict"
        let rows =
            withTables ? main.map { PercentileRow.rows(of: $0, withBudgets: !isDevice) } ?? [] : []
        gradeText = Self.gradeText(record)
        grade = record.verdict?.grade
        sweep = SweepTable(record)
        familiar = FamiliarTable(record)
        headline = record.verdict?.headline ?? sweep.headline ?? Self.missingVerdict(record)
        subtitle = Self.subtitle(record, main)
        outcome = Self.outcome(record)
        checks = record.verdict?.checks ?? []
        conclusions = Self.conclusions(record)
        phase = rows.isEmpty ? nil : main
        self.rows = rows
        jobs = withTables && sweep.points.isEmpty ? JobRow.rows(of: record) : []
        replication = withTables ? LadderRow.rows(of: record) : []
        model = withTables ? Self.ladderModel(record) : []
        exchanges = withTables ? NetworkRow.rows(of: record) : []
        network = Self.networkFacts(record)
        prometheus = isDevice || !withTables ? [] : main.map(Self.prometheus) ?? []
        doubts = Self.doubts(rows, isDevice: isDevice)
        timeline = main.flatMap(Timeline.init)
        hasBudgets = !isDevice
        load = Self.load(record, main)
        ladder = withTables ? LoadStep.steps(of: record) : []
        environment = Self.environment(of: record)
        warnings = record.warnings.enumerated()
            .sorted {
                ($0.element.severity.rank, $0.offset) < ($1.element.severity.rank, $1.offset)
            }
            .map(\.element)
        footnotes = Self.footnotes(
            rows.flatMap { [$0.p50, $0.p90, $0.p99, $0.p999] }
                + jobs.flatMap { [$0.p50, $0.p99, $0.p999] }
                + replication.flatMap { [$0.p50, $0.p99] }
                + exchanges.flatMap { [$0.p50, $0.p90, $0.p99, $0.p999] },
            withIntervals: rows.map(\.p99) + jobs.map(\.p99) + replication.map(\.p99)
                + exchanges.map(\.p99)
        )
        next = Self.nextSteps(record)
    }

    /// The phase that the verdict is about, or the best there is.
    private static func mainPhase(of record: ResultRecord) -> PhaseRecord? {
        let filled = record.phases.filter { phase in
            phase.rounds.contains { $0.snapshot(of: OperationClass.walFsync).count > 0 }
        }
        return filled.first { $0.kind == "verdict" } ?? filled.first { $0.kind == "device" }
            ?? filled.first
    }

    private static func gradeText(_ record: ResultRecord) -> String {
        if let grade = record.verdict?.grade { return grade.rawValue.uppercased() }
        let isMeasuring = record.run.outcome == .complete && record.benchmark.name != "etcd"
        return isMeasuring ? "MEASURED" : "NO VERDICT"
    }

    private static func missingVerdict(_ record: ResultRecord) -> String {
        switch record.run.outcome {
        case .complete: "This run measures; it does not judge."
        case .partial, .failed: "The run ended before it could conclude."
        }
    }

    private static func outcome(_ record: ResultRecord) -> String? {
        let reason = record.run.outcomeReason.map { ": \($0)" } ?? ""
        let after = QuantityText.duration(nanoseconds: record.run.durationNs)
        switch record.run.outcome {
        case .complete: return nil
        case .partial: return "Partial after \(after)\(reason). What was measured is kept."
        case .failed:
            // A reason with a hint is two sentences, and brings its own full stop.
            let end = reason.hasSuffix(".") ? "" : "."
            return "Failed after \(after)\(reason)\(end) What was measured is kept."
        }
    }

    private static func subtitle(_ record: ResultRecord, _ main: PhaseRecord?) -> [String] {
        let name = record.benchmark.name
        let hasCommand = ["etcd", "longhorn", "net"].contains(name)
        var phrases = ["tbench \(hasCommand ? name : "run \(name)")"]
        if let engine = record.benchmark.spec["data_engine"] {
            let cases = record.phases.count { $0.kind == "disk" }
            phrases += ["\(engine.uppercased()) data engine", "\(cases) cases"]
        }
        let jobs = record.phases.count { $0.kind == "job" }
        let points = record.phases.count { $0.counters[SweepPoint.counter] != nil }
        if points > 0 {
            let job = record.benchmark.spec["sweep.job"].map { "\($0) at " } ?? ""
            phrases.append("\(job)\(points) points")
        } else if jobs > 0 {
            phrases.append(jobs == 1 ? "1 job" : "\(jobs) jobs")
        }
        if let main {
            phrases.append(main.kind == "verdict" ? "\(main.name) load" : main.name)
            if let rate = main.offeredPerSecond { phrases.append("\(Number.rate(rate)) puts/s") }
            phrases.append(rounds(main))
        }
        if let time = record.run.timeToVerdictNs {
            phrases.append("verdict after \(QuantityText.duration(nanoseconds: time))")
        }
        phrases += record.tags.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return phrases
    }

    private static func rounds(_ phase: PhaseRecord) -> String {
        let lengths = phase.rounds.map { Double($0.durationNs) / 1e9 }.sorted()
        guard !lengths.isEmpty else { return "no rounds" }
        let typical = QuantityText.fixed(lengths[lengths.count / 2], decimals: 1)
        let unit = lengths.count == 1 ? "round" : "rounds"
        let seconds = typical.hasSuffix(".0") ? String(typical.dropLast(2)) : typical
        return "\(lengths.count) \(unit) of \(seconds) s"
    }

    private static func conclusions(_ record: ResultRecord) -> [Fact] {
        guard let verdict = record.verdict else { return [] }
        return [
            Fact(label: "cause", phrases: [verdict.cause]),
            Fact(label: "advice", phrases: [verdict.advice]),
        ].filter { $0.phrases != [""] }
    }

    private static func prometheus(_ phase: PhaseRecord) -> [String] {
        [("WAL fsync", OperationClass.walFsync), ("backend commit", [.backendCommit])]
            .compactMap { name, classes -> String? in
                let exact = phase.bootstrap(classes, resamples: 100).estimate(quantile: 0.99)
                guard let shown = EtcdBuckets.p99Nanoseconds(phase.pooled(classes)),
                    exact.count > 0
                else { return nil }
                let text = "\(name) p99 \(QuantityText.duration(nanoseconds: shown))"
                guard exact.printability != .tooFew else { return text }
                return "\(text) (exact \(Figure(exact).text))"
            }
    }

    /// What the flags of the p99s mean, in words.
    private static func doubts(_ rows: [PercentileRow], isDevice: Bool) -> [String] {
        let floor = "raw device: this is the floor; a filesystem and its journal come on top"
        return (isDevice ? [floor] : [])
            + rows.filter { $0.depth == 0 }.flatMap { row in
                row.flags.compactMap { flag -> String? in
                    switch flag {
                    case .burst: "\(row.name): one round holds most of the slow ones"
                    case .correlated:
                        "\(row.name): neighbouring rounds are alike, so ± is wider"
                    case .drifting: "\(row.name): rose or fell during the run"
                    case .tooFew: nil
                    }
                }
            }
    }

    private static func footnotes(
        _ figures: [Figure],
        withIntervals intervals: [Figure]
    ) -> [String] {
        var notes: [String] = []
        if intervals.contains(where: { $0.halfWidth != nil && $0.printability != .tooFew }) {
            notes.append("± 95 % interval, whole rounds resampled; verdicts use 99 %.")
        }
        let few = figures.contains { $0.printability == .approximate }
        let none = figures.contains { $0.printability == .tooFew }
        if few { notes.append("~ under 100 tail samples\(none ? "," : ".")") }
        if none { notes.append(few ? "– under 20." : "– under 20 tail samples.") }
        return notes
    }
}

extension Warning.Severity {
    /// The worst first.
    fileprivate var rank: Int {
        switch self {
        case .contaminated: 0
        case .caution: 1
        case .note: 2
        }
    }
}

/// Numbers in reports.
enum Number {
    /// A rate or ratio: three digits, or whole and grouped from 100 on.
    static func rate(_ value: Double) -> String {
        guard value.isFinite, value >= 99.95, value < 9e15 else {
            return trimmed(QuantityText.threeDigits(value))
        }
        return QuantityText.count(UInt64(value.rounded()))
    }

    /// "1.50" as "1.5" and "10.0" as "10".
    static func trimmed(_ number: String) -> String {
        guard number.contains(".") else { return number }
        var number = number
        while number.last == "0" { number.removeLast() }
        if number.last == "." { number.removeLast() }
        return number
    }
}
