import Units

/// Turns arguments into an outcome by the table.
///
/// Accepts `--key value`, `--key=value`, `-k value`, `-kvalue`, `-k=value`, bundled flags, options between and after
/// positionals, and `--` to end options. Names cannot be abbreviated and nothing is guessed: a wrong word is an error
/// with a suggestion. Any array of strings gives an outcome or a `UsageError`.
package struct ArgumentParser: Sendable {
    private let table: CommandTable

    package init(table: CommandTable) { self.table = table }

    /// Reads the arguments, without the name of the program.
    ///
    /// - Parameters:
    ///   - arguments: As the process got them; any content, any length.
    ///   - terminalWidth: Columns to wrap help to; under 60 counts as 60, 0 and less as 80.
    ///   - environment: For options with an environment variable, and SHELL for the completion script.
    /// - Returns: A command with valid values, or text for stdout; the concise help where there are no arguments.
    /// - Throws: `UsageError` for the first thing that is wrong, from left to right.
    package func parse(
        _ arguments: [String],
        terminalWidth: Int = 80,
        environment: [String: String] = [:]
    ) throws(UsageError) -> ParseOutcome {
        if arguments.isEmpty {
            return .help(text: HelpText.renderConcise(table, width: terminalWidth))
        }
        var session = ParsingSession(
            table: table,
            width: terminalWidth,
            environment: environment,
            reader: ArgumentReader(arguments)
        )
        return try session.run()
    }
}

/// One call of `parse`: the global options, then the command, then its own.
private struct ParsingSession {
    let table: CommandTable
    let width: Int
    let environment: [String: String]
    var reader: ArgumentReader

    mutating func run() throws(UsageError) -> ParseOutcome {
        var root = collector(
            options: BuiltIn.atRoot + table.globalOptions,
            errors: table.errors(for: nil)
        )
        while let argument = reader.take() {
            if argument == "--" { continue }
            guard OptionCollector.isOption(argument) else {
                if let error = root.longDash(argument) { throw error }
                return try runCommand(argument, globals: root)
            }
            // The shell in use will do where none is named.
            if argument == "--\(BuiltIn.completion.long)", reader.next == nil,
                let shell = environment["SHELL"]?.split(separator: "/").last.map(String.init),
                CompletionScript.Shell(rawValue: shell) != nil
            {
                reader = ArgumentReader([shell])
            }
            try root.collect(argument, &reader)
            if let outcome = information(in: root) { return outcome }
        }
        let known = table.listedCommands(includeHidden: false).map(\.name)
        throw root.errors.missingCommand(known: known)
    }

    /// What a built-in option asks for, before any command.
    private func information(in root: OptionCollector) -> ParseOutcome? {
        if root.isGiven(BuiltIn.help) || root.isGiven(BuiltIn.helpHidden) {
            // `tbench --help etcd` is about etcd.
            let command = reader.remaining.lazy.compactMap { table.command(named: $0) }.first
            return help(on: command, includeHidden: root.isGiven(BuiltIn.helpHidden))
        }
        if root.isGiven(BuiltIn.version) { return .version(text: table.version + "\n") }
        if root.isGiven(BuiltIn.manPage) {
            return .manPage(text: ManPage.render(table, date: table.date))
        }
        if root.isGiven(BuiltIn.dumpHelp) { return .dumpHelp(text: HelpJSON.render(table)) }
        let shell = root.values[BuiltIn.completion.long]?.last
        return shell.flatMap { CompletionScript.Shell(rawValue: $0) }
            .map { .completion(text: CompletionScript.render($0, table)) }
    }

    private mutating func runCommand(
        _ name: String,
        globals: OptionCollector
    ) throws(UsageError) -> ParseOutcome {
        if name == BuiltIn.helpCommand.name { return try runHelp() }
        guard let spec = table.command(named: name) else {
            let known = table.listedCommands(includeHidden: false).map(\.name)
            let near = Suggestion.nearest(to: name, among: known)
            throw globals.errors.unknownCommand(name, suggestion: near)
        }
        // Help wins over any mistake around it; no value can look like these words.
        let options = reader.remaining.prefix { $0 != "--" }
        if let asked = options.first(where: { ["-h", "--help", "--help-hidden"].contains($0) }) {
            return help(on: spec, includeHidden: asked == "--help-hidden")
        }
        return try collectCommand(spec, globals: globals)
    }

