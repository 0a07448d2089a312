/// Text of `/proc` and `/sys`, split by bytes.
///
/// Swift's Characters would join "\r\n" and glue a garbage combining mark to a separator.
enum SystemText {
    static func lines(_ text: String) -> [Substring] {
        text.utf8.split(separator: UInt8(ascii: "\n")).map { Substring($0) }
    }

    static func fields(_ line: some StringProtocol) -> [String] {
        line.utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            .map { String(decoding: $0, as: UTF8.self) }
    }

    static func split(_ text: some StringProtocol, at separator: Character) -> [String] {
        guard let byte = separator.asciiValue else { return [String(text)] }
        return text.utf8.split(separator: byte).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The parts before and after the first `separator`; nil when there is none.
    static func halves(
        _ text: some StringProtocol,
        at separator: Character
    ) -> (before: String, after: String)? {
        guard
            let byte = separator.asciiValue,
            let index = text.utf8.firstIndex(of: byte)
        else { return nil }
        let before = String(decoding: text.utf8[..<index], as: UTF8.self)
        let after = String(decoding: text.utf8[text.utf8.index(after: index)...], as: UTF8.self)
        return (before, after)
    }

    /// One line that is safe to print: control bytes become "?", ends are trimmed, at most 256 bytes.
    ///
    /// Firmware strings are hostile input: an escape sequence in a disk's model must not reach a
    /// terminal.
    static func printable(_ text: some StringProtocol) -> String {
        let blank: (UInt8) -> Bool = { $0 <= 0x20 || $0 == 0x7F }
        var bytes = Array(text.utf8.prefix(256).drop(while: blank))
        while let last = bytes.last, blank(last) { bytes.removeLast() }
        let clean = bytes.map { $0 < 0x20 || $0 == 0x7F ? UInt8(ascii: "?") : $0 }
        // U+0080 … U+009F are control characters as well (C1), two bytes each in UTF-8.
        return String(
            String.UnicodeScalarView(
                String(decoding: clean, as: UTF8.self).unicodeScalars.map {
                    (0x80...0x9F).contains($0.value) ? "?" : $0
                }
            )
        )
    }

    static func isDigits(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")) ~= $0 }
    }

    /// Whether `name` may be a component of a path: not empty, no slash, not "." or "..".
    static func isComponent(_ name: String) -> Bool {
        !name.isEmpty && name != "." && name != ".." && !name.utf8.contains(UInt8(ascii: "/"))
            && !name.utf8.contains(0)
    }

    /// The text behind the last slash.
    static func lastComponent(_ path: String) -> String {
        String(decoding: path.utf8.split(separator: UInt8(ascii: "/")).last ?? [], as: UTF8.self)
    }
}

/// Arithmetic on numbers that a kernel, a disk or a hostile file made up.
enum Quantity {
    /// nil when it does not fit.
    static func product(_ first: UInt64, _ second: UInt64) -> UInt64? {
        let (value, overflow) = first.multipliedReportingOverflow(by: second)
        return overflow ? nil : value
    }

    /// nil when the counter went backwards: the device or the thread was replaced.
    static func difference(_ later: UInt64?, _ earlier: UInt64?) -> UInt64? {
        guard let later, let earlier, later >= earlier else { return nil }
        return later - earlier
    }

    /// The sum, or the largest value when it does not fit.
    static func sum(_ first: UInt64, _ second: UInt64) -> UInt64 {
        let (value, overflow) = first.addingReportingOverflow(second)
        return overflow ? .max : value
    }

    /// nil when `whole` is 0 or a part is unknown.
    static func ratio(_ part: UInt64?, of whole: UInt64?) -> Double? {
        guard let part, let whole, whole > 0 else { return nil }
        return Double(part) / Double(whole)
    }
}
