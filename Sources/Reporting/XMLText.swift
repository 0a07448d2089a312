/// Text inside an XML 1.0 document.
enum XMLText {
    /// `text` as content or as a quoted attribute; line breaks stay.
    ///
    /// Characters that XML does not allow, not even as a reference, and other control characters become "?".
    /// - Source: Extensible Markup Language 1.0, §2.2.
    static func escape(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&apos;"
            case "\n": result += "\n"
            default:
                let isAllowed =
                    scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value)
                    && scalar.value != 0xFFFE && scalar.value != 0xFFFF
                result.unicodeScalars.append(isAllowed ? scalar : "?")
            }
        }
        return result
    }
}
