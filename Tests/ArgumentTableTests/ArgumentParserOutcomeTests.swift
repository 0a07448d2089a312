import ArgumentTable
import Testing

@Suite struct ArgumentParserOutcomeTests {
    private func command(
        _ arguments: [String],
        environment: [String: String] = [:]
    ) throws -> ParsedCommand {
        let outcome = try ArgumentParser(table: SampleTable.table)
            .parse(arguments, environment: environment)
        guard case .run(let command) = outcome else {
            throw UnexpectedOutcome(outcome: outcome)
        }
        return command
    }

    private func command(_ line: String) throws -> ParsedCommand {
        try command(line.split(separator: " ").map(String.init))
    }

    @Test(
        "every spelling of an option gives the same value",
        arguments: [
            "etcd --output-dir Results --strict --quiet target",
            "etcd --output-dir=Results --strict -q target",
            "etcd -o Results -s -q target",
            "etcd -oResults -sq target",
            "etcd -o=Results -qs target",
            "etcd -sqo Results target",
            "etcd -sqoResults target",
            "etcd target -sqo=Results",
            "etcd -s target -q -o Results",
            "etcd -sqo Results -- target",
            "-q etcd target -s -o Results",
            "--quiet -- etcd -s -o Results target",
            "etcd -q -q -s -s -o Results target",
        ]
    )
    func spellings(_ line: String) throws {
        let parsed = try command(line)
        #expect(parsed.command == "etcd")
        #expect(parsed.positionals == ["target": ["target"]])
        #expect(parsed.string("output-dir") == "Results")
        #expect(parsed.given == ["output-dir", "strict", "quiet"])
        #expect(parsed.flag("strict") && parsed.flag("quiet") && !parsed.flag("dry-run"))
    }

    @Test("values arrive in the units of their kind")
    func typedValues() throws {
        let parsed = try command(
            "etcd --rate 8000 --max-time 1m30s --segment-size 1028k --skew -0.5 --compat 3.4.23"
                + " --tag cache=none --tag note=a=b --tag empty="
        )
        #expect(parsed.integer("rate") == 8000)
        #expect(parsed.nanoseconds("max-time") == 90_000_000_000)
        #expect(parsed.bytes("segment-size") == 1_052_672)
        #expect(parsed.number("skew") == -0.5)
        #expect(parsed.string("compat") == "3.4.23")
        #expect(parsed.strings("tag") == ["cache=none", "note=a=b", "empty="])
        #expect(parsed.pairs("tag").map(\.key) == ["cache", "note", "empty"])
        #expect(parsed.pairs("tag").map(\.value) == ["none", "a=b", ""])
    }

    @Test("what is not given is the default, and is known not to be given")
    func defaults() throws {
        let parsed = try command("etcd")
        #expect(parsed.integer("rounds") == 30)
        #expect(parsed.nanoseconds("max-time") == 75_000_000_000)
        #expect(parsed.bytes("segment-size") == 64_000_000)
        #expect(parsed.flag("preallocate"))
        #expect(!parsed.wasGiven("rounds"))
        #expect(parsed.integer("rate") == nil)
        #expect(parsed.strings("tag").isEmpty)
        #expect(!parsed.flag("ramp"))
        #expect(parsed.positional("target") == nil)
        #expect(parsed.positionals.isEmpty)
        #expect(parsed.given.isEmpty)
        #expect(parsed.declares("rate") && parsed.declares("quiet") && !parsed.declares("json"))
    }

