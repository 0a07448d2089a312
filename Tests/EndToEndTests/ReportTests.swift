import Foundation
import TestSupport
import Testing

/// `tbench report` through the real binary, on a result of the repository's.
@Suite("tbench report") struct ReportTests {
    /// An etcd run of six rounds.
    private let result: String = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().path
        return "\(root)/Results/vm-8e3bd331/etcd/20261121T001052Z_untagged_28d06dcb.json"
    }()

    private func text(_ path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }

    @Test("a result becomes one page, which another run may replace")
    func page() throws {
        let directory = try TemporaryDirectory()
        let page = directory.file("report.html")
        for _ in 0..<2 {
            let outcome = try Tool.run(["report", result, "-o", page])
            #expect(outcome.status == 0, "\(outcome.stderr)")
            #expect(outcome.stdout == "")
            #expect(outcome.stderr.hasPrefix("Report: \(page) (1 result, "))
        }
        let html = text(page)
        #expect(html.hasPrefix("<!DOCTYPE html>"))
        #expect(html.contains("<h1>Good enough for etcd at 150 puts a second</h1>"))
        #expect(html.contains("WAL fsync over time"))
        #expect(html.contains("WAL fsync against load"))
        #expect(try directory.names() == ["report.html"])
    }

    @Test("a file that is no report is left as it is, unless it is to be replaced")
    func foreign() throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write("thesis.html", "<!DOCTYPE html><p>years of work")
        let refused = try Tool.run(["report", result, "-o", file])
        #expect(refused.status == 77)
        #expect(refused.stderr.contains("is no report of tbench's"))
        #expect(refused.stderr.contains("--force"))
        #expect(text(file) == "<!DOCTYPE html><p>years of work")
        let forced = try Tool.run(["report", result, "-o", file, "--force"])
        #expect(forced.status == 0)
        #expect(text(file).contains("tbench"))
    }

    @Test("a damaged file is named with its field, the others are shown, and the exit code says so")
    func damaged() throws {
        let directory = try TemporaryDirectory()
        let whole = text(result)
        let half = try directory.write("half.json", String(whole.prefix(whole.count / 2)))
        let wrong = try directory.write(
            "wrong.json",
            whole.replacing("\"method\": 1", with: "\"method\": \"one\"")
        )
        let newer = try directory.write(
            "newer.json",
            whole.replacing("\"v\": 1", with: "\"v\": 99")
        )
        let page = directory.file("report.html")
        let outcome = try Tool.run(["report", half, wrong, newer, result, "-o", page])
        #expect(outcome.status == 1)
        #expect(outcome.stderr.contains("half.json"))
        #expect(
            outcome.stderr.contains("wrong.json: the record is damaged: method has the wrong type")
        )
        #expect(outcome.stderr.contains("layout version 99"))
        #expect(text(page).contains("Not in this report: \(wrong): the record is damaged"))
        #expect(text(page).contains("WAL fsync over time"))
        // Below a directory, too: a file that was cut is no JSON of another kind.
        let below = try Tool.run(["report", directory.path, result, "-o", "-"])
        #expect(below.status == 1)
        #expect(below.stderr.contains("half.json"), "\(below.stderr)")
        #expect(!below.stderr.contains("left out"))
    }

    @Test("a directory stands for the results below it, and what is none of them is passed over")
    func folder() throws {
        let directory = try TemporaryDirectory()
        try directory.write("a/1.json", text(result))
        try directory.write("a/b/2.json", text(result).replacing("28d06dcb", with: "28d06dcc"))
        try directory.write("a/b/copy.json", text(result))
        try directory.write("a/other.json", "[1, 2, 3]")
        try directory.write("a/.hidden.json", "not to be read")
        let outcome = try Tool.run(["report", directory.file("a"), "-o", "-"])
        #expect(outcome.status == 0, "\(outcome.stderr)")
        let copy = directory.file("a/b/copy.json")
        let lines = [
            "Note: \(copy) is the same run as \(directory.file("a/1.json")); shown once.",
            "Note: 1 JSON file that no run of tbench wrote left out.",
        ]
        #expect(outcome.stderr == lines.map { $0 + "\n" }.joined())
        #expect(outcome.stdout.contains("id=\"r2\""))
        #expect(!outcome.stdout.contains("id=\"r3\""))
    }

    @Test(
        "what cannot be done is said before anything is written",
        arguments: [
            (["report", "gone.json", "-o", "x.html"], 66, "gone.json"),
            (["report", "empty", "-o", "x.html"], 66, "there is no result below empty"),
            (["report", "RESULT", "-o", "no/such/x.html"], 66, "there is no directory no/such"),
            (["report", "RESULT", "-o", "empty"], 77, "empty is not a regular file"),
            (["report", "-o", "x.html"], 64, "<result>"),
        ]
    )
    func impossible(_ arguments: [String], _ status: Int32, _ reason: String) throws {
        let directory = try TemporaryDirectory()
        try FileManager.default.createDirectory(
            atPath: directory.file("empty"),
            withIntermediateDirectories: true
        )
        let outcome = try Tool.run(
            arguments.map { $0 == "RESULT" ? result : $0 },
            in: directory.path
        )
        #expect(outcome.status == status, "\(outcome.stderr)")
        #expect(outcome.stderr.contains(reason), "\(outcome.stderr)")
        #expect(outcome.stdout == "")
        #expect(try directory.names() == ["empty"])
    }
}
