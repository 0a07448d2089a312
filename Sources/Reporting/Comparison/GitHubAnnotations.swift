package import Regression
import ResultStore

/// A check as workflow commands that GitHub turns into annotations.
///
/// - Source: docs.github.com, "Workflow commands": ten errors and ten warnings a step, more are dropped without a word;
///   toolkit/packages/core/src/command.ts for the escapes.
package enum GitHubAnnotations {
    private static let most = 9

    /// One line for each measure that regressed, each limit that is broken and what could not be judged.
    ///
    /// - Returns: at most ten errors and ten warnings; empty where nothing happened.
    package static func render(_ result: CheckResult) -> String {
        var errors: [(title: String, text: String)] = []
        var warnings: [(title: String, text: String)] = []
        for item in result.comparison.cases {
            let place = ComparisonContent.title(item).joined(separator: " · ")
            if !item.obstacles.isEmpty {
                let why = item.obstacles.map(\.text).joined(separator: ", ")
                warnings.append(("tbench: not comparable", "\(place): \(why)"))
                continue
            }
            for row in item.gates {
                let line =
                    "\(place): \(row.measure.label) \(ComparisonContent.change(row)) "
                    + ComparisonContent.reason(row)
                if row.verdict == .regressed { errors.append(("tbench regression", line)) }
                if row.verdict == .inconclusive { warnings.append(("tbench: inconclusive", line)) }
            }
        }
        errors += result.limits.filter { $0.grade == .fail }
            .map { ("tbench limit", ComparisonContent.limit($0)) }
        errors += result.brokenVerdicts.map { ("tbench limit", "\($0.caseName): \($0.headline)") }
        warnings += (result.newCases.map(ComparisonContent.newCase) + result.problems)
            .map { ("tbench", $0) }
        return lines("error", errors) + lines("warning", warnings)
    }

    private static func lines(_ level: String, _ items: [(title: String, text: String)]) -> String {
        var shown = Array(items.prefix(most))
        if items.count > most { shown.append(("tbench", "and \(items.count - most) more")) }
        return shown.map { item in
            let title = escape(item.title, isProperty: true)
            return "::\(level) title=\(title)::\(escape(item.text, isProperty: false))\n"
        }.joined()
    }

    private static func escape(_ text: String, isProperty: Bool) -> String {
        var result = ""
        for character in TextStyle(color: false, unicode: true, width: 80).clean(text) {
            switch character {
            case "%": result += "%25"
            case ":" where isProperty: result += "%3A"
            case "," where isProperty: result += "%2C"
            default: result.append(character)
            }
        }
        while result.last == " " { result.removeLast() }
        return result
    }
}
