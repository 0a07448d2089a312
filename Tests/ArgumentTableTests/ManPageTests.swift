import ArgumentTable
import Foundation
import Testing

@Suite struct ManPageTests {
    private let page = ManPage.render(SampleTable.table, date: "2026-11-20")

    /// A table made of everything that roff could take for something else.
    private var hostile: CommandTable {
        var table = SampleTable.table
        table.commands = [
            CommandSpec(
                name: "no",
                summary: ".Sh is a macro. 'quoted' and \"quoted\", a \\ and a – dash.",
                discussion: "Ar No Op words.\n.Bl begins a list\n\n  .El ends it\n  'x\n\nAfter.",
                positionals: [PositionalSpec(name: "ar", help: "One ~ or ^ more `x`.")],
                options: [OptionSpec(long: "op", short: "N", valueName: "Pa th", help: "No.")]
            )
        ]
        table.examples = [ExampleSpec("tbench no --op '.x' \\n", "Quotes and a backslash.")]
        return table
    }

    @Test(
        "the page says what it must",
        arguments: [
            ".Dd November 20, 2026\n.Dt TBENCH 1\n.Os\n.Sh NAME\n.Nm tbench\n",
            ".Nm\n.Cm etcd\n.Op Ar options\n.Op Ar target\n",
            ".Op Ar more ...\n",
            ".It Fl o , Fl \\-output\\-dir Ar \\&dir\n",
            "Stop after this time.\n(default: 75s)\nRange: from 1s to 24h.\n",
            ".It Fl \\-ramp Ns Op = Ns Ar limit\n",
            ".Sh \\&METHODS\n",
            ".It \\&64\nThe command line is wrong.\n",
            "tbench etcd DIR \\-\\-tag cache=none \\-o Results/\n",
        ]
    )
    func content(part: String) {
        #expect(page.contains(part))
    }

    @Test("paragraphs and literal blocks each have space around them")
    func blocks() {
        let page = ManPage.render(hostile, date: "2026-11-20")
        let expected = """
            .Pp
            Ar No Op words.
            \\&.Bl begins a list
            .Bd -literal -offset indent
            \\&.El ends it
            \\(aqx
            .Ed
            .Pp
            After.
            .Bl -tag -width Ds

            """
        #expect(page.contains(expected))
    }

    @Test("a date that is not a date is kept", arguments: ["", "soon", "2026-13-01"])
    func oddDate(date: String) {
        let first = ManPage.render(SampleTable.table, date: date).split(separator: "\n").first
        #expect(first == ".Dd \(date.replacing("-", with: "\\-"))")
    }

    @Test("the page is ASCII and leaves out what is hidden")
    func plain() {
        let all = ManPage.render(hostile, date: "2026-11-20")
        #expect(all.utf8.allSatisfy { $0 < 0x80 })
        #expect(!page.contains("skew") && !page.contains("probe"))
    }

    @Test(
        "man formats the page without a warning",
        .enabled(if: ExternalTool.isInstalled("man"), "man is not installed")
    )
    func groff() throws {
        for table in [SampleTable.table, hostile] {
            let source = ManPage.render(table, date: "2026-11-20")
            let result = try #require(
                try ExternalTool.run(
                    "man",
                    ["--warnings=w", "-E", "UTF-8", "-l", "-Tascii", "-P", "cat", "INPUT"],
                    input: source
                )
            )
            #expect(result.errors == "")
            #expect(result.status == 0)
            #expect(result.output.contains("TBENCH(1)"))
        }
    }

    @Test(
        "mandoc finds nothing to say about the page",
        .enabled(if: ExternalTool.isInstalled("mandoc"), "mandoc is not installed")
    )
    func mandoc() throws {
        for table in [SampleTable.table, hostile] {
            let source = ManPage.render(table, date: "2026-11-20")
            let result = try #require(
                try ExternalTool.run("mandoc", ["-Tlint", "-Wwarning", "INPUT"], input: source)
            )
            #expect(result.output == "")
        }
    }

    @Test(
        "text that looks like markup is shown as it was written",
        .enabled(if: ExternalTool.isInstalled("man"), "man is not installed"),
        arguments: [
            ".Sh is a macro.", "'quoted' and \"quoted\", a \\ and a", "Ar No Op words.",
            ".Bl begins a list", ".El ends it", "One ~ or ^ more `x`.", "-N, --op Pa th",
            "tbench no --op '.x' \\n",
        ]
    )
    func literal(text: String) throws {
        let source = ManPage.render(hostile, date: "2026-11-20")
        let result = try #require(
            try ExternalTool.run(
                "man",
                ["-E", "UTF-8", "-l", "-Tascii", "-P", "cat", "INPUT"],
                input: source
            )
        )
        // Bold and underlined characters are overstruck with backspaces.
        let shown = result.output.replacing(/.\u{8}/, with: "")
        #expect(shown.contains(text))
    }
}
