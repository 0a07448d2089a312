/// What a user typed, made safe to show again on a terminal.
enum Printable {
    /// Control and direction-changing characters written as `\u{1b}`, and anything beyond 120 characters left out.
    static func text(_ typed: String) -> String {
        var shown = ""
        var count = 0
        for scalar in typed.unicodeScalars {
            count += 1
            if count > 120 { return shown + "…" }
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate:
                shown += "\\u{\(String(scalar.value, radix: 16))}"
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }
}
