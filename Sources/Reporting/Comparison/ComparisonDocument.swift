package import Regression
import ResultStore
import Statistics

/// A comparison or a check as a value with stable keys, for `--output-format json`.
package struct ComparisonDocument: Encodable, Sendable {
    /// "tbench.comparison".
    package var schema = "tbench.comparison"
    package var v = 1
    /// "passed", "failed", "inconclusive" or "no baseline".
    package var conclusion: String
    package var cases: [Case]
    package var limits: [Limit]
    package var newCases: [New]
    package var problems: [String]

    /// One case on two sides.
    package struct Case: Encodable, Sendable {
        var caseName: String
        var node: String
        var target: String
        var tags: [String]
        var verdict: String
        var base: Side
        var new: Side
        var paired: Bool
        var rows: [Row]
        var obstacles: [KeyDifference]
        var differences: [KeyDifference]
        var notes: [String]
    }

    struct Side: Encodable, Sendable {
        var label: String
        var runs: [RunReference]
    }

    struct Row: Encodable, Sendable {
        var measure: String
        var label: String
        var unit: String
        var gates: Bool
        var base: Figure?
        var new: Figure?
        var change: Double?
        var change95: [Double]?
        var change99: [Double]?
        var threshold: Double
        var verdict: String
        var reason: String?
        var roundsToSettle: Int?
        var flags: [String]
    }

    struct Figure: Encodable, Sendable {
        var value: Double
        var ci95: [Double]?
    }

    /// A limit and what was found.
    package struct Limit: Encodable, Sendable {
        var limit: String
        var measure: String
        var value: Double
        var grade: String
    }

    /// A case without a baseline.
    package struct New: Encodable, Sendable {
        var caseName: String
        var node: String
        var run: RunReference
        var obstacles: [KeyDifference]
    }

    /// The document of a check.
    package init(_ result: CheckResult) {
        conclusion = result.conclusion.rawValue
        cases = result.comparison.cases.map { item in
            Case(
                caseName: item.caseName,
                node: item.node,
                target: item.target,
                tags: item.tags,
                verdict: item.verdict.rawValue,
                base: Side(label: item.base.label, runs: item.base.runs),
                new: Side(label: item.new.label, runs: item.new.runs),
                paired: item.isPaired,
                rows: item.rows.map(Row.init),
                obstacles: item.obstacles,
                differences: item.differences,
                notes: item.notes
            )
        }
        limits = result.limits.map {
            Limit(
                limit: $0.limit.text,
                measure: $0.measure.id,
                value: $0.value,
                grade: $0.grade.rawValue
            )
        }
        newCases = result.newCases.map {
            New(caseName: $0.caseName, node: $0.node, run: $0.run, obstacles: $0.obstacles)
        }
        problems = result.problems
    }
}

extension ComparisonDocument.Row {
    init(_ row: ChangeRow) {
        measure = row.measure.id
        label = row.measure.label
        unit = row.measure.unit.rawValue
        gates = row.measure.gates
        base = row.base.map(ComparisonDocument.Figure.init)
        new = row.new.map(ComparisonDocument.Figure.init)
        change = row.change
        change95 = row.change95.map { [$0.low, $0.high] }
        change99 = row.change99.map { [$0.low, $0.high] }
        threshold = row.threshold
        verdict = row.verdict.rawValue
        reason = row.reason
        roundsToSettle = row.roundsToSettle
        flags = row.flags.map(\.rawValue)
    }
}

extension ComparisonDocument.Figure {
    init(_ figure: SideFigure) {
        value = figure.value
        ci95 = figure.ci95.map { [$0.low, $0.high] }
    }
}
