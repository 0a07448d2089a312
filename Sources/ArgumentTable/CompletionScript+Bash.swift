extension CompletionScript {
    /// Works in bash 4 and later without the bash-completion package.
    static func bash(_ source: CompletionSource) -> String {
        BashCompletion(source: source).text
    }
}

private struct BashCompletion {
    let source: CompletionSource

    private var function: String { source.functionName }

    var text: String {
        let commands = CompletionScript.Words.choice(source.commands.map(\.spec.name))
        var lines = helpers + opening
        lines += branch("\"\"", source.rootOptions, commands)
        for command in source.commands {
            let words = source.positionalWords(of: command.spec)
            lines += branch(command.spec.name, command.options, words)
        }
        lines += ["    esac", "}", "", "complete -F \(function) \(source.name)", ""]
        return lines.joined(separator: "\n")
    }

    private var helpers: [String] {
        [
            "# bash completion for \(source.name)",
            "",
            "\(function)_words() {",
            "    mapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$cur\")",
            "}",
            "",
            "\(function)_files() {",
            "    compopt -o filenames 2>/dev/null",
            "    mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")",
            "}",
            "",
        ]
    }

    /// Finds the word to complete, the one before it, the command, and whether `--` ended the options.
    private var opening: [String] {
        let valued = source.rootOptions.filter(\.needsValue).flatMap(\.spellings)
        let skip = [
            "            \(valued.joined(separator: "|")))",
            "                ((index++))",
            "                [[ ${COMP_WORDS[index]} != \"=\" ]] || ((index++))",
            "                ;;",
        ]
        return [
            "\(function)() {",
            "    local cur=\"${COMP_WORDS[COMP_CWORD]}\" prev=\"${COMP_WORDS[COMP_CWORD-1]}\"",
            "    local command=\"\" ended=\"\" equals=\"\" index=1",
            "    COMPREPLY=()",
            "    # Readline splits --key=value into three words.",
            "    if [[ $cur == \"=\" ]]; then",
            "        equals=1 cur=\"\"",
            "    elif [[ $prev == \"=\" ]] && ((COMP_CWORD > 2)); then",
            "        equals=1 prev=\"${COMP_WORDS[COMP_CWORD-2]}\"",
            "    fi",
            "    while ((index < COMP_CWORD)); do",
            "        case \"${COMP_WORDS[index]}\" in",
            "            --) ended=1 ;;",
        ] + (valued.isEmpty ? [] : skip) + [
            "            -*|=) ;;",
            "            *) [[ -n $command ]] || command=\"${COMP_WORDS[index]}\" ;;",
            "        esac",
            "        ((index++))",
            "    done",
            "    case \"$command\" in",
        ]
    }

    /// One command: values after their option, then options, then positionals.
    private func branch(
        _ pattern: String,
        _ options: [OptionSpec],
        _ positional: CompletionScript.Words
    ) -> [String] {
        let words = options.flatMap(\.spellings).joined(separator: " ")
        return ["        \(pattern))"] + values(of: options) + [
            "            if [[ -z $ended && $cur == -* ]]; then",
            "                \(action(.choice([words])))",
            "            else",
            "                \(action(positional))",
            "            fi",
            "            ;;",
        ]
    }

    private func values(of options: [OptionSpec]) -> [String] {
        let cases = options.compactMap { option -> String? in
            let pattern = option.spellings.joined(separator: "|")
            let run = action(option.parse.words)
            return switch option.kind {
            case .flag, .inversion: nil
            case .single, .repeated: "                \(pattern)) \(run); return ;;"
            // The next word is never its value; only what follows "=" is.
            case .optionalValue:
                "                \(pattern)) if [[ $equals ]]; then \(run); return; fi ;;"
            }
        }
        if cases.isEmpty { return [] }
        return ["            if [[ -z $ended ]]; then case \"$prev\" in"] + cases + [
            "            esac; fi"
        ]
    }

    private func action(_ words: CompletionScript.Words) -> String {
        switch words {
        case .files: "\(function)_files"
        case .choice(let words):
            "\(function)_words \(CompletionScript.quoted(words.joined(separator: " ")))"
        case .none: ":"
        }
    }
}
