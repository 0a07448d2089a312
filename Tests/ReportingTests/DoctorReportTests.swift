import Inspection
import Testing

@testable import Reporting

@Suite("A diagnosis in its formats") struct DoctorReportTests {
    private func document(_ conf: String, file: String = "101.conf") throws -> DoctorDocument {
        let limits = try #require(Limits(named: "production"))
        var evidence = Evidence(limits: limits)
        evidence.machines = [try VirtualMachine(Array(conf.utf8), file: file)]
        return DoctorDocument(Diagnosis(evidence), profile: limits.name, inputs: [file])
    }

    private static let hostile =
        "cpu: host\nmemory: 4096\nostype: l26\nscsihw: virtio-scsi-single\nscsi0: a:\u{1B}[31m<b>&\"|`x`,cache=unsafe,size=9G\nnet0: virtio,bridge=a"

    @Test("text from files cannot steer a terminal, break Markdown or XML")
    func clean() throws {
        let document = try document(Self.hostile, file: "a|b<c>\u{1B}.conf")
        let style = TextStyle(color: false, unicode: true, width: 100)
        let text = DoctorReport.render(document, style: style, showsPassed: true)
        #expect(!text.contains("\u{1B}"))
        let markdown = DoctorMarkdown.render(document)
        #expect(
            !markdown.contains("\u{1B}") && !markdown.contains("<b>") && !markdown.contains("a|b")
        )
        let junit = DoctorJUnit.render(document)
        #expect(!junit.contains("\u{1B}") && !junit.contains("<b>"))
        #expect(junit.contains("&lt;b&gt;&amp;"))
    }

    @Test("a report fits its terminal, in ASCII where asked", arguments: [60, 80, 120])
    func width(columns: Int) throws {
        let document = try document(
            "memory: 2048\nscsi0: local:1/a.qcow2,cache=unsafe,size=900G\nballoon: 1"
        )
        let text = DoctorReport.render(
            document,
            style: TextStyle(color: false, unicode: false, width: columns),
            showsPassed: true
        )
        #expect(text.unicodeScalars.allSatisfy { $0.isASCII })
        for line in text.split(separator: "\n") where !line.contains("://") && !line.contains("/") {
            #expect(line.count <= columns, "\(line)")
        }
        #expect(text.hasPrefix("FAIL  "))
    }

    @Test("nothing wrong is said in a line")
    func sound() throws {
        let limits = try #require(Limits(named: "homelab"))
        let document = DoctorDocument(
            Diagnosis(Evidence(limits: limits)),
            profile: "homelab",
            inputs: []
        )
        let text = DoctorReport.render(
            document,
            style: TextStyle(color: false, unicode: true, width: 80)
        )
        #expect(text.hasPrefix("OK  nothing is wrong\n"))
    }

    @Test("JUnit has a failure for each rule that found an error, and counts them")
    func failures() throws {
        let document = try document("memory: 2048\nballoon: 512\nscsi0: a:b,cache=unsafe")
        let junit = DoctorJUnit.render(document)
        let failures = junit.split(separator: "<failure ").count - 1
        #expect(
            failures == Set(document.findings.filter { $0.severity == "error" }.map(\.rule)).count
        )
        #expect(junit.contains("failures=\"\(failures)\""))
    }
}
