import Foundation
import Glibc

/// The terminal, pipe or file that stdout and stderr are.
struct Console: Sendable {
    let standardOutputIsTerminal: Bool
    let standardErrorIsTerminal: Bool
    /// Columns of the terminal, 100 where there is none.
    let width: Int
    let environment: [String: String]

    init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        self.environment = environment
        standardOutputIsTerminal = isatty(STDOUT_FILENO) == 1
        standardErrorIsTerminal = isatty(STDERR_FILENO) == 1
        width = Self.columns(environment)
    }

    /// True where colours are welcome: a terminal, no NO_COLOR, no dumb terminal, or FORCE_COLOR.
    func color(isTerminal: Bool) -> Bool {
        if let none = environment["NO_COLOR"], !none.isEmpty { return false }
        if let force = environment["FORCE_COLOR"], !force.isEmpty { return true }
        return isTerminal && environment["TERM"] != "dumb"
    }

    /// True where block characters can be shown.
    var unicode: Bool {
        let locale = environment["LC_ALL"] ?? environment["LC_CTYPE"] ?? environment["LANG"] ?? ""
        return locale.uppercased().contains("UTF-8") || locale.uppercased().contains("UTF8")
    }

    /// Writes to stdout; false when it is gone (closed pipe, full disk).
    @discardableResult
    func output(_ text: String) -> Bool { Self.write(text, to: STDOUT_FILENO) }

    /// Writes to stderr; a failure has nobody to tell.
    @discardableResult
    func message(_ text: String) -> Bool { Self.write(text, to: STDERR_FILENO) }

    private static func write(_ text: String, to file: Int32) -> Bool {
        let bytes = Array(text.utf8)
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.write(file, buffer.baseAddress.map { $0 + done }, bytes.count - done)
            }
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return false }
            done += count
        }
        return true
    }

    private static func columns(_ environment: [String: String]) -> Int {
        if let text = environment["COLUMNS"], let columns = Int(text), columns > 0 {
            return columns
        }
        var size = winsize()
        let request = UInt(TIOCGWINSZ)
        guard ioctl(STDOUT_FILENO, request, &size) == 0, size.ws_col > 0 else { return 100 }
        return Int(size.ws_col)
    }
}