    @Test("asking for an option that the command does not declare traps")
    func undeclared() async {
        await #expect(processExitsWith: .failure) {
            let outcome = try ArgumentParser(table: SampleTable.table).parse(["list"])
            guard case .run(let list) = outcome else { return }
            _ = list.flag("rate")
        }
    }

    @Test("an inversion is on, off, or its default; saying it twice is no contradiction")
    func inversion() throws {
        #expect(try command("etcd --preallocate").flag("preallocate"))
        #expect(try !command("etcd --no-preallocate").flag("preallocate"))
        #expect(try !command("etcd --no-preallocate --no-preallocate").flag("preallocate"))
    }

    @Test("an optional value is only taken from behind the equals sign")
    func optionalValue() throws {
        let bare = try command("etcd --ramp 5000")
        #expect(bare.flag("ramp"))
        #expect(bare.integer("ramp") == nil)
        #expect(bare.positional("target") == "5000")
        let valued = try command("etcd --ramp=5000")
        #expect(valued.flag("ramp"))
        #expect(valued.integer("ramp") == 5000)
    }

    @Test(
        "a value may be anything behind an equals sign, and a lone dash anywhere",
        arguments: [
            (["etcd", "--note="], ""),
            (["etcd", "--note", ""], ""),
            (["etcd", "--note=-x"], "-x"),
            (["etcd", "--note=--rate=5"], "--rate=5"),
            (["etcd", "--note=--help"], "--help"),
            (["etcd", "--note", "-"], "-"),
            (["etcd", "--note=\u{301}mark"], "\u{301}mark"),
            (["etcd", "--note", "a\nb"], "a\nb"),
            (["etcd", "--note", "日本 👩‍👩‍👧"], "日本 👩‍👩‍👧"),
        ]
    )
    func oddValues(arguments: [String], value: String) throws {
        let parsed = try command(arguments)
        #expect(parsed.string("note").map { Array($0.utf8) } == Array(value.utf8))
    }

    @Test("after two dashes everything is a positional")
    func endOfOptions() throws {
        let parsed = try command(["compare", "a", "--", "--quiet", "-h", "--"])
        #expect(parsed.positionals == ["base": ["a"], "more": ["--quiet", "-h", "--"]])
        #expect(!parsed.flag("quiet"))
    }

    @Test("a path keeps the bytes it was typed with")
    func pathBytes() throws {
        // Composed and decomposed "é" are equal as strings but are two files.
        for path in ["caf\u{e9}", "cafe\u{301}"] {
            let parsed = try command(["etcd", "-o\(path)", "--", path])
            #expect(parsed.string("output-dir").map { Array($0.utf8) } == Array(path.utf8))
            #expect(parsed.positional("target").map { Array($0.utf8) } == Array(path.utf8))
        }
    }

    @Test("a hidden command and a hidden option work")
    func hidden() throws {
        #expect(try command("probe").command == "probe")
        #expect(try command("etcd --skew=1").number("skew") == 1)
    }

    @Test("the environment stands in for what is not given, and only then")
    func environment() throws {
        let variables = ["NO_COLOR": "1", "TBENCH_LOG": "from-environment"]
        let filled = try command(["list"], environment: variables)
        #expect(filled.flag("no-color"))
        #expect(filled.string("log-file") == "from-environment")
        #expect(filled.wasGiven("log-file"))
        let given = try command(["list", "--log-file", "mine"], environment: variables)
        #expect(given.string("log-file") == "mine")
        let empty = try command(["list"], environment: ["NO_COLOR": "", "TBENCH_LOG": ""])
        #expect(!empty.flag("no-color"))
        #expect(empty.string("log-file") == nil)
    }

    @Test(
        "asking for help gives the help of what is in question, whatever else is wrong",
        arguments: [
            ("-h", "tbench"), ("--help", "tbench"), ("help", "tbench"), ("help help", "tbench"),
            ("help -h", "tbench"), ("etcd -h", "etcd"), ("etcd --help", "etcd"),
            ("help etcd", "etcd"), ("--help etcd", "etcd"), ("-qh etcd", "etcd"),
            ("etcd -qh", "etcd"), ("etcd --bogus --help", "etcd"), ("etcd --rate --help", "etcd"),
            ("info --help-hidden", "info"), ("help probe", "probe"),
        ]
    )
    func help(line: String, about: String) throws {
        let arguments = line.split(separator: " ").map(String.init)
        let outcome = try ArgumentParser(table: SampleTable.table).parse(arguments)
        let spec = SampleTable.table.command(named: about)
        guard case .help(let text) = outcome else { throw UnexpectedOutcome(outcome: outcome) }
        let includeHidden = line.contains("--help-hidden")
        #expect(
            text
                == HelpText.render(SampleTable.table, command: spec, includeHidden: includeHidden)
        )
    }

    @Test(
        "what is printed instead of run",
        arguments: [
            PrintedLine("--version", .version(text: "1.0.0\n")),
            PrintedLine("etcd --version x y", .version(text: "1.0.0\n")),
            PrintedLine("", .help(text: HelpText.renderConcise(SampleTable.table))),
            PrintedLine(
                "--generate-completion-script bash",
                .completion(text: CompletionScript.render(.bash, SampleTable.table))
            ),
            PrintedLine(
                "--generate-completion-script=fish",
                .completion(text: CompletionScript.render(.fish, SampleTable.table))
            ),
            // Taken from SHELL.
            PrintedLine(
                "--generate-completion-script",
                .completion(text: CompletionScript.render(.zsh, SampleTable.table))
            ),
            PrintedLine(
                "--generate-man-page",
                .manPage(text: ManPage.render(SampleTable.table, date: "2026-11-20"))
            ),
            PrintedLine(
                "--experimental-dump-help",
                .dumpHelp(text: HelpJSON.render(SampleTable.table))
            ),
        ]
    )
    func printed(_ line: PrintedLine) throws {
        let outcome = try ArgumentParser(table: SampleTable.table)
            .parse(line.arguments, environment: ["SHELL": "/usr/bin/zsh"])
        #expect(outcome == line.outcome)
        #expect(outcome.text?.isEmpty == false)
    }
}

/// A command line and what it prints.
struct PrintedLine: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let outcome: ParseOutcome

    init(_ line: String, _ outcome: ParseOutcome) {
        testDescription = line
        self.outcome = outcome
    }

    var arguments: [String] { testDescription.split(separator: " ").map(String.init) }
}

/// Something other than a command to run, where one was expected, or the other way round.
struct UnexpectedOutcome: Error {
    let outcome: ParseOutcome
}
