/// Help as `--help`, `help` and an empty command line show it.
package enum HelpText {
    /// The full help of the tool, or of one command.
    ///
    /// The width is in columns; under 60 counts as 60, 0 and less as 80.
    /// - Returns: Text with its final newline.
    package static func render(
        _ table: CommandTable,
        command: CommandSpec? = nil,
        width: Int = 80,
        includeHidden: Bool = false
    ) -> String {
        let page = HelpPage(
            table: table,
            width: TextLayout.width(width),
            includeHidden: includeHidden
        )
        return page.text(of: command.map(page.sections(for:)) ?? page.rootSections)
    }

    /// What to read first: the overview, the featured commands and where to read on.
    ///
    /// - Returns: Text with its final newline.
    package static func renderConcise(_ table: CommandTable, width: Int = 80) -> String {
        let page = HelpPage(table: table, width: TextLayout.width(width), includeHidden: false)
        return page.text(of: page.conciseSections)
    }

    /// A help topic.
    ///
    /// - Returns: Text with its final newline.
    package static func render(
        _ topic: HelpTopic,
        _ table: CommandTable,
        width: Int = 80
    ) -> String {
        let width = TextLayout.width(width)
        let text = TextLayout.wrap(topic.text, width: width).joined(separator: "\n")
        return "\(topic.name.uppercased()): \(topic.summary)\n\n\(text)\n"
    }

    /// "(values: a, b; default: a)" and the like, with a leading space; empty where there is nothing to add.
    static func annotation(of option: OptionSpec) -> String {
        annotation([
            option.allowed.map { "values: \($0.joined(separator: ", "))" },
            option.shownDefault.map { "default: \($0)" },
            option.environment.map { "environment: \($0)" },
        ])
    }

    static func annotation(of positional: PositionalSpec) -> String {
        annotation([positional.defaultText.map { "default: \($0)" }])
    }

    private static func annotation(_ parts: [String?]) -> String {
        let parts = parts.compactMap { $0 }
        return parts.isEmpty ? "" : " (\(parts.joined(separator: "; ")))"
    }
}

/// The sections of one help text, each without its final newline.
private struct HelpPage {
    let table: CommandTable
    let width: Int
    let includeHidden: Bool

    func text(of sections: [String]) -> String {
        sections.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
    }

    var rootSections: [String] {
        [
            overview(table.overview),
            examples(table.examples),
            "USAGE: \(UsageLine.short(table, command: nil))",
            optionSections(table.globalOptions + BuiltIn.atRoot),
            commandList(table.listedCommands(includeHidden: includeHidden)),
            topics,
            "  See '\(table.name) help <command>' for detailed help.",
        ]
    }

    var conciseSections: [String] {
        [
            overview(table.overview),
            examples(Array(table.examples.prefix(3))),
            "USAGE: \(UsageLine.short(table, command: nil))",
            commandList(table.featured.compactMap { table.command(named: $0) }),
            "  See '\(table.name) --help' for all commands and options.",
        ]
    }

    func sections(for command: CommandSpec) -> [String] {
        let options = command.options + table.globalOptions + BuiltIn.inCommand
        let pieces = UsageLine.full(table, command: command, includeHidden: includeHidden)
        let usage = TextLayout.fill(["USAGE: \(pieces[0])"] + pieces.dropFirst(), width, 7)
        return [
            overview(command.summary),
            examples(command.examples),
            usage.joined(separator: "\n"),
            list("ARGUMENTS", command.positionals.map(row(for:))),
            optionSections(options),
            details(command.discussion),
        ]
    }

    private func overview(_ text: String) -> String {
        TextLayout.fill(
            ["OVERVIEW:"] + text.split(separator: " ").map(String.init),
            width
        ).joined(separator: "\n")
    }

    private func details(_ text: String) -> String {
        text.isEmpty
            ? "" : "DETAILS:\n" + TextLayout.wrap(text, width: width).joined(separator: "\n")
    }

    /// Commands and explanations side by side where they all fit, else one under the other.
    private func examples(_ examples: [ExampleSpec]) -> String {
        let longest = examples.map(\.command.count).max() ?? 0
        let column = TextLayout.indent + longest + 2
        let fits = examples.allSatisfy { column + $0.explanation.count <= width }
        return list(
            "EXAMPLES",
            examples.map { example in
                TextLayout.row(
                    label: example.command,
                    text: example.explanation,
                    width: width,
                    column: fits ? column : 6
                )
            }
        )
    }

    private func commandList(_ commands: [CommandSpec]) -> String {
        list(
            "SUBCOMMANDS",
            commands.map { TextLayout.row(label: $0.name, text: $0.summary, width: width) }
        )
    }

    private var topics: String {
        list(
            "TOPICS",
            table.topics.map { TextLayout.row(label: $0.name, text: $0.summary, width: width) }
        )
    }

    /// Options under their headings in the order of first mention, those without one last.
    private func optionSections(_ options: [OptionSpec]) -> String {
        let shown = options.filter { includeHidden || !$0.hidden }
        var groups: [String] = []
        for case let group? in shown.map(\.group) where !groups.contains(group) {
            groups.append(group)
        }
        let titled = groups.map { group in
            list(group, shown.filter { $0.group == group }.map(row(for:)))
        }
        let rest = list("OPTIONS", shown.filter { $0.group == nil }.map(row(for:)))
        return (titled + [rest]).filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    private func row(for option: OptionSpec) -> String {
        let text = option.help + HelpText.annotation(of: option)
        return TextLayout.row(label: option.label, text: text, width: width)
    }

    private func row(for positional: PositionalSpec) -> String {
        let text = positional.help + HelpText.annotation(of: positional)
        return TextLayout.row(label: "<\(positional.name)>", text: text, width: width)
    }

    private func list(_ title: String, _ rows: [String]) -> String {
        rows.isEmpty ? "" : "\(title):\n\(rows.joined(separator: "\n"))"
    }
}
