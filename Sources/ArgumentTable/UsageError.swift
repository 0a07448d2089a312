package import Units

/// A command line that asks for nothing the tool can do; exits with 64.
package struct UsageError: DescribedError, Equatable {
    /// One sentence with its full stop or question mark, ready to follow "Error: ".
    package let message: String
    /// The argument it is about, as typed but safe to print; may be empty.
    package let subject: String
    /// "tbench etcd": what the usage line and the help command are for.
    package let tool: String
    /// "tbench etcd [<options>] [<target>]".
    package let usage: String

    package var operation: String { "parse" }
    package var reason: String { message.hasSuffix(".") ? String(message.dropLast()) : message }
    package var cause: SystemCallFailure? { nil }
    package var hint: String? { nil }
    package var exitCode: ExitCode { .usage }
    package var description: String { message }

    /// What belongs on stderr: the error, the usage line and where to read on; three lines with the final newline.
    package var rendering: String {
        """
        Error: \(message)
        Usage: \(usage)
          See '\(tool) --help' for more information.

        """
    }
}

/// The wording of every usage error, bound to the command it is about.
///
/// - Source: apple/swift-argument-parser UsageGenerator.swift, with a full stop.
struct UsageErrors: Sendable {
    let tool: String
    let usage: String

    func unknownOption(_ spelling: String, suggestion: String?, owner: String?) -> UsageError {
        var text = "Unknown option '\(Printable.text(spelling))'."
        if let suggestion {
            text += " Did you mean '\(suggestion)'?"
        } else if let owner {
            text += " It belongs to '\(owner)'"
            text += owner.hasPrefix("\(tool) ") ? " and goes after that." : "."
        }
        return error(text, spelling)
    }

    func missingValue(_ option: OptionSpec, spelling: String) -> UsageError {
        error("Missing value for '\(option.synopsis(named: spelling))'.", spelling)
    }

    func unexpectedValue(_ value: String, spelling: String) -> UsageError {
        error(
            "The option '\(spelling)' does not take any value, "
                + "but '\(Printable.text(value))' was specified.",
            spelling
        )
    }

    func givenTwice(_ option: OptionSpec) -> UsageError {
        error("The option '--\(option.long)' was given more than once.", "--\(option.long)")
    }

    func contradiction(_ option: OptionSpec) -> UsageError {
        error(
            "The options '--\(option.long)' and '--no-\(option.long)' contradict each other.",
            "--\(option.long)"
        )
    }

    func exclusive(_ names: [String]) -> UsageError {
        let quoted = names.map { "'--\($0)'" }
        let list = "\(quoted.dropLast().joined(separator: ", ")) and \(quoted.last ?? "")"
        return error("The options \(list) cannot be used together.", "--\(names.last ?? "")")
    }

    func keyTwice(_ key: String, option: OptionSpec, spelling: String) -> UsageError {
        error(
            "The key '\(Printable.text(key))' was given more than once for "
                + "'\(option.synopsis(named: spelling))'.",
            key
        )
    }

    // `source` is what the value is for: "--rate <rate>", "<target>".
    func invalidValue(
        _ value: String,
        of source: String,
        environment: String? = nil,
        problem: ValueProblem
    ) -> UsageError {
        var text = "The value '\(Printable.text(value))'"
        if let environment { text += " of the environment variable '\(environment)'" }
        text += " is \(problem.outOfRange ? "out of range" : "invalid") for '\(source)'"
        if let reason = problem.reason { text += ": it \(reason)" }
        text += ". Please provide \(problem.remedy)."
        if let suggestion = problem.suggestion { text += " Did you mean '\(suggestion)'?" }
        return error(text, value)
    }

    func unexpectedArguments(_ arguments: [String]) -> UsageError {
        let shown = arguments.prefix(3).map { "'\(Printable.text($0))'" }.joined(separator: ", ")
        guard arguments.count > 1 else {
            return error("Unexpected argument \(shown).", arguments.first ?? "")
        }
        let more = arguments.count > 3 ? " and \(arguments.count - 3) more" : ""
        return error("\(arguments.count) unexpected arguments: \(shown)\(more).", arguments[0])
    }

    func missingArgument(_ positional: PositionalSpec) -> UsageError {
        error("Missing expected argument '<\(positional.name)>'.", "<\(positional.name)>")
    }

    func missingCommand(known: [String]) -> UsageError {
        error("Missing command. Please provide one of \(ValueKind.alternatives(known)).", "")
    }

    func unknownCommand(_ name: String, suggestion: String?) -> UsageError {
        let more = suggestion.map { " Did you mean '\($0)'?" } ?? ""
        return error("Unknown command '\(Printable.text(name))'.\(more)", name)
    }

    private func error(_ message: String, _ subject: String) -> UsageError {
        UsageError(message: message, subject: Printable.text(subject), tool: tool, usage: usage)
    }
}
