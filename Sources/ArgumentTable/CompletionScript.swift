/// Completion scripts that know the whole table and run nothing to complete a word.
package enum CompletionScript {
    /// The shells a script can be written for.
    package enum Shell: String, CaseIterable, Sendable {
        case bash
        case zsh
        case fish
    }

    /// The script, with its final newline; to be sourced, or installed where the shell looks for such files.
    package static func render(_ shell: Shell, _ table: CommandTable) -> String {
        let source = CompletionSource(table)
        return switch shell {
        case .bash: bash(source)
        case .zsh: zsh(source)
        case .fish: fish(source)
        }
    }

    /// What completes a value.
    enum Words: Equatable {
        case files
        case choice([String])
        /// Nothing can be proposed.
        case none
    }

    /// In single quotes, as bash and zsh read them.
    static func quoted(_ text: String) -> String {
        "'" + text.replacing("'", with: "'\\''") + "'"
    }
}

/// The table as completions need it: hidden things left out, globals and built-in options added to each command.
struct CompletionSource {
    struct Command {
        let spec: CommandSpec
        let options: [OptionSpec]
    }

    let name: String
    let commands: [Command]
    let rootOptions: [OptionSpec]
    /// What `help` can explain.
    let helpWords: [(name: String, summary: String)]

    init(_ table: CommandTable) {
        name = table.name
        let globals = table.globalOptions.filter { !$0.hidden }
        commands = table.listedCommands(includeHidden: false).map { spec in
            let isHelp = spec.name == BuiltIn.helpCommand.name
            let own = isHelp ? [] : spec.options.filter { !$0.hidden } + globals
            return Command(spec: spec, options: own + BuiltIn.inCommand.filter { !$0.hidden })
        }
        rootOptions = globals + BuiltIn.atRoot.filter { !$0.hidden }
        helpWords =
            table.commands.filter { !$0.hidden }.map { ($0.name, $0.summary) }
            + table.topics.map { ($0.name, $0.summary) }
    }

    /// "_tbench", with every character a function name cannot have replaced.
    var functionName: String {
        "_" + String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    }

    /// What completes the first positional; the later ones are completed alike.
    func positionalWords(of command: CommandSpec) -> CompletionScript.Words {
        if command.name == BuiltIn.helpCommand.name { return .choice(helpWords.map(\.name)) }
        return command.positionals.first?.parse.words ?? .none
    }
}

extension ValueKind {
    /// What completes a value of this kind.
    var words: CompletionScript.Words {
        switch self {
        case .path: .files
        case .choice(let values): .choice(values)
        case .string, .integer, .duration, .bytes, .number, .keyValue: .none
        }
    }
}

extension OptionSpec {
    /// Every spelling with its dashes, the long ones first.
    var spellings: [String] {
        longSpellings.map { "--\($0)" } + (short.map { ["-\($0)"] } ?? [])
    }
}
