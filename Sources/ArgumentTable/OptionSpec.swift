/// One option or flag.
package struct OptionSpec: Sendable, Equatable {
    /// How often an option may be given and whether it takes a value.
    package enum Kind: String, Sendable, Equatable {
        /// No value; repeating it changes nothing.
        case flag
        /// `--x` and `--no-x`; giving both is an error.
        case inversion
        /// One value, given at most once.
        case single
        /// One value each time.
        case repeated
        /// `--x` or `--x=value`; the next argument is never taken.
        case optionalValue
    }

    /// Without the dashes, kebab-case.
    package var long: String
    /// A single ASCII letter or digit.
    package var short: Character?
    /// Shown as `<valueName>`; nil for flags.
    package var valueName: String?
    package var kind: Kind
    /// One or two sentences.
    package var help: String
    /// The value when the option is not given; must itself be valid.
    package var defaultValue: String?
    /// What help says instead of `defaultValue`, for defaults that depend on something.
    package var defaultText: String?
    /// What a valid value is.
    package var parse: ValueKind
    /// The heading in help, without the colon: "LOAD OPTIONS".
    package var group: String?
    /// Works, but only `--help-hidden` shows it.
    package var hidden: Bool
    /// The environment variable that stands in when the option is not given; an empty one counts as unset.
    package var environment: String?

    package init(
        long: String,
        short: Character? = nil,
        valueName: String? = nil,
        kind: Kind? = nil,
        help: String,
        defaultValue: String? = nil,
        defaultText: String? = nil,
        parse: ValueKind = .string,
        group: String? = nil,
        hidden: Bool = false,
        environment: String? = nil
    ) {
        self.long = long
        self.short = short
        self.valueName = valueName
        self.kind = kind ?? (valueName == nil ? .flag : .single)
        self.help = help
        self.defaultValue = defaultValue
        self.defaultText = defaultText
        self.parse = parse
        self.group = group
        self.hidden = hidden
        self.environment = environment
    }

    /// The values help lists; nil where anything of the right shape will do.
    package var allowed: [String]? {
        if case .choice(let values) = parse { values } else { nil }
    }

    /// What help calls the default: "30", "--direct"; nil where there is none or it goes without saying.
    var shownDefault: String? {
        if let defaultText { return defaultText }
        return switch kind {
        case .flag: nil
        case .inversion: defaultValue.map { $0 == "true" ? "--\(long)" : "--no-\(long)" }
        case .single, .repeated, .optionalValue: defaultValue
        }
    }

    /// True where `--x value` takes the next argument.
    var needsValue: Bool { kind == .single || kind == .repeated }

    /// The spellings after `--`: one, or two for an inversion.
    var longSpellings: [String] { kind == .inversion ? [long, "no-\(long)"] : [long] }

    /// "--rate <rate>", "--[no-]direct", "--color[=<when>]".
    var synopsis: String { synopsis(named: kind == .inversion ? "--[no-]\(long)" : "--\(long)") }

    /// The same with the spelling the user typed: "-o <dir>".
    func synopsis(named spelling: String) -> String {
        switch kind {
        case .flag, .inversion: spelling
        case .single, .repeated: "\(spelling) <\(valueName ?? long)>"
        case .optionalValue: "\(spelling)[=<\(valueName ?? long)>]"
        }
    }

    /// As the usage line has it: "[--tag <key=value> ...]".
    var usage: String { kind == .repeated ? "[\(synopsis) ...]" : "[\(synopsis)]" }

    /// As the label column has it: "-o, --output-dir <dir>".
    var label: String { short.map { "-\($0), \(synopsis)" } ?? synopsis }
}

/// What the parser knows without being told.
enum BuiltIn {
    static let help = OptionSpec(long: "help", short: "h", help: "Show help information.")
    static let helpHidden = OptionSpec(
        long: "help-hidden",
        help: "Show help information with hidden options and commands.",
        hidden: true
    )
    static let version = OptionSpec(long: "version", help: "Show the version.")
    static let completion = OptionSpec(
        long: "generate-completion-script",
        valueName: "shell",
        kind: .single,
        help: "Print a completion script for this shell.",
        parse: .choice(CompletionScript.Shell.allCases.map(\.rawValue))
    )
    static let manPage = OptionSpec(
        long: "generate-man-page",
        help: "Print the manual page."
    )
    static let dumpHelp = OptionSpec(
        long: "experimental-dump-help",
        help: "Print the table of commands and options as JSON.",
        hidden: true
    )
    static let helpCommand = CommandSpec(
        name: "help",
        summary: "Show help for a command.",
        positionals: [
            PositionalSpec(
                name: "command",
                help: "The command to explain.",
                parse: .string,
                required: false
            )
        ]
    )

    /// Accepted after a command's name.
    static let inCommand = [version, help, helpHidden]
    /// Accepted before it.
    static let atRoot = [completion, manPage, dumpHelp, version, help, helpHidden]
}
