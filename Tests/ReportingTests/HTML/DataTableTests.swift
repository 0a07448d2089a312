import Foundation
import Testing

@testable import Reporting

@Suite("The data of a figure") struct DataTableTests {
    private let table = DataTable(
        headings: ["variant", "p99"],
        rows: [
            [.text("raw, \"none\""), .nanoseconds(1_234_567.25)],
            [.text("=HYPERLINK(\"http://x\")"), .none],
            [.text("-2+3"), .nanoseconds(.nan)],
        ]
    )

    @Test(
        "CSV has plain nanoseconds, quotes where they are needed, and nothing that a spreadsheet calculates"
    )
    func csv() {
        let lines = [
            "variant,p99 (ns)", #""raw, ""none""",1234567.3"#, #""'=HYPERLINK(""http://x"")","#,
            "'-2+3,",
        ]
        #expect(table.csv == lines.map { $0 + "\r\n" }.joined())
    }

    @Test("the link holds the same bytes")
    func link() throws {
        let prefix = "data:text/csv;charset=utf-8,"
        #expect(table.link.hasPrefix(prefix))
        let decoded = table.link.dropFirst(prefix.count).removingPercentEncoding
        #expect(decoded == table.csv)
        #expect(!table.link.contains("\""))
    }

    @Test("the table shows times with their units")
    func html() {
        let html = table.html(caption: "Data")
        #expect(html.contains("<td class=\"n\">1.23 ms</td>"))
        #expect(html.contains("raw, &quot;none&quot;"))
    }

    @Test(
        "what is escaped stays one line and no markup",
        arguments: [
            ("a<b", "a&lt;b"), ("\"x\"", "&quot;x&quot;"), ("a\nb\tc", "a b c"),
            ("it's", "it&#39;s"),
            ("\u{7}", "?"), ("\u{202E}x", "\u{FFFD}x"), ("µs ±4 % →", "µs ±4 % →"),
        ]
    )
    func escape(_ text: String, _ wanted: String) {
        #expect(Markup.escape(text) == wanted)
    }

    @Test("a number keeps its unit on the same line in prose, and only there")
    func prose() {
        #expect(Markup.prose("p99 280 µs; 3 a second") == "p99 280\u{A0}µs; 3 a second")
        #expect(Markup.prose("< 10 ms") == "&lt;\u{A0}10\u{A0}ms")
        #expect(Markup.escape("280 µs") == "280 µs")
    }
}
