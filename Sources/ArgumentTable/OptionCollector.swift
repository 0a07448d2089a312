import Units

/// The arguments not yet looked at.
struct ArgumentReader {
    private var rest: ArraySlice<String>

    init(_ arguments: [String]) { rest = arguments[...] }

    var next: String? { rest.first }
    var remaining: ArraySlice<String> { rest }

    mutating func take() -> String? { rest.popFirst() }
}

/// Gathers the values of a set of options, checking each as it comes.
struct OptionCollector {
    /// Everything accepted here, built-in ones included.
    let options: [OptionSpec]
    let errors: UsageErrors
    /// Which commands know a long option that this one does not: "tbench etcd".
    let owner: @Sendable (String) -> String?

    /// By long name, in the order given.
    private(set) var values: [String: [String]] = [:]

    init(
        options: [OptionSpec],
        errors: UsageErrors,
        owner: @escaping @Sendable (String) -> String?
    ) {
        self.options = options
        self.errors = errors
        self.owner = owner
    }

    func isGiven(_ option: OptionSpec) -> Bool { values[option.long] != nil }

    /// True for "-x" and "--xyz"; false for "-" (a file name by convention) and plain words.
    static func isOption(_ argument: String) -> Bool {
        let bytes = argument.utf8
        return bytes.first == UInt8(ascii: "-") && bytes.count > 1
    }

    /// Takes one argument that `isOption` and, where it needs one, its value from the reader.
    mutating func collect(_ argument: String, _ reader: inout ArgumentReader) throws(UsageError) {
        if argument.utf8.starts(with: "--".utf8) {
            try collectLong(argument, &reader)
        } else {
            try collectShort(argument, &reader)
        }
    }

    private mutating func collectLong(
        _ argument: String,
        _ reader: inout ArgumentReader
    ) throws(UsageError) {
        // By byte: as Characters, "=" followed by a combining mark is something else.
        let equals = argument.utf8.firstIndex(of: UInt8(ascii: "="))
        let spelling = String(argument[..<(equals ?? argument.endIndex)])
        let value = equals.map { String(argument[argument.utf8.index(after: $0)...]) }
        let word = String(decoding: spelling.utf8.dropFirst(2), as: UTF8.self)
        guard let option = options.first(where: { $0.longSpellings.contains(word) }) else {
            throw unknown(spelling, word: word)
        }
        switch option.kind {
        case .flag, .inversion:
            if let value { throw errors.unexpectedValue(value, spelling: spelling) }
            try record(word == option.long ? "true" : "false", for: option, spelling: spelling)
        case .optionalValue:
            try record(value, for: option, spelling: spelling)
        case .single, .repeated:
            // `??` cannot rethrow a typed error.
            let value =
                if let value { value } else {
                    try takeValue(of: option, spelling: spelling, &reader)
                }
            try record(value, for: option, spelling: spelling)
        }
    }

    /// Bundled flags, of which the last may take a value: "-q", "-qo", "-oDIR", "-o=DIR".
    private mutating func collectShort(
        _ argument: String,
        _ reader: inout ArgumentReader
    ) throws(UsageError) {
        var letters = argument.unicodeScalars.dropFirst()
        var isFirst = true
        while let letter = letters.popFirst() {
            let spelling = "-\(letter)"
            guard let option = options.first(where: { $0.short == Character(letter) }) else {
                let whole = isFirst && argument.unicodeScalars.count > 2
                throw unknown(whole ? argument : spelling, word: whole ? wordInside(argument) : "")
            }
            isFirst = false
            let hasEquals = letters.first == "="
            let attached = String(
                String.UnicodeScalarView(hasEquals ? letters.dropFirst() : letters)
            )
            switch option.kind {
            case .flag, .inversion:
                if hasEquals { throw errors.unexpectedValue(attached, spelling: spelling) }
                try record("true", for: option, spelling: spelling)
            case .optionalValue:
                return try record(
                    hasEquals || !attached.isEmpty ? attached : nil,
                    for: option,
                    spelling: spelling
                )
            case .single, .repeated:
                let value =
                    hasEquals || !attached.isEmpty
                    ? attached : try takeValue(of: option, spelling: spelling, &reader)
                return try record(value, for: option, spelling: spelling)
            }
        }
    }

    /// The next argument, unless it looks like an option; "-5" is a value where a number is wanted.
    private func takeValue(
        of option: OptionSpec,
        spelling: String,
        _ reader: inout ArgumentReader
    ) throws(UsageError) -> String {
        guard let next = reader.next,
            !Self.isOption(next) || (option.parse.isNumeric && ValueKind.decimal(next) != nil),
            let value = reader.take()
        else { throw errors.missingValue(option, spelling: spelling) }
        return value
    }

