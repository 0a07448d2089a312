import Inspection

/// A diagnosis as JUnit's XML: a test case for every rule that applied.
///
/// An error is a failure, what could not be known is skipped; the exit code says the rest.
/// - Source: testmoapp/junitxml, README.md: the subset that GitLab, GitHub actions and Jenkins agree on.
package enum DoctorJUnit {
    /// The whole file, with a final newline.
    package static func render(_ document: DoctorDocument) -> String {
        var cases: [String] = []
        var failures = 0
        for entries in document.groups {
            let entry = entries[0]
            let text = entries.map { "\($0.place): \($0.seen)" }.joined(separator: "\n")
            let body =
                "\(text)\n\(entry.why)\nFix: \(entry.fix)\nSource: \(entry.sources.joined(separator: "; "))"
            var inner =
                "      <system-out>\(XMLText.escape("\(entry.severity): \(body)"))</system-out>"
            if entry.severity == Severity.error.rawValue {
                failures += 1
                inner =
                    "      <failure message=\"\(XMLText.escape(entry.title))\" type=\"\(entry.severity)\">\(XMLText.escape(body))</failure>"
            }
            cases.append(
                testCase(entry.topic, "\(entry.rule) \(entry.title) (\(entry.severity))", [inner])
            )
        }
        let known = Set(document.findings.map(\.rule))
        var skipped = 0
        var seen: Set<String> = []
        for gap in document.unknown {
            for rule in gap.rules where !known.contains(rule) && seen.insert(rule).inserted {
                skipped += 1
                let message = XMLText.escape("\(gap.what) is unknown; \(gap.help)")
                cases.append(testCase("unknown", rule, ["      <skipped message=\"\(message)\"/>"]))
            }
        }
        cases += document.passed.map { testCase($0.topic, "\($0.rule) \($0.title)", []) }
        let counts =
            "tests=\"\(cases.count)\" failures=\"\(failures)\" errors=\"0\" skipped=\"\(skipped)\""
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites name="tbench doctor" \(counts)>
              <testsuite name="tbench doctor" \(counts)>
            \(cases.joined(separator: "\n"))
              </testsuite>
            </testsuites>

            """
    }

    private static func testCase(_ topic: String, _ name: String, _ inner: [String]) -> String {
        let head =
            "    <testcase classname=\"tbench.doctor.\(XMLText.escape(topic))\" name=\"\(XMLText.escape(name))\""
        guard !inner.isEmpty else { return head + "/>" }
        return ([head + ">"] + inner + ["    </testcase>"]).joined(separator: "\n")
    }
}
