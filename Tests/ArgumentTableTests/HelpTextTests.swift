import ArgumentTable
import Testing

@Suite struct HelpTextTests {
    @Test("the help of a command has its parts in order, examples first")
    func command() {
        let info = CommandSpec(
            name: "info",
            summary: "Show what is underneath a target.",
            discussion: "Reads only.\n\nFor a device:\n  tbench info /dev/sdb",
            examples: [ExampleSpec("tbench info .", "this directory")],
            positionals: [PositionalSpec(name: "target", help: "Directory, file or device.")],
            options: [
                OptionSpec(
                    long: "style",
                    short: "s",
                    valueName: "style",
                    help: "How much to show.",
                    defaultValue: "auto",
                    parse: .choice(["auto", "full"]),
                    group: "OUTPUT OPTIONS"
                ),
                OptionSpec(
                    long: "resolve",
                    kind: .inversion,
                    help: "Follow links.",
                    defaultValue: "true"
                ),
                OptionSpec(long: "a-very-long-option", valueName: "value", help: "Long."),
                OptionSpec(long: "secret", help: "Hidden.", hidden: true),
            ]
        )
        let table = CommandTable(name: "tbench", overview: "O.", version: "1", commands: [info])
        #expect(
            HelpText.render(table, command: info, width: 60) == """
                OVERVIEW: Show what is underneath a target.

                EXAMPLES:
                  tbench info .  this directory

                USAGE: tbench info [--style <style>] [--[no-]resolve]
                       [--a-very-long-option <value>] <target>

                ARGUMENTS:
                  <target>                Directory, file or device.

                OUTPUT OPTIONS:
                  -s, --style <style>     How much to show. (values: auto,
                                          full; default: auto)

                OPTIONS:
                  --[no-]resolve          Follow links. (default: --resolve)
                  --a-very-long-option <value>
                                          Long.
                  --version               Show the version.
                  -h, --help              Show help information.

                DETAILS:
                Reads only.

                For a device:
                  tbench info /dev/sdb

                """
        )
        let hidden = HelpText.render(table, command: info, includeHidden: true)
        #expect(hidden.contains("\n  --secret                Hidden.\n"))
    }

    @Test("the help of the tool lists options, commands and topics")
    func root() {
        #expect(
            HelpText.render(SampleTable.table) == """
                OVERVIEW: Measure what storage costs the software on top of it.

                EXAMPLES:
                  tbench etcd /dev/sdb  is this disk good enough for etcd?

                USAGE: tbench <command> [<options>]

                OPTIONS:
                  -q, --quiet             Print the verdict only.
                  --no-color              Never use colour. (environment: NO_COLOR)
                  --log-file <file>       Write a log here. (environment: TBENCH_LOG)
                  --generate-completion-script <shell>
                                          Print a completion script for this shell. (values:
                                          bash, zsh, fish)
                  --generate-man-page     Print the manual page.
                  --version               Show the version.
                  -h, --help              Show help information.

                SUBCOMMANDS:
                  etcd                    Measure what etcd's write-ahead log will feel on this
                                          disk.
                  info                    Show what is underneath a target.
                  schema                  Print the schema of a record.
                  list                    List workloads.
                  compare                 Compare records.
                  help                    Show help for a command.

                TOPICS:
                  methods                 How intervals and verdicts are computed.

                  See 'tbench help <command>' for detailed help.

                """
        )
    }

    @Test("without arguments the featured commands and an example are enough")
    func concise() {
        #expect(
            HelpText.renderConcise(SampleTable.table) == """
                OVERVIEW: Measure what storage costs the software on top of it.

                EXAMPLES:
                  tbench etcd /dev/sdb  is this disk good enough for etcd?

                USAGE: tbench <command> [<options>]

                SUBCOMMANDS:
                  etcd                    Measure what etcd's write-ahead log will feel on this
                                          disk.
                  info                    Show what is underneath a target.
                  list                    List workloads.

                  See 'tbench --help' for all commands and options.

                """
        )
    }

    @Test("a topic is shown under its name")
    func topic() throws {
        let outcome = try ArgumentParser(table: SampleTable.table).parse(["help", "methods"])
        #expect(
            outcome
                == .help(
                    text: """
                        METHODS: How intervals and verdicts are computed.

                        Rounds, pooled. A block bootstrap gives the interval.

                        """
                )
        )
    }

    @Test("no line is wider than the terminal, down to 60 columns", arguments: [60, 72, 80, 132])
    func width(columns: Int) {
        let command = SampleTable.etcd
        let text = HelpText.render(SampleTable.table, command: command, width: columns)
        #expect(text.split(separator: "\n").map(\.count).max() ?? 0 <= columns)
    }

    @Test(
        "a narrower terminal gets 60 columns, an unknown one 80",
        arguments: [(7, 60), (0, 80), (-1, 80)]
    )
    func oddWidth(columns: Int, used: Int) {
        let command = SampleTable.etcd
        #expect(
            HelpText.render(SampleTable.table, command: command, width: columns)
                == HelpText.render(SampleTable.table, command: command, width: used)
        )
    }

    @Test("examples that do not fit beside their explanation are set above it")
    func longExample() {
        var command = SampleTable.info
        command.examples = [
            ExampleSpec("tbench info /dev/disk/by-id/nvme-eui.0025388b71b4b9d3", "by its identity"),
            ExampleSpec("tbench info .", "here"),
        ]
        let text = HelpText.render(SampleTable.table, command: command, width: 60)
        let expected = """
            EXAMPLES:
              tbench info /dev/disk/by-id/nvme-eui.0025388b71b4b9d3
                  by its identity
              tbench info .
                  here

            """
        #expect(text.contains(expected))
    }
}
