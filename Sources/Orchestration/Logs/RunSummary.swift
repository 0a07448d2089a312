import Foundation
package import ResultStore
import Units

/// What a pod leaves in its termination message: JSON of at most 4096 bytes, for `kubectl get pod -o jsonpath`.
///
/// - Source: kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure: 4096 bytes a container.
package struct RunSummary: Encodable, Sendable {
    package static let mostBytes = 4096

    private var tbench = "summary"
    private var v = 1
    private var exit: Int
    private var node: String?
    private var command: String?
    private var run: String?
    private var started: String?
    private var outcome: String?
    private var reason: String?
    private var engine: String?
    private var engineFallback: String?
    private var verdict: String?
    private var headline: String?
    private var checks: [String]?
    private var metrics: [String: Double]?
    private var warnings: [String]?
    private var error: String?

    /// Of a run that has a record.
    package init(_ record: ResultRecord, exit: Int) {
        self.exit = exit
        node = record.host.node
        command = record.benchmark.name
        run = record.run.id
        started = record.run.started
        outcome = record.run.outcome.rawValue
        reason = record.run.outcomeReason
        engine = record.benchmark.engine
        engineFallback = record.benchmark.engineFallbackReason
        verdict = record.verdict?.grade.rawValue
        headline = record.verdict?.headline
        checks = record.verdict?.checks.map {
            "\($0.grade.rawValue): \($0.name) \($0.measured) (\($0.limit))"
        }
        let endings = ["p50_ns", "p99_ns", "iops"]
        let headlines = record.metrics.filter { name, _ in
            endings.contains { name.hasSuffix($0) }
        }
        metrics = headlines.mapValues(\.value).filter { $0.value.isFinite }
        warnings = record.warnings.filter { $0.severity != .note }.map(\.code)
    }

    /// Of a run that ended before it had one.
    package init(error: String, node: String?, command: String, exit: Int) {
        self.exit = exit
        self.node = node
        self.command = command
        self.error = error
    }

    /// The summary as JSON on one line, without what would make it too long.
    package var text: String {
        var copy = self
        copy.clip(600)
        // What a person needs least goes first.
        let steps: [(inout RunSummary) -> Void] = [
            { _ in }, { $0.metrics = nil }, { $0.warnings = nil },
            { $0.checks = $0.checks.map { Array($0.prefix(4)) } }, { $0.checks = nil },
            { $0.clip(100) },
        ]
        for step in steps {
            step(&copy)
            if let text = copy.encoded, text.utf8.count <= Self.mostBytes { return text }
        }
        return "{\"exit\":\(exit),\"tbench\":\"summary\",\"v\":1}\n"
    }

    private var encoded: String? {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) + "\n" }
    }

    /// Each text at most so many characters, printable.
    private mutating func clip(_ limit: Int) {
        func short(_ text: String?) -> String? {
            text.map { text in
                let safe = text.unicodeScalars.prefix(limit).map {
                    $0.properties.generalCategory == .control ? "?" : Character($0)
                }
                return String(safe)
            }
        }
        node = short(node)
        command = short(command)
        run = short(run)
        started = short(started)
        reason = short(reason)
        engine = short(engine)
        engineFallback = short(engineFallback)
        headline = short(headline)
        error = short(error)
        checks = checks.map { $0.prefix(12).compactMap(short) }
        warnings = warnings.map { Array(Set($0.prefix(40).compactMap(short))).sorted() }
        metrics = metrics.map { all in
            Dictionary(
                uniqueKeysWithValues: all.sorted { $0.key < $1.key }.prefix(40).map { ($0, $1) }
            )
        }
    }
}
