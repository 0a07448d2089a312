import Units

/// What the arguments ask for.
package enum ParseOutcome: Sendable, Equatable {
    case run(ParsedCommand)
    /// Help that was asked for, or the concise help when there are no arguments; for stdout, exit 0.
    case help(text: String)
    case version(text: String)
    case completion(text: String)
    case manPage(text: String)
    /// The table as JSON.
    case dumpHelp(text: String)

    /// What to print on stdout before exiting with 0; nil where a command is to be run.
    package var text: String? {
        switch self {
        case .run: nil
        case .help(let text), .version(let text), .completion(let text), .manPage(let text),
            .dumpHelp(let text):
            text
        }
    }
}

/// A command with its values, every one of them already valid for its `ValueKind`.
///
/// Asking for an option the command does not declare is a mistake of the caller and traps.
package struct ParsedCommand: Sendable, Equatable {
    package let command: String
    /// By the name of the `PositionalSpec`; a missing optional one is not in it.
    package let positionals: [String: [String]]
    /// Long names that were given, on the command line or by the environment.
    package let given: Set<String>
    /// By long name: given values or the default; "true" or "false" for flags.
    let values: [String: [String]]
    /// Flags that are on and options with an optional value that were given.
    let switchedOn: Set<String>
    /// Every long name the command accepts.
    let declared: Set<String>

    /// True where the command accepts this option at all; the accessors trap where it does not.
    package func declares(_ long: String) -> Bool { declared.contains(long) }

    /// True where the option was given, as opposed to filled in by its default.
    package func wasGiven(_ long: String) -> Bool { given.contains(checked(long)) }

    /// Every value in the order given; the default alone where none was given.
    package func strings(_ long: String) -> [String] { values[checked(long)] ?? [] }

    /// The value, or the default, or nil.
    package func string(_ long: String) -> String? { strings(long).last }

    /// True where a flag is on; for an option with an optional value, where it was given at all.
    package func flag(_ long: String) -> Bool {
        switchedOn.contains(checked(long))
    }

    /// The value of an `.integer` option.
    package func integer(_ long: String) -> Int? { string(long).flatMap { Int($0) } }

    /// The value of a `.number` option.
    package func number(_ long: String) -> Double? { string(long).flatMap(ValueKind.decimal) }

    /// The value of a `.duration` option, in nanoseconds.
    package func nanoseconds(_ long: String) -> UInt64? {
        string(long).flatMap { try? QuantityParsing.nanoseconds($0) }
    }

    /// The value of a `.bytes` option, in bytes.
    package func bytes(_ long: String) -> UInt64? {
        string(long).flatMap { try? QuantityParsing.bytes($0) }
    }

    /// The values of a `.keyValue` option; no key occurs twice.
    package func pairs(_ long: String) -> [(key: String, value: String)] {
        strings(long).compactMap(ValueKind.pair)
    }

    /// The first value of a positional; nil where it was not given.
    package func positional(_ name: String) -> String? { positionals[name]?.first }

    private func checked(_ long: String) -> String {
        precondition(declared.contains(long), "'\(command)' declares no option '\(long)'")
        return long
    }
}
