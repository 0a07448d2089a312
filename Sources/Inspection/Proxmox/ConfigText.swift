/// Lines of a text, split by bytes.
///
/// Swift's Characters would join "\r\n" and glue a combining mark to a separator.
enum ConfigText {
    /// The lines without their ends.
    ///
    /// - Complexity: O(bytes).
    static func lines(_ text: String) -> [String] {
        var lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    /// Whether a text holds bytes that no configuration has: NUL, or a lot that is not UTF-8.
    static func isBinary(_ bytes: [UInt8]) -> Bool {
        bytes.prefix(64 << 10).contains(0) || bytes.starts(with: [0x1F, 0x8B])
            || bytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD])
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    /// Without blanks at the ends.
    static func trimmed(_ text: some StringProtocol) -> String {
        var bytes = Substring(text).utf8[...]
        while let first = bytes.first, isBlank(first) { bytes.removeFirst() }
        while let last = bytes.last, isBlank(last) { bytes.removeLast() }
        return String(Substring(bytes))
    }

    /// The parts before and after the first of a byte; nil when there is none.
    static func halves(_ text: String, at byte: UInt8) -> (before: String, after: String)? {
        guard let index = text.utf8.firstIndex(of: byte) else { return nil }
        return (
            String(text[..<index]), String(text[text.utf8.index(after: index)...])
        )
    }

    /// The parts between commas, or another byte; empty ones are kept.
    static func parts(_ text: String, at byte: UInt8 = UInt8(ascii: ",")) -> [String] {
        text.utf8.split(separator: byte, omittingEmptySubsequences: false)
            .map { String(Substring($0)) }
    }

    /// Digits only, at least one.
    static func isDigits(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }

    /// A truth as Proxmox and YAML write it: 1, on, yes, true; nil for anything else.
    static func truth(_ text: String?) -> Bool? {
        switch text?.lowercased() {
        case "1", "on", "yes", "true": true
        case "0", "off", "no", "false": false
        default: nil
        }
    }

    /// A size such as "32G" in bytes; nil when it is not one or does not fit.
    ///
    /// - Source: `parse_size` in PVE/JSONSchema.pm of proxmox/pve-common.
    static func size(_ text: String?) -> UInt64? {
        guard let text, let last = text.utf8.last else { return nil }
        let shift: UInt64
        switch last {
        case UInt8(ascii: "K"): shift = 10
        case UInt8(ascii: "M"): shift = 20
        case UInt8(ascii: "G"): shift = 30
        case UInt8(ascii: "T"): shift = 40
        default: shift = 0
        }
        let digits = shift == 0 ? text : String(text.dropLast())
        guard let number = Double(digits), number >= 0, number.isFinite else { return nil }
        let bytes = number * Double(UInt64(1) << shift)
        return bytes < 9e18 ? UInt64(bytes) : nil
    }
}
