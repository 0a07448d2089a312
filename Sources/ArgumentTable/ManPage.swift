/// The manual page, in mdoc(7), which both mandoc and groff read.
package enum ManPage {
    /// Renders section 1 of the manual.
    ///
    /// The date is written as "2026-11-20"; anything else is passed through.
    /// - Returns: mdoc source in ASCII with its final newline.
    package static func render(_ table: CommandTable, date: String) -> String {
        var page = Mdoc()
        page.raw("Dd \(Mdoc.escaped(longDate(date)))")
        page.raw("Dt \(Mdoc.escaped(table.name.uppercased())) 1")
        page.raw("Os")
        nameAndSynopsis(table, &page)
        page.raw("Sh DESCRIPTION")
        page.prose(table.overview)
        page.prose("The commands and their options are as follows.")
        for command in table.commands where !command.hidden {
            describe(command, table, &page)
        }
        let globals = table.globalOptions + BuiltIn.atRoot
        page.macro("Ss", ["General options"])
        optionList(globals.filter { !$0.hidden }, &page)
        for topic in table.topics {
            page.macro("Sh", [topic.name.uppercased()])
            page.prose(topic.text)
        }
        environment(table, &page)
        exitStatus(table, &page)
        examples(table, &page)
        return page.text
    }

    private static func nameAndSynopsis(_ table: CommandTable, _ page: inout Mdoc) {
        page.raw("Sh NAME")
        page.macro("Nm", [table.name])
        let overview = table.overview
        let summary = overview.hasSuffix(".") ? String(overview.dropLast()) : overview
        page.raw("Nd \(Mdoc.escaped(summary))")
        page.raw("Sh SYNOPSIS")
        for command in table.commands where !command.hidden {
            page.raw("Nm")
            page.raw("Cm " + Mdoc.argument(command.name))
            page.raw("Op Ar options")
            for positional in command.positionals {
                let name = "Ar " + Mdoc.argument(positional.name)
                let more = positional.repeated ? " ..." : ""
                page.raw(positional.required ? name + more : "Op \(name)\(more)")
            }
        }
        for option in [BuiltIn.help, BuiltIn.version] {
            page.raw("Nm")
            page.raw(flag(option))
        }
    }

    private static func describe(
        _ command: CommandSpec,
        _ table: CommandTable,
        _ page: inout Mdoc
    ) {
        page.macro("Ss", ["\(table.name) \(command.name)"])
        page.prose(command.summary)
        page.prose(command.discussion)
        let options = command.options.filter { !$0.hidden }
        guard !command.positionals.isEmpty || !options.isEmpty else { return }
        page.raw("Bl -tag -width Ds")
        for positional in command.positionals {
            page.raw("It Ar " + Mdoc.argument(positional.name))
            page.prose(positional.help + HelpText.annotation(of: positional), spaced: false)
        }
        items(options, &page)
        page.raw("El")
    }

    private static func optionList(_ options: [OptionSpec], _ page: inout Mdoc) {
        guard !options.isEmpty else { return }
        page.raw("Bl -tag -width Ds")
        items(options, &page)
        page.raw("El")
    }

    private static func items(_ options: [OptionSpec], _ page: inout Mdoc) {
        for option in options {
            page.raw("It " + flag(option))
            page.prose(option.help + HelpText.annotation(of: option), spaced: false)
            if let range = option.parse.rangeText { page.prose("Range: \(range).", spaced: false) }
        }
    }

    /// "Fl o , Fl \-output\-dir Ar dir".
    private static func flag(_ option: OptionSpec) -> String {
        let short = option.short.map { "Fl \($0) , " } ?? ""
        let long = (option.kind == .inversion ? "[no-]" : "") + option.long
        let name = short + "Fl " + Mdoc.argument("-" + long)
        let value = Mdoc.argument(option.valueName ?? option.long)
        return switch option.kind {
        case .flag, .inversion: name
        case .single, .repeated: "\(name) Ar \(value)"
        case .optionalValue: "\(name) Ns Op = Ns Ar \(value)"
        }
    }

    private static func environment(_ table: CommandTable, _ page: inout Mdoc) {
        let all = table.globalOptions + table.commands.filter { !$0.hidden }.flatMap(\.options)
        var seen: Set<String> = []
        let options = all.filter { option in
            !option.hidden && option.environment.map { seen.insert($0).inserted } ?? false
        }
        guard !options.isEmpty else { return }
        page.raw("Sh ENVIRONMENT")
        page.raw("Bl -tag -width Ds")
        for option in options {
            page.raw("It Ev " + Mdoc.argument(option.environment ?? ""))
            page.prose("Stands in for", spaced: false)
            page.raw(flag(option))
            page.prose("where that is not given.", spaced: false)
        }
        page.raw("El")
    }

    private static func exitStatus(_ table: CommandTable, _ page: inout Mdoc) {
        guard !table.exitStatuses.isEmpty else { return }
        page.raw("Sh EXIT STATUS")
        page.raw("Bl -tag -width Ds")
        for status in table.exitStatuses {
            page.macro("It", [status.code])
            page.prose(status.meaning, spaced: false)
        }
        page.raw("El")
    }

    private static func examples(_ table: CommandTable, _ page: inout Mdoc) {
        let all = table.examples + table.commands.filter { !$0.hidden }.flatMap(\.examples)
        guard !all.isEmpty else { return }
        page.raw("Sh EXAMPLES")
        for example in all {
            page.prose(example.explanation)
            page.literal(example.command)
        }
    }

    /// "November 20, 2026" for "2026-11-20", as mdoc(7) wants it.
    static func longDate(_ date: String) -> String {
        let months = [
            "January", "February", "March", "April", "May", "June", "July", "August", "September",
            "October", "November", "December",
        ]
        let parts = date.split(separator: "-").compactMap { Int($0) }
        guard parts.count == 3, (1...12).contains(parts[1]), (1...31).contains(parts[2]) else {
            return date
        }
        return "\(months[parts[1] - 1]) \(parts[2]), \(parts[0])"
    }
}
