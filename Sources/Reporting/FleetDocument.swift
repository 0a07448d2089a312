import Foundation
package import Orchestration
import ResultStore
import Statistics

/// A fleet for programs: `tbench.fleet`, version 1.
package struct FleetDocument: Encodable, Sendable {
    private struct Case: Encodable {
        var name: String
        var metric: String
        var higherIsWorse: Bool
        var nodes: Int
        var median: Double
        /// Of the logarithms.
        var deviation: Double
        var limit: Double?
        var grades: [String: Int]
        var groups: [Group]
        var ranking: [Row]
        var unranked: [Absence]
    }

    private struct Group: Encodable {
        var hardware: String
        var nodes: Int
        var median: Double
        var deviation: Double
    }

    private struct Row: Encodable {
        var rank: Int
        var node: String
        var hardware: String
        var value: Double
        var ci95: [Double]?
        var runs: Int
        var ratio: Double
        var score: Double
        var standing: String
        var grade: String?
        var cause: String?
        var disturbances: [String]
        var file: String
    }

    private struct Absence: Encodable {
        var node: String?
        var file: String
        var reason: String
    }

    private var schema = "tbench.fleet"
    private var v = 1
    private var cases: [Case]
    private var problems: [String]

    /// - Parameters:
    ///   - fleet: what was read.
    ///   - problems: what could not be read, in sentences.
    package init(_ fleet: Fleet, problems: [String]) {
        self.problems = problems
        cases = fleet.cases.map { one in
            let words = FleetWords(one: one)
            let ranking = one.ranking
            return Case(
                name: one.name,
                metric: ranking.metric,
                higherIsWorse: ranking.higherIsWorse,
                nodes: one.nodes,
                median: ranking.fleet.median,
                deviation: ranking.fleet.deviation,
                limit: words.limit?.nanoseconds,
                grades: Dictionary(
                    grouping: ranking.rows.compactMap(\.grade),
                    by: { $0 }
                ).mapValues(\.count),
                groups: ranking.groups.map {
                    Group(
                        hardware: $0.hardware,
                        nodes: $0.nodes,
                        median: $0.spread.median,
                        deviation: $0.spread.deviation
                    )
                },
                ranking: ranking.rows.enumerated().map { Self.row($0.offset + 1, $0.element) },
                unranked: one.unranked.map {
                    Absence(node: $0.node, file: $0.source, reason: words.absence($0))
                }
            )
        }
    }

    private static func row(_ rank: Int, _ row: FleetRanking.Row) -> Row {
        Row(
            rank: rank,
            node: row.node,
            hardware: row.hardware,
            value: row.value,
            ci95: row.interval,
            runs: row.runs,
            ratio: finite(row.ratio),
            score: finite(row.score),
            standing: row.standing.rawValue,
            grade: row.grade,
            cause: row.cause.isEmpty ? nil : row.cause,
            disturbances: row.disturbances,
            file: row.source
        )
    }

    /// JSON holds no infinity.
    private static func finite(_ value: Double) -> Double {
        value.isNaN ? 0 : max(-1e300, min(value, 1e300))
    }

    /// With sorted keys.
    ///
    /// - Parameter isPretty: on many lines and with a final newline, for people; otherwise one line without an end.
    /// - Returns: JSON of `tbench.fleet`.
    /// - Throws: what `JSONEncoder` throws; every number is finite, so nothing is known that would.
    package func json(isPretty: Bool) throws -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
        return String(decoding: try encoder.encode(self), as: UTF8.self) + (isPretty ? "\n" : "")
    }
}

/// A case's ranking as a table of plain numbers.
package enum FleetCSV {
    /// As RFC 4180 has it, every case below one heading.
    package static func render(_ fleet: Fleet) -> String {
        DataTable(
            headings: ["case", "metric"] + headings,
            rows: fleet.cases.flatMap { one in
                rows(one).map { [.text(one.name), .text(one.ranking.metric)] + $0 }
            }
        ).csv
    }

    /// One case's.
    static func table(_ one: FleetCase) -> DataTable {
        DataTable(headings: headings, rows: rows(one))
    }

    private static let headings = [
        "rank", "node", "value", "low", "high", "of its like", "sigma", "standing", "verdict",
        "runs", "hardware", "disturbed", "file",
    ]

    private static func rows(_ one: FleetCase) -> [[DataTable.Cell]] {
        one.ranking.rows.enumerated().map { number, row in
            [
                .number(Double(number + 1)), .text(row.node), .number(row.value),
                .value(row.interval?.first), .value(row.interval?.last), .number(row.ratio),
                .number(row.score), .text(row.standing.rawValue), .text(row.grade ?? ""),
                .number(Double(row.runs)), .text(row.hardware),
                .text(row.disturbances.joined(separator: " ")), .text(row.source),
            ]
        }
    }
}
