import ArgumentTable
import Regression
import ResultStore
import Units

/// What `--threshold` and `--across` say.
struct ComparisonOptions {
    let relevance: Relevance
    let across: Set<String>

    init(_ command: ParsedCommand) throws {
        var set: [String: Double] = [:]
        for (name, text) in command.pairs("threshold") {
            set[name] = try Self.ratio(text, command.command)
        }
        relevance = Relevance(set: set)
        guard command.declares("across") else {
            across = []
            return
        }
        let known = ComparisonKey.hardNames + ["node"]
        for name in command.strings("across") where !known.contains(name) {
            let near = Suggestion.nearest(to: name, among: known)
            throw CommandError(
                operation: command.command,
                subject: name,
                reason: "--across \(name) is not a key that keeps results from being compared",
                hint: near.map { "did you mean '\($0)'" }
                    ?? "one of \(known.joined(separator: ", "))"
            )
        }
        across = Set(command.strings("across"))
    }

    /// "10%" as 0.1.
    private static func ratio(_ text: String, _ command: String) throws -> Double {
        let digits = text.hasSuffix("%") ? text.dropLast() : ""
        guard let percent = Double(digits.filter { $0 != " " }), percent > 0, percent <= 1000 else {
            throw CommandError(
                operation: command,
                subject: text,
                reason: "--threshold …=\(text) is not a share in per cent above 0",
                hint: "write p99=10%"
            )
        }
        return percent / 100
    }
}

extension ResultLibrary {
    /// Reads files and directories; the first named one that is missing is an error, everything else a problem.
    static func reading(_ paths: [String]) throws -> ResultLibrary {
        var library = ResultLibrary()
        for path in paths { library.add(path) }
        let missing = library.problems.first {
            $0.error.code == .missing && paths.contains($0.file)
        }
        if let missing { throw missing.error }
        return library
    }

    /// The problems as sentences.
    var sentences: [String] { problems.map { $0.error.description } }
}
