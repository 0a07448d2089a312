package import Regression
import ResultStore
import Statistics
import Units

/// A check as JUnit XML, in the subset that GitLab and Jenkins agree on.
///
/// - Source: docs.gitlab.com, "Unit test reports": the suite column is the test case's `classname`, equal names are
///   dropped, and a failure's body is what is shown.
package enum JUnitReport {
    /// The whole document.
    package static func render(_ result: CheckResult) -> String {
        var cases = result.comparison.cases.flatMap(testCases)
        cases += result.limits.map { outcome in
            let text = ComparisonContent.limit(outcome)
            let outcomeElement =
                switch outcome.grade {
                case .fail: element("failure", message: text, body: text)
                case .inconclusive: element("skipped", message: text, body: nil)
                case .pass, .borderline: ""
                }
            return Case(
                classname: "tbench.limits",
                name: outcome.limit.text,
                seconds: 0,
                content: outcomeElement
            )
        }
        cases += result.brokenVerdicts.map {
            Case(
                classname: "tbench.\($0.caseName)",
                name: "verdict",
                seconds: 0,
                content: element("failure", message: $0.headline, body: $0.headline)
            )
        }
        cases += result.newCases.map { item in
            Case(
                classname: "tbench.\(item.caseName).\(item.node)",
                name: "baseline",
                seconds: 0,
                content: element("skipped", message: ComparisonContent.newCase(item), body: nil)
            )
        }
        cases += result.problems.enumerated().map { index, problem in
            Case(
                classname: "tbench.results",
                name: "file \(index + 1)",
                seconds: 0,
                content: element("error", message: problem, body: problem)
            )
        }
        return document(unique(cases), result)
    }

    private struct Case {
        var classname: String
        var name: String
        var seconds: Double
        var content: String
    }

    private static func testCases(_ item: CaseComparison) -> [Case] {
        let tags = item.tags.isEmpty ? "" : " [\(item.tags.joined(separator: ","))]"
        let headings = ComparisonContent.headings(item)
        return item.shown.map { row in
            let cells = ComparisonContent.cells(row)
            let reason = ComparisonContent.reason(row)
            let line =
                zip(headings.dropFirst(), cells.dropFirst()).filter { !$0.1.isEmpty }
                .map { "\($0.0): \($0.1)" }.joined(separator: ", ")
                + (reason.isEmpty ? "" : ", \(reason)")
            let content: String
            switch row.verdict {
            case .regressed where row.measure.gates:
                content = element("failure", message: ComparisonContent.change(row), body: line)
            case .inconclusive, .tooFew:
                content = element(
                    "skipped",
                    message: reason.isEmpty ? row.verdict.rawValue : reason,
                    body: nil
                )
            case .notComparable:
                let why = item.obstacles.map(\.text).joined(separator: ", ")
                content = element("skipped", message: "not comparable: \(why)", body: nil)
            case .regressed, .improved, .unchanged:
                content = "<system-out>\(escape(line))</system-out>"
            }
            return Case(
                classname: "tbench.\(item.caseName).\(item.node)",
                name: row.measure.label + tags,
                seconds: 0,
                content: content
            )
        }
    }

    /// A name that occurs again gets a number: readers drop the second of two.
    private static func unique(_ cases: [Case]) -> [Case] {
        var seen: [String: Int] = [:]
        return cases.map { item in
            let count = seen["\(item.classname)\n\(item.name)", default: 0] + 1
            seen["\(item.classname)\n\(item.name)"] = count
            guard count > 1 else { return item }
            var item = item
            item.name += " (\(count))"
            return item
        }
    }

    private static func document(_ cases: [Case], _ result: CheckResult) -> String {
        func count(_ tag: String) -> Int { cases.filter { $0.content.hasPrefix("<\(tag)") }.count }
        let seconds = result.results.reduce(0) { $0 + Double($1.record.run.durationNs) / 1e9 }
        let time = QuantityText.fixed(seconds, decimals: 3)
        let counts =
            "tests=\"\(cases.count)\" failures=\"\(count("failure"))\" errors=\"\(count("error"))\" skipped=\"\(count("skipped"))\" time=\"\(time)\""
        let started = result.results.last.map { " timestamp=\"\(escape($0.record.run.started))\"" }
        var lines = [
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
            "<testsuites name=\"tbench\" \(counts)>",
            "  <testsuite name=\"tbench\" \(counts)\(started ?? "")>",
        ]
        for item in cases {
            let head =
                "    <testcase classname=\"\(escape(item.classname))\" name=\"\(escape(item.name))\" time=\"\(QuantityText.fixed(item.seconds, decimals: 3))\""
            lines.append(
                item.content.isEmpty ? "\(head)/>" : "\(head)>\(item.content)</testcase>"
            )
        }
        return (lines + ["  </testsuite>", "</testsuites>"]).joined(separator: "\n") + "\n"
    }

    private static func element(_ tag: String, message: String, body: String?) -> String {
        let head = "<\(tag) message=\"\(escape(message))\""
        return body.map { "\(head)>\(escape($0))</\(tag)>" } ?? "\(head)/>"
    }

    /// `text` as XML content or attribute: no control character is allowed there, not even as a reference.
    static func escape(_ text: String) -> String {
        XMLText.escape(TextStyle(color: false, unicode: true, width: 80).clean(text))
    }
}