    private mutating func record(
        _ value: String?,
        for option: OptionSpec,
        spelling: String
    ) throws(UsageError) {
        let earlier = values[option.long]
        switch option.kind {
        case .single, .optionalValue:
            if earlier != nil { throw errors.givenTwice(option) }
        case .inversion:
            if let earlier, earlier.last != value { throw errors.contradiction(option) }
        case .flag, .repeated: break
        }
        if let value, let problem = option.problem(with: value) {
            let source = option.synopsis(named: spelling)
            throw errors.invalidValue(value, of: source, problem: problem)
        }
        if option.parse == .keyValue, let key = value.flatMap(ValueKind.pair)?.key,
            (earlier ?? []).contains(where: { ValueKind.pair($0)?.key == key })
        {
            throw errors.keyTwice(key, option: option, spelling: spelling)
        }
        switch (option.kind, value) {
        case (.repeated, let value?): values[option.long, default: []].append(value)
        case (_, let value?): values[option.long] = [value]
        case (_, nil): values[option.long] = []
        }
    }

    /// Fills in what the environment says about options that were not given.
    mutating func collect(environment: [String: String]) throws(UsageError) {
        for option in options where values[option.long] == nil {
            guard let variable = option.environment, let value = environment[variable],
                !value.isEmpty
            else { continue }
            switch option.kind {
            // As in NO_COLOR: any value but none switches it on.
            case .flag, .inversion: values[option.long] = ["true"]
            case .single, .repeated, .optionalValue:
                if let problem = option.parse.problem(with: value) {
                    throw errors.invalidValue(
                        value,
                        of: option.synopsis,
                        environment: variable,
                        problem: problem
                    )
                }
                values[option.long] = [value]
            }
        }
    }

    private func unknown(_ spelling: String, word: String) -> UsageError {
        let candidates = options.filter { !$0.hidden }.flatMap(\.longSpellings)
        let near =
            candidates.contains(word) ? word : Suggestion.nearest(to: word, among: candidates)
        let owner = owner(word)
        // An exact match elsewhere says more than a near one here.
        return errors.unknownOption(
            spelling,
            suggestion: owner == nil ? near.map { "--\($0)" } : nil,
            owner: owner
        )
    }

    /// "rate" in "-rate" and "-rate=5".
    private func wordInside(_ argument: String) -> String {
        let word = argument.utf8.dropFirst().prefix { $0 != UInt8(ascii: "=") }
        return String(decoding: word, as: UTF8.self)
    }

    /// The error for an option typed with a dash that an editor or a web page made longer; nil where it is just a word.
    func longDash(_ argument: String) -> UsageError? {
        let dashes: Set<Unicode.Scalar> = [
            "\u{2010}", "\u{2011}", "\u{2013}", "\u{2014}", "\u{2212}",
        ]
        guard let first = argument.unicodeScalars.first, dashes.contains(first) else { return nil }
        let letters = argument.unicodeScalars.drop { dashes.contains($0) || $0 == "-" }
        let word = wordInside("-" + String(String.UnicodeScalarView(letters)))
        guard options.contains(where: { $0.longSpellings.contains(word) }) else { return nil }
        return errors.unknownOption(argument, suggestion: "--\(word)", owner: nil)
    }
}

extension OptionSpec {
    /// Why `value` will not do; flags carry only "true" and "false".
    func problem(with value: String) -> ValueProblem? {
        switch kind {
        case .flag, .inversion: nil
        case .single, .repeated, .optionalValue: parse.problem(with: value)
        }
    }
}

extension ValueKind {
    /// True where "-5" can only be a number.
    var isNumeric: Bool {
        switch self {
        case .integer, .number: true
        case .string, .duration, .bytes, .choice, .path, .keyValue: false
        }
    }
}

extension OptionCollector {
    /// Takes over what was given before the command's name.
    mutating func adopt(_ globals: OptionCollector) {
        values.merge(globals.values) { own, _ in own }
    }

    /// Flags that are on, by choice or by default, and options with an optional value that were given.
    var switchedOn: Set<String> {
        let all = valuesWithDefaults
        let on = options.filter { option in
            switch option.kind {
            case .flag, .inversion: all[option.long]?.last == "true"
            case .optionalValue: values[option.long] != nil
            case .single, .repeated: false
            }
        }
        return Set(on.map(\.long))
    }

    /// The values, with the default of every option that was not given.
    var valuesWithDefaults: [String: [String]] {
        var all = values
        for option in options where all[option.long] == nil {
            if let value = option.defaultValue { all[option.long] = [value] }
        }
        return all
    }
}
