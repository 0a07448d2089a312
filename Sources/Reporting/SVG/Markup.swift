import Units

/// Text and numbers that HTML and SVG show as they are.
enum Markup {
    /// More than any text that a person reads; what is longer was not written by tbench.
    private static let longest = 4000

    /// `text` on one line, safe inside an element and inside a quoted attribute.
    ///
    /// Control characters become "?"; what reorders text and what HTML forbids becomes U+FFFD. What is longer than
    /// 4000 characters is cut.
    static func escape(_ text: String) -> String {
        var result = ""
        var count = 0
        for scalar in text.unicodeScalars {
            count += 1
            if count > longest { return result + "…" }
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "\n", "\t", "\u{2028}", "\u{2029}": result += " "
            default: result.unicodeScalars.append(harmless(scalar))
            }
        }
        return result
    }

    /// `escape`, with numbers kept on one line with their units: for sentences, not for what is copied.
    static func prose(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        let scalars = Array(text.unicodeScalars.prefix(longest + 1))
        for (index, scalar) in scalars.enumerated() {
            let follows = index > 0 && ("0"..."9").contains(scalars[index - 1])
            let next = index + 1 < scalars.count ? scalars[index + 1] : " "
            let isUnit = follows && "µmnskMGTK%B×".unicodeScalars.contains(next)
            let isBound =
                index > 0 && "<>≤≥".unicodeScalars.contains(scalars[index - 1])
                && ("0"..."9").contains(next)
            let isJoint = scalar == " " && (isUnit || isBound)
            result.append(isJoint ? "\u{A0}" : scalar)
        }
        return escape(String(result))
    }

    /// The scalar itself, or what stands for one that must not reach a page.
    static func harmless(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        // Printable ASCII first: asking for properties is slow, and nearly everything is ASCII.
        if scalar.value >= 0x20, scalar.value < 0x7F { return scalar }
        if scalar.properties.generalCategory == .control { return "?" }
        let reorders =
            (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
            || [0x200E, 0x200F, 0x061C].contains(scalar.value)
        let isForbidden =
            scalar.properties.isNoncharacterCodePoint || [0x2028, 0x2029].contains(scalar.value)
        return reorders || isForbidden ? "\u{FFFD}" : scalar
    }

    /// A coordinate with at most one decimal; what is no number is 0, what is far away comes to the edge.
    static func number(_ value: Double) -> String {
        guard value.isFinite else { return "0" }
        let text = QuantityText.fixed(max(-99_999, min(value, 99_999)), decimals: 1)
        let trimmed = text.hasSuffix(".0") ? String(text.dropLast(2)) : text
        return trimmed == "-0" ? "0" : trimmed
    }

    /// `text` cut to so many characters, with a mark where it was cut.
    static func clip(_ text: String, to count: Int) -> String {
        text.count > count ? String(text.prefix(max(1, count - 1))) + "…" : text
    }
}
