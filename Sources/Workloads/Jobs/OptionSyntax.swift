import Units

/// How numbers, sizes and times are written: as fio reads them, or as tbench does everywhere else.
enum OptionSyntax: Sendable {
    /// fio's: "4kib" is 4000 bytes, "20" is 20 seconds.
    case fio
    /// tbench's: "4k" and "4KiB" are 4096 bytes, a time has a unit.
    case profile
}

/// Why a value is not what its key takes; the reader adds the file, the line and the key.
struct ValueError: Error, Equatable {
    let reason: String
    let allowed: String

    init(_ reason: String, allowed: String) {
        self.reason = reason
        self.allowed = allowed
    }
}

extension OptionSyntax {
    /// A size in bytes, 0 to 2^62.
    func bytes(_ text: String) throws(ValueError) -> Int64 {
        let bytes: UInt64
        switch self {
        case .fio:
            bytes = try FioNumber.bytes(text)
        case .profile:
            do {
                bytes = try QuantityParsing.bytes(text)
            } catch {
                throw ValueError("'\(shown(text))' \(error.reason)", allowed: error.allowed)
            }
        }
        guard bytes <= 1 << 62 else {
            throw ValueError("'\(shown(text))' is too large", allowed: "up to 2^62 bytes")
        }
        return Int64(bytes)
    }

    /// A time in nanoseconds, up to a hundred years.
    func nanoseconds(_ text: String) throws(ValueError) -> UInt64 {
        let time: UInt64
        switch self {
        case .fio:
            time = try FioNumber.nanoseconds(text)
        case .profile:
            do {
                time = try QuantityParsing.nanoseconds(text)
            } catch {
                throw ValueError("'\(shown(text))' \(error.reason)", allowed: error.allowed)
            }
        }
        guard time <= 3_200_000_000_000_000_000 else {
            throw ValueError("'\(shown(text))' is too long", allowed: "up to a hundred years")
        }
        return time
    }

    /// A whole number in a range.
    func integer(_ text: String, in range: ClosedRange<Int>) throws(ValueError) -> Int {
        let allowed = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        let number: Int?
        switch self {
        case .fio: number = Int(exactly: try FioNumber.bytes(text))
        case .profile: number = Int(text)
        }
        guard let number, range.contains(number) else {
            throw ValueError("'\(shown(text))' is not \(allowed)", allowed: allowed)
        }
        return number
    }

    /// Yes or no; in a fio file a key without a value is yes.
    func flag(_ text: String) throws(ValueError) -> Bool {
        switch text {
        case "1", "true": return true
        case "" where self == .fio: return true
        case "0", "false": return false
        default:
            throw ValueError(
                "'\(shown(text))' is neither yes nor no",
                allowed: self == .fio ? "0 or 1" : "true or false"
            )
        }
    }

    /// One of a list of words.
    func word<Value: RawRepresentable & CaseIterable>(
        _ text: String,
        as type: Value.Type
    ) throws(ValueError) -> Value where Value.RawValue == String {
        if let value = Value(rawValue: text) { return value }
        throw unknown(text, among: type.allCases.map { $0.rawValue })
    }

    /// The error for a word that is not in a list, with the nearest that is.
    func unknown(_ text: String, among words: [String]) -> ValueError {
        let near = Suggestion.nearest(to: text, among: words)
        return ValueError(
            "'\(shown(text))' is not known" + (near.map { "; did you mean '\($0)'?" } ?? ""),
            allowed: words.joined(separator: ", ")
        )
    }
}

/// A piece of a hostile file as it may stand in a message: short and printable.
func shown(_ text: some StringProtocol) -> String {
    let safe = text.unicodeScalars.prefix(60).map { scalar -> Character in
        scalar.properties.generalCategory == .control || scalar.properties.isBidiControl
            || scalar.properties.generalCategory == .format
            ? "?" : Character(scalar)
    }
    return String(safe) + (text.unicodeScalars.dropFirst(60).isEmpty ? "" : "…")
}
