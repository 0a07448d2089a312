import ArgumentTable
import Testing

@Suite struct CompletionScriptTests {
    /// The words typed so far as readline splits them, the last one to be completed, and what is proposed.
    @Test(
        "bash proposes what fits",
        .enabled(if: ExternalTool.isInstalled("bash"), "bash is not installed"),
        arguments: [
            ("tbench ''", "compare etcd help info list schema"),
            ("tbench e", "etcd"),
            ("tbench pro", ""),
            ("tbench --ver", "--version"),
            ("tbench --generate-completion-script ''", "bash fish zsh"),
            ("tbench etcd --ra", "--ramp --rate"),
            ("tbench etcd --sk", ""),
            ("tbench etcd --load ''", "fio-compat l m medium ocp s small xl"),
            ("tbench etcd --load f", "fio-compat"),
            ("tbench etcd --load '='", "fio-compat l m medium ocp s small xl"),
            ("tbench etcd --load '=' o", "ocp"),
            ("tbench etcd --rate ''", ""),
            ("tbench etcd --no-p", "--no-preallocate"),
            ("tbench etcd /dev/nu", "/dev/null"),
            ("tbench etcd -o /dev/nu", "/dev/null"),
            ("tbench etcd -- --lo", ""),
            ("tbench --log-file x et", "etcd"),
            ("tbench --log-file = x et", "etcd"),
            ("tbench -q etcd --filesystem ''", "ext4 xfs"),
            ("tbench list ''", "engines workloads"),
            ("tbench help ''", "compare etcd info list methods schema"),
            ("tbench help --", "--help --version"),
            ("tbench schema ''", ""),
        ]
    )
    func bash(words: String, proposed: String) throws {
        let script = CompletionScript.render(.bash, SampleTable.table)
        let driver = """

            COMP_WORDS=(\(words))
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _tbench
            printf '%s\\n' "${COMPREPLY[@]}" | LC_ALL=C sort | paste -sd ' '
            """
        let result = try #require(
            try ExternalTool.run("bash", ["--norc", "-u", "INPUT"], input: script + driver)
        )
        #expect(result.errors == "")
        #expect(result.output == proposed + "\n")
    }

    @Test("bash is told which function completes the tool")
    func bashRegistration() throws {
        let script = CompletionScript.render(.bash, SampleTable.table) + "complete -p tbench\n"
        let result = try #require(try ExternalTool.run("bash", ["--norc", "INPUT"], input: script))
        #expect(result.output == "complete -F _tbench tbench\n")
    }

    @Test(
        "fish proposes what fits",
        .enabled(if: ExternalTool.isInstalled("fish"), "fish is not installed"),
        arguments: [
            ("tbench e", "etcd\tMeasure what etcd's write-ahead log will feel on this disk.\n"),
            (
                "tbench etcd --ra",
                "--ramp\tFind the largest load within the budget.\n--rate\tPuts a second.\n"
            ),
            (
                "tbench etcd --filesystem=x",
                "--filesystem=xfs\tFormat the device, and measure on it as well.\n"
            ),
            ("tbench --log-file x li", "list\tList workloads.\n"),
            ("tbench help me", "methods\tHow intervals and verdicts are computed.\n"),
        ]
    )
    func fish(line: String, proposed: String) throws {
        let script = CompletionScript.render(.fish, SampleTable.table)
        let result = try #require(
            try ExternalTool.run(
                "fish",
                ["--no-config", "INPUT"],
                input: script + "complete -C '\(line)'\n"
            )
        )
        #expect(result.output == proposed)
    }

    @Test(
        "zsh accepts the script",
        .enabled(if: ExternalTool.isInstalled("zsh"), "zsh is not installed")
    )
    func zshSyntax() throws {
        let script = CompletionScript.render(.zsh, SampleTable.table)
        let result = try #require(try ExternalTool.run("zsh", ["-n", "INPUT"], input: script))
        #expect(result.errors == "")
        #expect(result.status == 0)
    }

    @Test(
        "zsh gets one specification for each option, with its quotes and brackets escaped",
        arguments: [
            "#compdef tbench",
            "'etcd:Measure what etcd'\\''s write-ahead log will feel on this disk.'",
            "'(--load)--load=[A named load.]:load:(s m l xl fio-compat ocp small medium)' \\",
            "'(--output-dir -o)'{--output-dir=,-o+}'[Keep the record here.]:dir:_files' \\",
            "'(--preallocate --no-preallocate)'{--preallocate,--no-preallocate}"
                + "'[Allocate segments beforehand.]' \\",
            "'*--tag=[A note kept in the record.]:key=value: ' \\",
            "'(--ramp)--ramp=-[Find the largest load within the budget.]::limit: ' \\",
            "'::target:_files'",
            "':base:_files' \\",
            "'*:more:_files'",
        ]
    )
    func zsh(specification: String) {
        let lines = CompletionScript.render(.zsh, SampleTable.table).split(separator: "\n")
        #expect(lines.contains { $0.drop { $0 == " " } == specification })
    }

    @Test("no script mentions what is hidden", arguments: CompletionScript.Shell.allCases)
    func hidden(shell: CompletionScript.Shell) {
        let script = CompletionScript.render(shell, SampleTable.table)
        #expect(!script.contains("skew"))
        #expect(!script.contains("probe"))
        #expect(!script.contains("experimental-dump-help"))
    }
}
