extension CompletionScript {
    /// Works from a directory in `fpath` (as `_tbench`) and when sourced after `compinit`.
    static func zsh(_ source: CompletionSource) -> String {
        ZshCompletion(source: source).text
    }
}

private struct ZshCompletion {
    let source: CompletionSource

    private var function: String { source.functionName }

    var text: String {
        var lines = [
            "#compdef \(source.name)",
            "",
            "\(function)() {",
            "    local context state state_descr line",
            "    local -A opt_args",
            "    local -a commands=(",
        ]
        lines += source.commands.map {
            "        " + CompletionScript.quoted("\($0.spec.name):\($0.spec.summary)")
        }
        lines += ["    )", "    _arguments -C -s -S \\"]
        lines += source.rootOptions.map { "        \(specification(of: $0)) \\" }
        lines += [
            "        '1: :->command' \\",
            "        '*:: :->argument' && return 0",
            "    case $state in",
            "        command) _describe -t commands command commands ;;",
            "        argument)",
            "            case $words[1] in",
        ]
        lines += source.commands.flatMap(branch)
        lines += [
            "            esac",
            "            ;;",
            "    esac",
            "}",
            "",
            "if [[ $funcstack[1] == \(function) ]]; then",
            "    \(function) \"$@\"",
            "else",
            "    compdef \(function) \(source.name)",
            "fi",
            "",
        ]
        return lines.joined(separator: "\n")
    }

    private func branch(_ command: CompletionSource.Command) -> [String] {
        var rows = command.options.map(specification(of:))
        for positional in command.spec.positionals {
            let isHelp = command.spec.name == BuiltIn.helpCommand.name
            let words = isHelp ? source.positionalWords(of: command.spec) : positional.parse.words
            let place = positional.repeated ? "*" : positional.required ? "" : ":"
            let text = "\(place):\(escaped(positional.name)):\(action(words))"
            rows.append(CompletionScript.quoted(text))
        }
        let body = rows.map { "                        \($0)" }.joined(separator: " \\\n")
        return [
            "                \(command.spec.name))",
            "                    _arguments -s -S \\",
            body,
            "                    ;;",
        ]
    }

    /// "'(-o --output-dir)'{-o+,--output-dir=}'[help]:dir:_files'", as _arguments wants it.
    private func specification(of option: OptionSpec) -> String {
        let help = "[\(escaped(option.help))]"
        let value = ":\(escaped(option.valueName ?? option.long)):\(action(option.parse.words))"
        let short = option.short.map { "-\($0)" }
        let (tail, longSuffix, shortSuffix) =
            switch option.kind {
            case .flag, .inversion: (help, "", "")
            case .single, .repeated: (help + value, "=", "+")
            case .optionalValue: ("\(help):\(value)", "=-", "-")
            }
        let names =
            option.longSpellings.map { "--\($0)\(longSuffix)" }
            + (short.map { ["\($0)\(shortSuffix)"] } ?? [])
        let exclusion =
            option.kind == .repeated ? "*" : "(\(option.spellings.joined(separator: " ")))"
        guard names.count > 1 else {
            return CompletionScript.quoted(exclusion + names.joined() + tail)
        }
        let braces = "{\(names.joined(separator: ","))}"
        return CompletionScript.quoted(exclusion) + braces + CompletionScript.quoted(tail)
    }

    private func action(_ words: CompletionScript.Words) -> String {
        switch words {
        case .files: "_files"
        case .choice(let values): "(\(values.joined(separator: " ")))"
        case .none: " "
        }
    }

    /// Brackets and colons end a part of a specification.
    private func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            if "[]:\\".contains(character) { result.append("\\") }
            result.append(character)
        }
        return result
    }
}
