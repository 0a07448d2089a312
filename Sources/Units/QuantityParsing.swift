/// Times, sizes and rates as people type them: "30s", "1m30s", "4k", "4KiB", "64MB".
package enum QuantityParsing {
    /// Why a text is not a quantity; `allowed` says what would be.
    package struct Failure: Error, Sendable, Equatable {
        package let text: String
        package let reason: String
        package let allowed: String

        package init(text: String, reason: String, allowed: String) {
            self.text = text
            self.reason = reason
            self.allowed = allowed
        }
    }

    /// Reads a duration: digits with an optional fraction and ns, us, µs, ms, s, m or h; several may follow each other.
    ///
    /// - Returns: Nanoseconds, 0 ... about 292 years.
    /// - Throws: `Failure` for no digits, an unknown unit, no unit (except for "0"), or overflow.
    package static func nanoseconds(_ text: String) throws(Failure) -> UInt64 {
        if text == "0" { return 0 }
        return try sum(
            text,
            units: [
                "ns": 1, "us": 1e3, "\u{B5}s": 1e3, "\u{3BC}s": 1e3, "ms": 1e6, "s": 1e9, "m": 60e9,
                "min": 60e9,
                "h": 3600e9,
            ],
            allowed: "a number with ns, us, ms, s, m or h, such as 30s or 1m30s",
            limit: 9.2e18
        )
    }

    /// Reads a size: digits with an optional fraction and B, k, K, KiB, kB, M, MiB, MB, G, … (k, M, G alone are powers of 1024, as in fio).
    ///
    /// - Returns: Bytes, 0 ... 2^63.
    /// - Throws: `Failure` for no digits, an unknown unit or overflow.
    package static func bytes(_ text: String) throws(Failure) -> UInt64 {
        try sum(
            text,
            units: [
                "": 1, "b": 1, "k": 1024, "kib": 1024, "kb": 1e3, "m": 1_048_576,
                "mib": 1_048_576, "mb": 1e6, "g": 1_073_741_824, "gib": 1_073_741_824, "gb": 1e9,
                "t": 1_099_511_627_776, "tib": 1_099_511_627_776, "tb": 1e12,
            ],
            allowed: "a number with an optional unit, such as 4096, 4k, 64MiB or 64MB",
            limit: 9.2e18,
            isSize: true
        )
    }

    private static func sum(
        _ text: String,
        units: [String: Double],
        allowed: String,
        limit: Double,
        isSize: Bool = false
    ) throws(Failure) -> UInt64 {
        var rest = Substring(text)
        guard !rest.isEmpty else {
            throw Failure(text: text, reason: "is empty", allowed: allowed)
        }
        var total = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            guard let number = Double(digits), digits.last != "." else {
                throw Failure(text: text, reason: "is not a number with a unit", allowed: allowed)
            }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { !($0.isASCII && ($0.isNumber || $0 == ".")) }
            rest = rest.dropFirst(unit.count)
            let key = isSize ? unit.lowercased() : String(unit)
            guard let factor = units[key] else {
                let reason = unit.isEmpty ? "has no unit" : "has the unknown unit '\(unit)'"
                throw Failure(text: text, reason: reason, allowed: allowed)
            }
            // A size is one number: "4k4k" and "1.5" bytes are typing errors.
            if isSize, !rest.isEmpty || (factor == 1 && number != number.rounded()) {
                throw Failure(text: text, reason: "is not a number of bytes", allowed: allowed)
            }
            total += number * factor
        }
        guard total <= limit else {
            throw Failure(text: text, reason: "is too large", allowed: allowed)
        }
        return UInt64(total.rounded())
    }
}
