import ArgumentTable
import Testing
import Units

/// A command line as a shell would split it, and the message it must give.
struct WrongLine: Sendable, CustomTestStringConvertible {
    let arguments: [String]
    let message: String

    init(_ line: String, _ message: String) {
        self.init(line.split(separator: " ").map(String.init), message)
    }

    init(_ arguments: [String], _ message: String) {
        self.arguments = arguments
        self.message = message
    }

    var testDescription: String {
        arguments.map { String($0.prefix(40)).debugDescription }.joined(separator: " ")
    }
}

@Suite struct ArgumentParserErrorTests {
    private func message(_ arguments: [String]) -> String {
        do {
            let outcome = try ArgumentParser(table: SampleTable.table).parse(arguments)
            return "accepted: \(outcome)"
        } catch {
            return error.message
        }
    }

    @Test(
        "an unknown word says which word was meant",
        arguments: [
            WrongLine("etcd --rat 5", "Unknown option '--rat'. Did you mean '--rate'?"),
            WrongLine("etcd --roundz=5", "Unknown option '--roundz'. Did you mean '--rounds'?"),
            WrongLine("etcd --STRICT", "Unknown option '--STRICT'. Did you mean '--strict'?"),
            WrongLine(
                "etcd --destroy",
                "Unknown option '--destroy'. Did you mean '--destroy-data'?"
            ),
            WrongLine(
                "etcd --no-prealocate",
                "Unknown option '--no-prealocate'. Did you mean '--no-preallocate'?"
            ),
            WrongLine("etcd --out x", "Unknown option '--out'."),
            WrongLine("etcd --skw 1", "Unknown option '--skw'."),
            WrongLine("etcd --zzzzzz", "Unknown option '--zzzzzz'."),
            WrongLine("etcd --=5", "Unknown option '--'."),
            WrongLine("etcd -x", "Unknown option '-x'."),
            WrongLine("etcd -qx", "Unknown option '-x'."),
            WrongLine("etcd -rate 5", "Unknown option '-rate'. Did you mean '--rate'?"),
            WrongLine("etcd -rate=5", "Unknown option '-rate=5'. Did you mean '--rate'?"),
            WrongLine("etcd —rate 5", "Unknown option '—rate'. Did you mean '--rate'?"),
            WrongLine("etcd –rate=5", "Unknown option '–rate=5'. Did you mean '--rate'?"),
            WrongLine("info --rate 5 x", "Unknown option '--rate'. It belongs to 'tbench etcd'."),
            WrongLine(
                "--rate 5 etcd",
                "Unknown option '--rate'. It belongs to 'tbench etcd' and goes after that."
            ),
            WrongLine(
                "etcd --generate-man-page",
                "Unknown option '--generate-man-page'. It belongs to 'tbench'."
            ),
            WrongLine("--quite", "Unknown option '--quite'. Did you mean '--quiet'?"),
            WrongLine("ectd", "Unknown command 'ectd'. Did you mean 'etcd'?"),
            WrongLine("etc /tmp", "Unknown command 'etc'. Did you mean 'etcd'?"),
            WrongLine("hlep", "Unknown command 'hlep'. Did you mean 'help'?"),
            WrongLine("prob", "Unknown command 'prob'."),
            WrongLine("/dev/sdb", "Unknown command '/dev/sdb'."),
            WrongLine("help etdc", "Unknown command 'etdc'. Did you mean 'etcd'?"),
            WrongLine("help method", "Unknown command 'method'. Did you mean 'methods'?"),
            WrongLine("help --rate", "Unknown option '--rate'. It belongs to 'tbench etcd'."),
        ]
    )
    func unknownWord(_ line: WrongLine) {
        #expect(message(line.arguments) == line.message)
    }

