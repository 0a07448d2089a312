/// Numbers as fio reads them with its default `kb_base=1024`.
///
/// What fio reads by ignoring the rest ("1.5k" is 1 byte to it, "1e3" too, "4kx" is 4096) is refused instead.
/// - Source: `str_to_decimal` and `get_mult_bytes` in fio's parse.c; each suffix checked against fio 3.33.
enum FioNumber {
    /// A number with an optional suffix: k, kb, ki are 1024; kib is 1000, the reverse of the standard; so are m, g, t, p.
    static func bytes(_ text: String) throws(ValueError) -> UInt64 {
        let (number, rest) = try digits(text)
        let suffix = rest.lowercased()
        guard let first = suffix.first else { return number }
        if suffix == "b" { return number }
        let powers: [Character: Int] = ["k": 1, "m": 2, "g": 3, "t": 4, "p": 5]
        guard let power = powers[first], ["", "b", "i", "ib"].contains(String(suffix.dropFirst()))
        else { throw refusal(text) }
        let base: UInt64 = suffix.hasSuffix("ib") ? 1000 : 1024
        var value = number
        for _ in 0..<power {
            let (product, overflow) = value.multipliedReportingOverflow(by: base)
            guard !overflow else { throw refusal(text) }
            value = product
        }
        return value
    }

    /// A time: seconds without a suffix; d, h, m, s, ms, msec, us, usec.
    static func nanoseconds(_ text: String) throws(ValueError) -> UInt64 {
        let (number, rest) = try digits(text)
        let units: [String: UInt64] = [
            "": 1_000_000_000, "s": 1_000_000_000, "m": 60_000_000_000, "h": 3_600_000_000_000,
            "d": 86_400_000_000_000, "ms": 1_000_000, "msec": 1_000_000, "us": 1000, "usec": 1000,
        ]
        let (product, overflow) = number.multipliedReportingOverflow(
            by: units[rest.lowercased()] ?? 0
        )
        guard units[rest.lowercased()] != nil, !overflow else {
            throw ValueError(
                "'\(shown(text))' is not a time",
                allowed: "a whole number with d, h, m, s, ms or us; seconds without"
            )
        }
        return product
    }

    private static func digits(_ text: String) throws(ValueError) -> (UInt64, Substring) {
        let isHexadecimal = text.hasPrefix("0x") || text.hasPrefix("0X")
        let body = isHexadecimal ? text.dropFirst(2) : text[...]
        let digits = body.prefix { $0.isASCII && (isHexadecimal ? $0.isHexDigit : $0.isNumber) }
        // fio's strtoll knows no octal here either: "010" is ten.
        guard let number = UInt64(digits, radix: isHexadecimal ? 16 : 10) else {
            throw refusal(text)
        }
        return (number, body.dropFirst(digits.count))
    }

    private static func refusal(_ text: String) -> ValueError {
        ValueError(
            "'\(shown(text))' is not a number that fio would read whole",
            allowed: "a whole number with k, m, g, t or p (powers of 1024)"
        )
    }
}
