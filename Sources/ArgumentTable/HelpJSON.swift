import Units

/// The table as JSON, in the shape of swift-argument-parser's `--experimental-dump-help` (version 0) with our additions.
///
/// The additions are `examples`, `topics`, `exitStatuses`, and per argument `range` and `environment`.
/// - Source: apple/swift-argument-parser ArgumentParserToolInfo/ToolInfo.swift.
package enum HelpJSON {
    /// Indented by two spaces, keys in a fixed order, with the final newline.
    package static func render(_ table: CommandTable) -> String {
        let root: JSONText = .object([
            ("serializationVersion", .integer(0)),
            ("version", .string(table.version)),
            ("command", command(table)),
            (
                "exitStatuses",
                .array(
                    table.exitStatuses.map {
                        .object([("code", .string($0.code)), ("meaning", .string($0.meaning))])
                    }
                )
            ),
            (
                "topics",
                .array(
                    table.topics.map {
                        .object([
                            ("name", .string($0.name)), ("abstract", .string($0.summary)),
                            ("discussion", .string($0.text)),
                        ])
                    }
                )
            ),
        ])
        return root.text(indent: 0) + "\n"
    }

    private static func command(_ table: CommandTable) -> JSONText {
        .object([
            ("commandName", .string(table.name)),
            ("abstract", .string(table.overview)),
            ("shouldDisplay", .bool(true)),
            ("examples", examples(table.examples)),
            ("arguments", .array((table.globalOptions + BuiltIn.atRoot).map(option))),
            (
                "subcommands",
                .array(
                    table.listedCommands(includeHidden: true).map { command($0, in: table) }
                )
            ),
        ])
    }

    private static func command(_ spec: CommandSpec, in table: CommandTable) -> JSONText {
        let globals = spec.name == BuiltIn.helpCommand.name ? [] : table.globalOptions
        let options = spec.options + globals + BuiltIn.inCommand
        return .object([
            ("superCommands", .array([.string(table.name)])),
            ("commandName", .string(spec.name)),
            ("abstract", .string(spec.summary)),
            ("discussion", .string(spec.discussion)),
            ("shouldDisplay", .bool(!spec.hidden)),
            ("examples", examples(spec.examples)),
            ("arguments", .array(spec.positionals.map(positional) + options.map(option))),
        ])
    }

    private static func examples(_ examples: [ExampleSpec]) -> JSONText {
        .array(
            examples.map {
                .object([
                    ("command", .string($0.command)), ("explanation", .string($0.explanation)),
                ])
            }
        )
    }

    private static func positional(_ spec: PositionalSpec) -> JSONText {
        .object(
            [
                ("kind", .string("positional")),
                ("shouldDisplay", .bool(true)),
                ("isOptional", .bool(!spec.required)),
                ("isRepeating", .bool(spec.repeated)),
                ("valueName", .string(spec.name)),
                ("abstract", .string(spec.help)),
            ] + optional("defaultValue", spec.defaultText) + value(spec.parse)
        )
    }

    private static func option(_ spec: OptionSpec) -> JSONText {
        let isFlag = spec.kind == .flag || spec.kind == .inversion
        let long = spec.longSpellings.map { name("long", $0) }
        let short = spec.short.map { [name("short", String($0))] } ?? []
        return .object(
            [
                ("kind", .string(isFlag ? "flag" : "option")),
                ("shouldDisplay", .bool(!spec.hidden)),
                ("isOptional", .bool(true)),
                ("isRepeating", .bool(spec.kind == .repeated)),
                ("names", .array(short + long)),
                ("preferredName", name("long", spec.long)),
                ("abstract", .string(spec.help)),
            ]
                + optional("sectionTitle", spec.group)
                + optional("valueName", isFlag ? nil : spec.valueName ?? spec.long)
                + optional("defaultValue", spec.shownDefault)
                + optional("environment", spec.environment)
                + (isFlag ? [] : value(spec.parse))
        )
    }

    private static func name(_ kind: String, _ text: String) -> JSONText {
        .object([("kind", .string(kind)), ("name", .string(text))])
    }

    private static func value(_ kind: ValueKind) -> [(String, JSONText)] {
        if case .choice(let values) = kind {
            return [("allValues", .array(values.map { .string($0) }))]
        }
        return optional("range", kind.rangeText)
    }

    private static func optional(_ key: String, _ text: String?) -> [(String, JSONText)] {
        text.map { [(key, .string($0))] } ?? []
    }
}

/// Just enough JSON to write; Foundation stays out of this module.
private indirect enum JSONText {
    case string(String)
    case integer(Int)
    case bool(Bool)
    case array([JSONText])
    case object([(String, JSONText)])

    func text(indent: Int) -> String {
        switch self {
        case .string(let text): JSONQuoting.quoted(text)
        case .integer(let value): String(value)
        case .bool(let value): value ? "true" : "false"
        case .array(let items):
            Self.block("[", "]", items.map { $0.text(indent: indent + 2) }, indent)
        case .object(let members):
            Self.block(
                "{",
                "}",
                members.map { "\(JSONQuoting.quoted($0.0)): \($0.1.text(indent: indent + 2))" },
                indent
            )
        }
    }

    private static func block(
        _ open: String,
        _ close: String,
        _ items: [String],
        _ indent: Int
    ) -> String {
        if items.isEmpty { return open + close }
        let inner = TextLayout.spaces(indent + 2)
        let lines = items.map { inner + $0 }.joined(separator: ",\n")
        return "\(open)\n\(lines)\n\(TextLayout.spaces(indent))\(close)"
    }
}
