/// The synopsis of a command, as usage errors, help and the manual page show it.
enum UsageLine {
    /// At most this many options are spelled out; more become "[<options>]".
    ///
    /// - Source: 12 in swift-argument-parser.
    static let mostOptions = 12

    /// "tbench etcd [<options>] [<target>]".
    static func short(_ table: CommandTable, command: CommandSpec?) -> String {
        guard let command else { return "\(table.name) <command> [<options>]" }
        var words = ["\(table.name) \(command.name)"]
        if !(command.options + table.globalOptions).allSatisfy(\.hidden), !isHelp(command) {
            words.append("[<options>]")
        }
        return (words + command.positionals.map(\.synopsis)).joined(separator: " ")
    }

    /// The pieces that must not be broken over lines: "tbench info", "[--quiet]", "<target>".
    static func full(
        _ table: CommandTable,
        command: CommandSpec,
        includeHidden: Bool
    ) -> [String] {
        let options = isHelp(command) ? [] : command.options + table.globalOptions
        let shown = options.filter { includeHidden || !$0.hidden }
        let pieces = shown.count > mostOptions ? ["[<options>]"] : shown.map(\.usage)
        return ["\(table.name) \(command.name)"] + pieces + command.positionals.map(\.synopsis)
    }

    private static func isHelp(_ command: CommandSpec) -> Bool {
        command.name == BuiltIn.helpCommand.name
    }
}