    private mutating func collectCommand(
        _ spec: CommandSpec,
        globals: OptionCollector
    ) throws(UsageError) -> ParseOutcome {
        var own = collector(
            options: spec.options + table.globalOptions + BuiltIn.inCommand,
            errors: table.errors(for: spec)
        )
        own.adopt(globals)
        var words: [String] = []
        while let argument = reader.take() {
            if argument == "--" {
                words += reader.remaining
                break
            }
            guard OptionCollector.isOption(argument) else {
                if let error = own.longDash(argument) { throw error }
                words.append(argument)
                continue
            }
            try own.collect(argument, &reader)
            if own.isGiven(BuiltIn.help) { return help(on: spec, includeHidden: false) }
            if own.isGiven(BuiltIn.version) { return .version(text: table.version + "\n") }
        }
        for names in spec.exclusive {
            let given = names.filter { own.values[$0] != nil }
            if given.count > 1 { throw own.errors.exclusive(given) }
        }
        try own.collect(environment: environment)
        return .run(
            ParsedCommand(
                command: spec.name,
                positionals: try assign(words, to: spec.positionals, own.errors),
                given: Set(own.values.keys),
                values: own.valuesWithDefaults,
                switchedOn: own.switchedOn,
                declared: Set(own.options.map(\.long))
            )
        )
    }

    private func assign(
        _ words: [String],
        to specs: [PositionalSpec],
        _ errors: UsageErrors
    ) throws(UsageError) -> [String: [String]] {
        var rest = words[...]
        var assigned: [String: [String]] = [:]
        for spec in specs {
            let taken = rest.prefix(spec.repeated ? rest.count : 1)
            rest = rest.dropFirst(taken.count)
            if taken.isEmpty, spec.required { throw errors.missingArgument(spec) }
            for word in taken {
                if let problem = spec.parse.problem(with: word) {
                    throw errors.invalidValue(word, of: "<\(spec.name)>", problem: problem)
                }
            }
            if !taken.isEmpty { assigned[spec.name] = Array(taken) }
        }
        guard rest.isEmpty else { throw errors.unexpectedArguments(Array(rest)) }
        return assigned
    }

    /// `help`, `help COMMAND` and `help TOPIC`.
    private mutating func runHelp() throws(UsageError) -> ParseOutcome {
        let errors = table.errors(for: BuiltIn.helpCommand)
        var collector = collector(options: BuiltIn.inCommand, errors: errors)
        var words: [String] = []
        while let argument = reader.take() {
            if OptionCollector.isOption(argument) {
                if argument != "--" { try collector.collect(argument, &reader) }
            } else {
                words.append(argument)
            }
        }
        let includeHidden = collector.isGiven(BuiltIn.helpHidden)
        guard words.count <= 1 else {
            throw errors.unexpectedArguments(Array(words.dropFirst()))
        }
        guard let word = words.first, word != BuiltIn.helpCommand.name else {
            return help(on: nil, includeHidden: includeHidden)
        }
        if let topic = table.topics.first(where: { $0.name == word }) {
            return .help(text: HelpText.render(topic, table, width: width))
        }
        guard let spec = table.command(named: word) else {
            let known = table.commands.filter { !$0.hidden }.map(\.name) + table.topics.map(\.name)
            let near = Suggestion.nearest(to: word, among: known)
            throw errors.unknownCommand(word, suggestion: near)
        }
        return help(on: spec, includeHidden: includeHidden)
    }

    private func help(on command: CommandSpec?, includeHidden: Bool) -> ParseOutcome {
        .help(
            text: HelpText.render(
                table,
                command: command,
                width: width,
                includeHidden: includeHidden
            )
        )
    }

    private func collector(options: [OptionSpec], errors: UsageErrors) -> OptionCollector {
        let here = Set(options.map(\.long))
        return OptionCollector(options: options, errors: errors) { [table] long in
            guard !here.contains(long) else { return nil }
            let owner = table.commands.first { command in
                !command.hidden
                    && command.options.contains { !$0.hidden && $0.longSpellings.contains(long) }
            }
            if let owner { return "\(table.name) \(owner.name)" }
            return BuiltIn.atRoot.contains { $0.long == long } ? table.name : nil
        }
    }
}

extension CommandTable {
    func errors(for command: CommandSpec?) -> UsageErrors {
        UsageErrors(
            tool: command.map { "\(name) \($0.name)" } ?? name,
            usage: UsageLine.short(self, command: command)
        )
    }
}