    @Test(
        "a missing or surplus word is named",
        arguments: [
            WrongLine("etcd --rate", "Missing value for '--rate <rate>'."),
            WrongLine("etcd --rate --strict", "Missing value for '--rate <rate>'."),
            WrongLine("etcd --rate --", "Missing value for '--rate <rate>'."),
            WrongLine("etcd -o", "Missing value for '-o <dir>'."),
            WrongLine("etcd -qo", "Missing value for '-o <dir>'."),
            WrongLine("etcd --max-time -5s", "Missing value for '--max-time <time>'."),
            WrongLine("etcd --tag", "Missing value for '--tag <key=value>'."),
            WrongLine("info", "Missing expected argument '<target>'."),
            WrongLine("info --json", "Missing expected argument '<target>'."),
            WrongLine("compare", "Missing expected argument '<base>'."),
            WrongLine("etcd x y", "Unexpected argument 'y'."),
            WrongLine("etcd x y z", "2 unexpected arguments: 'y', 'z'."),
            WrongLine("etcd a b c d e", "4 unexpected arguments: 'b', 'c', 'd' and 1 more."),
            WrongLine("etcd x -- --strict", "Unexpected argument '--strict'."),
            WrongLine("schema x", "Unexpected argument 'x'."),
            WrongLine("help etcd x", "Unexpected argument 'x'."),
            WrongLine(
                "-q",
                "Missing command. Please provide one of 'etcd', 'info', 'schema', 'list', 'compare' or 'help'."
            ),
            WrongLine(
                "--",
                "Missing command. Please provide one of 'etcd', 'info', 'schema', 'list', 'compare' or 'help'."
            ),
            WrongLine(
                "etcd --strict=1",
                "The option '--strict' does not take any value, but '1' was specified."
            ),
            WrongLine(
                "etcd --no-preallocate=false",
                "The option '--no-preallocate' does not take any value, but 'false' was specified."
            ),
            WrongLine(
                "etcd -q=1",
                "The option '-q' does not take any value, but '1' was specified."
            ),
            WrongLine("etcd --rate 5 --rate 6", "The option '--rate' was given more than once."),
            WrongLine(
                "etcd -o a --output-dir=b",
                "The option '--output-dir' was given more than once."
            ),
            WrongLine("etcd --ramp --ramp=4", "The option '--ramp' was given more than once."),
            WrongLine(
                "--log-file a etcd --log-file b",
                "The option '--log-file' was given more than once."
            ),
            WrongLine(
                "etcd --preallocate --no-preallocate",
                "The options '--preallocate' and '--no-preallocate' contradict each other."
            ),
            WrongLine(
                "etcd --rate 5 --load s",
                "The options '--rate' and '--load' cannot be used together."
            ),
        ]
    )
    func missingOrSurplus(_ line: WrongLine) {
        #expect(message(line.arguments) == line.message)
    }

    @Test(
        "a wrong value says what would be right",
        arguments: [
            WrongLine(
                "etcd --ioengine x",
                "The value 'x' is invalid for '--ioengine <engine>'. "
                    + "Please provide one of 'auto', 'sync', 'libaio' or 'io_uring'."
            ),
            WrongLine(
                "etcd --ioengine=uring",
                "The value 'uring' is invalid for '--ioengine <engine>'. Please provide one of "
                    + "'auto', 'sync', 'libaio' or 'io_uring'. Did you mean 'io_uring'?"
            ),
            WrongLine(
                "etcd --filesystem EXT4",
                "The value 'EXT4' is invalid for '--filesystem <type>'. "
                    + "Please provide one of 'ext4' or 'xfs'. Did you mean 'ext4'?"
            ),
            WrongLine(
                "list engine",
                "The value 'engine' is invalid for '<kind>'. "
                    + "Please provide one of 'workloads' or 'engines'. Did you mean 'engines'?"
            ),
            WrongLine(
                "etcd --rate fast",
                "The value 'fast' is invalid for '--rate <rate>': it is not a whole number. "
                    + "Please provide a whole number from 1 to 1000000."
            ),
            WrongLine(
                "etcd --rate=",
                "The value '' is invalid for '--rate <rate>': it is empty. "
                    + "Please provide a whole number from 1 to 1000000."
            ),
            WrongLine(
                "etcd --rate 1.5",
                "The value '1.5' is invalid for '--rate <rate>': it is not a whole number. "
                    + "Please provide a whole number from 1 to 1000000."
            ),
            WrongLine(
                "etcd --rate 0",
                "The value '0' is out of range for '--rate <rate>'. "
                    + "Please provide a whole number from 1 to 1000000."
            ),
            WrongLine(
                "etcd --rate -5",
                "The value '-5' is out of range for '--rate <rate>'. "
                    + "Please provide a whole number from 1 to 1000000."
            ),
            WrongLine(
                "etcd --rate 99999999999999999999",
                "The value '99999999999999999999' is out of range for '--rate <rate>'. "
                    + "Please provide a whole number from 1 to 1000000."
            ),
            WrongLine(
                "etcd --ramp=0",
                "The value '0' is out of range for '--ramp[=<limit>]'. "
                    + "Please provide a whole number from 1 to 100000."
            ),
            WrongLine(
                "etcd -c0",
                "The value '0' is out of range for '-c <clients>'. "
                    + "Please provide a whole number from 1 to 10000."
            ),
            WrongLine(
                "etcd --rounds 2",
                "The value '2' is out of range for '--rounds <rounds>'. "
                    + "Please provide a whole number of at least 3."
            ),
            WrongLine(
                "etcd --skew 2",
                "The value '2' is out of range for '--skew <skew>'. "
                    + "Please provide a number from -1 to 1.5."
            ),
            WrongLine(
                "etcd --skew nan",
                "The value 'nan' is invalid for '--skew <skew>': it is not a number. "
                    + "Please provide a number from -1 to 1.5."
            ),
            WrongLine(
                "etcd --max-time 5",
                "The value '5' is invalid for '--max-time <time>': it has no unit. "
                    + "Please provide a time such as 500ms, 30s or 1m30s from 1s to 24h."
            ),
            WrongLine(
                "etcd --max-time 10ms",
                "The value '10ms' is out of range for '--max-time <time>'. "
                    + "Please provide a time such as 500ms, 30s or 1m30s from 1s to 24h."
            ),
            WrongLine(
                "etcd --segment-size 1k",
                "The value '1k' is out of range for '--segment-size <size>'. "
                    + "Please provide a size such as 4096, 4KiB or 64MB from 1MiB to 1GiB."
            ),
            WrongLine(
                "etcd --segment-size 5q",
                "The value '5q' is invalid for '--segment-size <size>': it has the unknown unit 'q'. "
                    + "Please provide a size such as 4096, 4KiB or 64MB from 1MiB to 1GiB."
            ),
            WrongLine(
                ["etcd", ""],
                "The value '' is invalid for '<target>': it is empty. Please provide a path."
            ),
            WrongLine(
                ["etcd", "-o", ""],
                "The value '' is invalid for '-o <dir>': it is empty. Please provide a path."
            ),
            WrongLine(
                "etcd --tag cache",
                "The value 'cache' is invalid for '--tag <key=value>': it has no '='. "
                    + "Please provide a key and a value, such as cache=none."
            ),
            WrongLine(
                "etcd --tag =none",
                "The value '=none' is invalid for '--tag <key=value>': it has no key. "
                    + "Please provide a key and a value, such as cache=none."
            ),
            WrongLine(
                "etcd --tag a=1 --tag b=1 --tag a=2",
                "The key 'a' was given more than once for '--tag <key=value>'."
            ),
            WrongLine(
                "--generate-completion-script tcsh",
                "The value 'tcsh' is invalid for '--generate-completion-script <shell>'. "
                    + "Please provide one of 'bash', 'zsh' or 'fish'."
            ),
        ]
    )
    func wrongValue(_ line: WrongLine) {
        #expect(message(line.arguments) == line.message)
    }

