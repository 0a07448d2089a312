extension CompletionScript {
    /// Works from `~/.config/fish/completions/tbench.fish` and when sourced.
    static func fish(_ source: CompletionSource) -> String {
        FishCompletion(source: source).text
    }
}

private struct FishCompletion {
    let source: CompletionSource

    private var isCommand: String { "_\(source.functionName)_command" }

    var text: String {
        var lines = opening
        for command in source.commands {
            lines.append(
                complete("", "-a \(command.spec.name) -d \(quoted(command.spec.summary))")
            )
        }
        lines += source.rootOptions.flatMap { options($0, in: "") }
        for command in source.commands {
            lines.append("")
            lines += command.options.flatMap { options($0, in: command.spec.name) }
            lines += positionals(of: command)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A function that succeeds when the command typed so far is its argument, "" before any.
    private var opening: [String] {
        let valued = source.rootOptions.filter(\.needsValue).flatMap(\.spellings)
        let skip =
            valued.isEmpty
            ? []
            : [
                "        if contains -- $word \(valued.joined(separator: " "))",
                "            set skip yes",
                "            continue",
                "        end",
            ]
        return [
            "# fish completion for \(source.name)",
            "",
            "function \(isCommand)",
            "    set -l words (commandline -opc)",
            "    set -e words[1]",
            "    set -l found ''",
            "    set -l skip no",
            "    for word in $words",
            "        if test $skip = yes",
            "            set skip no",
            "            continue",
            "        end",
        ] + skip + [
            "        if not string match -q -- '-*' $word",
            "            set found $word",
            "            break",
            "        end",
            "    end",
            "    test \"$found\" = \"$argv[1]\"",
            "end",
            "",
            "complete -c \(source.name) -f",
        ]
    }

    private func positionals(of command: CompletionSource.Command) -> [String] {
        if command.spec.name == BuiltIn.helpCommand.name {
            return source.helpWords.map {
                complete(command.spec.name, "-a \($0.name) -d \(quoted($0.summary))")
            }
        }
        return switch source.positionalWords(of: command.spec) {
        case .files: [complete(command.spec.name, "-F")]
        case .choice(let words):
            [complete(command.spec.name, "-a \(quoted(words.joined(separator: " ")))")]
        case .none: []
        }
    }

    private func options(_ option: OptionSpec, in command: String) -> [String] {
        let short = option.short.map { " -s \($0)" } ?? ""
        let help = " -d \(quoted(option.help))"
        return option.longSpellings.map { long in
            complete(
                command,
                "-l \(long)\(long == option.long ? short : "")\(values(option))\(help)"
            )
        }
    }

    private func values(_ option: OptionSpec) -> String {
        if option.kind == .flag || option.kind == .inversion { return "" }
        let required = option.needsValue
        return switch option.parse.words {
        case .files: required ? " -r -F" : " -F"
        case .choice(let words):
            "\(required ? " -x" : "") -a \(quoted(words.joined(separator: " ")))"
        case .none: required ? " -x" : ""
        }
    }

    private func complete(_ command: String, _ rest: String) -> String {
        let name = command.isEmpty ? "\"\"" : command
        return "complete -c \(source.name) -n '\(isCommand) \(name)' \(rest)"
    }

    /// In single quotes, where fish takes a backslash for an escape.
    private func quoted(_ text: String) -> String {
        "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
    }
}
