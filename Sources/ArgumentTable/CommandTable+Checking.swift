extension CommandTable {
    /// What is wrong with the table itself, one sentence each; empty for a table that can be used.
    ///
    /// Meant for a test: names that clash or cannot be typed, defaults that are not valid, references to nothing.
    package func problems() -> [String] {
        var found = Self.repeats(commands.map(\.name)).map { "The command '\($0)' is there twice." }
        for name in featured where command(named: name) == nil {
            found.append("The featured command '\(name)' does not exist.")
        }
        for command in commands {
            found += problems(of: command).map { "\(command.name): \($0)" }
        }
        for topic in topics where command(named: topic.name) != nil {
            found.append("The topic '\(topic.name)' is a command too.")
        }
        return found
    }

    private func problems(of command: CommandSpec) -> [String] {
        let options = command.options + globalOptions
        let all = options + BuiltIn.atRoot
        var found = Self.repeats(all.flatMap(\.spellings)).map { "'\($0)' is there twice." }
        if !Self.isWord(command.name) || command.name == BuiltIn.helpCommand.name {
            found.append("The name cannot be used.")
        }
        found += options.flatMap(problems(of:))
        found += command.positionals.filter { !Self.isWord($0.name) }
            .map { "'<\($0.name)>' cannot be used as a name." }
        if command.positionals.dropLast().contains(where: \.repeated) {
            found.append("Only the last positional can be repeated.")
        }
        for (earlier, later) in zip(command.positionals, command.positionals.dropFirst())
        where later.required && !earlier.required {
            found.append("'<\(later.name)>' is required after an optional one.")
        }
        for name in command.exclusive.joined() where !options.contains(where: { $0.long == name }) {
            found.append("'--\(name)' in an exclusive set does not exist.")
        }
        return found
    }

    private func problems(of option: OptionSpec) -> [String] {
        var found: [String] = []
        let name = "'--\(option.long)'"
        if !Self.isWord(option.long) { found.append("\(name) cannot be typed.") }
        if let short = option.short, !short.isASCII || !(short.isLetter || short.isNumber) {
            found.append("The short name of \(name) is not a letter or digit.")
        }
        let takesValue = option.needsValue || option.kind == .optionalValue
        if takesValue != (option.valueName != nil) {
            found.append("\(name) needs a value name exactly where it takes a value.")
        }
        if let value = option.defaultValue {
            let isValid =
                takesValue ? option.problem(with: value) == nil : ["true", "false"].contains(value)
            if !isValid { found.append("The default '\(value)' of \(name) is not valid.") }
        }
        for value in option.allowed ?? [] where !Self.isPlain(value) {
            found.append("The value '\(value)' of \(name) would need quotes in a shell.")
        }
        return found
    }

    /// Lower-case letters and digits in parts joined by hyphens.
    private static func isWord(_ text: String) -> Bool {
        !text.isEmpty && !text.hasPrefix("-") && !text.hasSuffix("-")
            && text.utf8.allSatisfy { "abcdefghijklmnopqrstuvwxyz0123456789-".utf8.contains($0) }
    }

    private static func isPlain(_ text: String) -> Bool {
        !text.isEmpty
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._+-".contains($0)) }
    }

    private static func repeats(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { !seen.insert($0).inserted }
    }
}
