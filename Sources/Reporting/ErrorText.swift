package import Units

/// An error as people read it on stderr.
package enum ErrorText {
    /// What went wrong on one line, the way forward on the next, with a final newline.
    ///
    /// Lines are not wrapped, so that they can be searched and copied.
    package static func render(_ error: any DescribedError, style: TextStyle) -> String {
        var text = style.paint("Error:", [.strong, .bad]) + " " + style.clean(error.reason)
        if let cause = error.cause { text += style.clean(" (\(cause.description))") }
        text += ".\n"
        if let hint = error.hint {
            text += style.paint("Hint:", [.strong, .second]) + " " + style.clean(hint) + ".\n"
        }
        return text
    }
}
