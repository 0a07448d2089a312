import Foundation
import ResultStore

/// What a program may read from the page: every run's identity, verdict and headline numbers, without the histograms.
enum ReportData {
    private struct Document: Encodable {
        var schema = "tbench.report"
        var v = 1
        var generator: String
        var results: [Entry]
    }

    private struct Entry: Encodable {
        var file: String
        var run: String
        var started: String
        var node: String?
        var target: String
        var benchmark: String
        var workload: String
        var method: Int
        var tags: [String: String]
        var grade: String?
        var headline: String?
        var metrics: [String: Value]
    }

    private struct Value: Encodable {
        var value: Double
        var ci95: [Double]?
        var flags: [String]
    }

    /// Sorted keys; numbers that JSON cannot hold are left out.
    static func json(_ sections: [RecordSection], generator: String) -> String {
        let entries = sections.map { section in
            let record = section.record
            return Entry(
                file: section.file,
                run: record.run.id,
                started: record.run.started,
                node: record.host.node,
                target: Markup.clip(record.target.path, to: 4000),
                benchmark: record.benchmark.name,
                workload: record.benchmark.workload,
                method: record.method,
                tags: record.tags,
                grade: record.verdict?.grade.rawValue,
                headline: record.verdict.map { Markup.clip($0.headline, to: 4000) },
                metrics: record.metrics.compactMapValues { metric in
                    guard metric.value.isFinite else { return nil }
                    let interval = metric.ci95.flatMap { $0.allSatisfy(\.isFinite) ? $0 : nil }
                    return Value(value: metric.value, ci95: interval, flags: metric.flags)
                }
            )
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let document = Document(generator: generator, results: entries)
        // Every number is finite and every other value a text, so there is nothing that cannot be encoded.
        guard let data = try? encoder.encode(document) else { return "" }
        return String(decoding: data, as: UTF8.self)
    }
}
