import ArgumentTable
import Testing

@Suite struct CommandTableTests {
    @Test("a sound table has no problems")
    func sound() {
        #expect(SampleTable.table.problems() == [])
    }

    @Test("a table that could not be used says what is wrong with it")
    func unsound() {
        var table = SampleTable.table
        table.featured.append("none")
        table.topics.append(HelpTopic(name: "list", summary: "", text: ""))
        table.commands = [
            CommandSpec(
                name: "help",
                summary: "",
                positionals: [
                    PositionalSpec(name: "a b", help: "", required: false, repeated: true),
                    PositionalSpec(name: "c", help: ""),
                ],
                options: [
                    OptionSpec(long: "quiet", help: ""),
                    OptionSpec(long: "Bad", short: "-", help: ""),
                    OptionSpec(
                        long: "n",
                        valueName: "n",
                        help: "",
                        defaultValue: "0",
                        parse: .integer(1...2)
                    ),
                    OptionSpec(long: "v", kind: .single, help: "", parse: .choice(["a b"])),
                    OptionSpec(long: "f", help: "", defaultValue: "on"),
                ],
                exclusive: [["n", "gone"]]
            ),
            SampleTable.list,
            SampleTable.list,
        ]
        table.featured = ["none"]
        #expect(
            table.problems() == [
                "The command 'list' is there twice.",
                "The featured command 'none' does not exist.",
                "help: '--quiet' is there twice.",
                "help: The name cannot be used.",
                "help: '--Bad' cannot be typed.",
                "help: The short name of '--Bad' is not a letter or digit.",
                "help: The default '0' of '--n' is not valid.",
                "help: '--v' needs a value name exactly where it takes a value.",
                "help: The value 'a b' of '--v' would need quotes in a shell.",
                "help: The default 'on' of '--f' is not valid.",
                "help: '<a b>' cannot be used as a name.",
                "help: Only the last positional can be repeated.",
                "help: '<c>' is required after an optional one.",
                "help: '--gone' in an exclusive set does not exist.",
                "The topic 'list' is a command too.",
            ]
        )
    }
}
