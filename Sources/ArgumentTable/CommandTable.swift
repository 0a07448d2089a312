/// Everything a user can type, in one value: the parser, help, completions, manual page and JSON are read from it.
///
/// - Source: Layout and wording follow apple/swift-argument-parser; "examples first" follows clig.dev.
package struct CommandTable: Sendable, Equatable {
    /// The name users type: "tbench".
    package var name: String
    /// What the tool does, one sentence with its full stop.
    package var overview: String
    /// What `--version` prints.
    package var version: String
    /// In the order help shows them.
    package var commands: [CommandSpec]
    /// Accepted before and after the name of every command.
    package var globalOptions: [OptionSpec]
    /// Shown by the full help of the tool itself.
    package var examples: [ExampleSpec]
    /// Names of the commands that the concise help (no arguments at all) shows.
    package var featured: [String]
    /// What `help TOPIC` explains besides commands.
    package var topics: [HelpTopic]
    /// For the manual page.
    package var exitStatuses: [ExitStatusSpec]
    /// Date of the manual page, as "2026-11-20".
    package var date: String

    package init(
        name: String,
        overview: String,
        version: String,
        commands: [CommandSpec],
        globalOptions: [OptionSpec] = [],
        examples: [ExampleSpec] = [],
        featured: [String] = [],
        topics: [HelpTopic] = [],
        exitStatuses: [ExitStatusSpec] = [],
        date: String = ""
    ) {
        self.name = name
        self.overview = overview
        self.version = version
        self.commands = commands
        self.globalOptions = globalOptions
        self.examples = examples
        self.featured = featured
        self.topics = topics
        self.exitStatuses = exitStatuses
        self.date = date
    }

    /// The command of that name, hidden or not.
    package func command(named name: String) -> CommandSpec? {
        commands.first { $0.name == name }
    }

    /// What help and completions list: the visible commands and the built-in `help`.
    func listedCommands(includeHidden: Bool) -> [CommandSpec] {
        commands.filter { includeHidden || !$0.hidden } + [BuiltIn.helpCommand]
    }
}

/// One subcommand.
package struct CommandSpec: Sendable, Equatable {
    /// The word users type, kebab-case.
    package var name: String
    /// One line with its full stop.
    package var summary: String
    /// Paragraphs separated by an empty line; a line that starts with a space is kept as it is.
    package var discussion: String
    /// Shown right after the summary.
    package var examples: [ExampleSpec]
    /// In the order they are typed.
    package var positionals: [PositionalSpec]
    /// In the order help shows them.
    package var options: [OptionSpec]
    /// Sets of long option names of which at most one may be given.
    package var exclusive: [[String]]
    /// Works, but only `--help-hidden` shows it.
    package var hidden: Bool

    package init(
        name: String,
        summary: String,
        discussion: String = "",
        examples: [ExampleSpec] = [],
        positionals: [PositionalSpec] = [],
        options: [OptionSpec] = [],
        exclusive: [[String]] = [],
        hidden: Bool = false
    ) {
        self.name = name
        self.summary = summary
        self.discussion = discussion
        self.examples = examples
        self.positionals = positionals
        self.options = options
        self.exclusive = exclusive
        self.hidden = hidden
    }
}

/// A command line worth copying, and what it does.
package struct ExampleSpec: Sendable, Equatable {
    package var command: String
    package var explanation: String

    package init(_ command: String, _ explanation: String) {
        self.command = command
        self.explanation = explanation
    }
}

/// An argument known by its place.
package struct PositionalSpec: Sendable, Equatable {
    /// Shown as `<name>`, kebab-case; also the key in `ParsedCommand.positionals`.
    package var name: String
    package var help: String
    package var parse: ValueKind
    package var required: Bool
    /// Takes all that follow; only the last one of a command can.
    package var repeated: Bool
    /// Shown in help; the value itself is the command's business.
    package var defaultText: String?

    package init(
        name: String,
        help: String,
        parse: ValueKind = .path,
        required: Bool = true,
        repeated: Bool = false,
        defaultText: String? = nil
    ) {
        self.name = name
        self.help = help
        self.parse = parse
        self.required = required
        self.repeated = repeated
        self.defaultText = defaultText
    }

    /// "<target>", "[<target>]", "<file> ...".
    var synopsis: String {
        let text = repeated ? "<\(name)> ..." : "<\(name)>"
        return required ? text : "[\(text)]"
    }
}

/// A page that `help NAME` shows and that is not a command: "methods", "exit-codes".
package struct HelpTopic: Sendable, Equatable {
    package var name: String
    package var summary: String
    package var text: String

    package init(name: String, summary: String, text: String) {
        self.name = name
        self.summary = summary
        self.text = text
    }
}

/// One line of the manual page's exit status section.
package struct ExitStatusSpec: Sendable, Equatable {
    /// "0", "128 + signal".
    package var code: String
    package var meaning: String

    package init(_ code: String, _ meaning: String) {
        self.code = code
        self.meaning = meaning
    }
}