    @Test(
        "what was typed cannot drive the terminal it is shown on",
        arguments: [
            WrongLine(["etcd", "--\u{1b}[2J"], "Unknown option '--\\u{1b}[2J'."),
            WrongLine(["etcd", "x", "a\nb\r\n"], "Unexpected argument 'a\\u{a}b\\u{d}\\u{a}'."),
            WrongLine(["\u{202e}dcte"], "Unknown command '\\u{202e}dcte'."),
            WrongLine(["a\0b"], "Unknown command 'a\\u{0}b'."),
            WrongLine(
                ["etcd", "x", String(repeating: "é", count: 100_000)],
                "Unexpected argument '\(String(repeating: "é", count: 120))…'."
            ),
        ]
    )
    func hostileText(_ line: WrongLine) {
        #expect(message(line.arguments) == line.message)
    }

    @Test("a value from the environment is checked like any other and named")
    func environmentValue() {
        var table = SampleTable.table
        table.globalOptions.append(
            OptionSpec(
                long: "style",
                valueName: "style",
                help: "Style.",
                parse: .choice(["basic", "full"]),
                environment: "TBENCH_STYLE"
            )
        )
        let error = #expect(throws: UsageError.self) {
            try ArgumentParser(table: table).parse(["list"], environment: ["TBENCH_STYLE": "ful"])
        }
        #expect(
            error?.message
                == "The value 'ful' of the environment variable 'TBENCH_STYLE' is invalid for "
                + "'--style <style>'. Please provide one of 'basic' or 'full'. Did you mean 'full'?"
        )
    }

    @Test(
        "an error is three lines: what, the usage, and where to read on",
        arguments: [
            (
                "etcd --runtme",
                """
                Error: Unknown option '--runtme'.
                Usage: tbench etcd [<options>] [<target>]
                  See 'tbench etcd --help' for more information.

                """
            ),
            (
                "compare",
                """
                Error: Missing expected argument '<base>'.
                Usage: tbench compare [<options>] <base> [<more> ...]
                  See 'tbench compare --help' for more information.

                """
            ),
            (
                "ectd",
                """
                Error: Unknown command 'ectd'. Did you mean 'etcd'?
                Usage: tbench <command> [<options>]
                  See 'tbench --help' for more information.

                """
            ),
        ]
    )
    func rendering(line: String, text: String) {
        let error = #expect(throws: UsageError.self) {
            try ArgumentParser(table: SampleTable.table)
                .parse(line.split(separator: " ").map(String.init))
        }
        #expect(error?.rendering == text)
        #expect(error?.exitCode == .usage)
    }

    @Test("as a described error it repeats its message once")
    func described() {
        let error = #expect(throws: UsageError.self) {
            try ArgumentParser(table: SampleTable.table).parse(["info"])
        }
        #expect(error?.description == "Missing expected argument '<target>'.")
        #expect(error?.reason == "Missing expected argument '<target>'")
        #expect(error?.subject == "<target>")
    }
}
