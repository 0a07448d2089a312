import Units

/// The directory below which `/proc`, `/sys`, `/dev` and `/etc` are read.
///
/// "/" on a machine; a temporary directory in tests, so that any machine can be described by files.
package struct SystemRoot: Sendable {
    /// The directory, without a final slash; empty for "/".
    let prefix: String

    package init(path: String = "/") {
        var bytes = Array(path.utf8)
        while bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
        prefix = String(decoding: bytes, as: UTF8.self)
    }

    /// Whether this is the real machine, so that system calls may fill what files do not say.
    var isLive: Bool { prefix.isEmpty }

    /// The whole text of "proc/stat" and the like, at most 4 MiB.
    ///
    /// Bytes that are not UTF-8 become U+FFFD.
    /// - Returns: nil when it is missing or cannot be read.
    package func read(_ relative: String) -> String? {
        bytes(relative).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The names in a directory, sorted; nil when it is missing or cannot be read.
    package func list(_ relative: String) -> [String]? {
        try? SystemCalls.names(in: absolute(relative)).get()
    }

    /// The text of a symbolic link; nil when there is none.
    package func link(_ relative: String) -> String? {
        SystemCalls.target(ofLink: absolute(relative))
    }

    /// Whether something is there.
    package func exists(_ relative: String) -> Bool { SystemCalls.exists(absolute(relative)) }

    func bytes(_ relative: String) -> [UInt8]? {
        try? SystemCalls.contents(of: absolute(relative)).get()
    }

    /// Why `relative` cannot be read: "open: EACCES"; nil when it can.
    func failure(_ relative: String) -> String? {
        guard case .failure(let failure) = SystemCalls.contents(of: absolute(relative)) else {
            return nil
        }
        return failure.description
    }

    /// The first line, trimmed and printable; nil when missing or blank.
    func value(_ relative: String) -> String? {
        guard let line = read(relative).map(SystemText.lines)?.first else { return nil }
        let text = SystemText.printable(line)
        return text.isEmpty ? nil : text
    }

    /// The first line as a decimal number; nil when it is not one or does not fit.
    func number(_ relative: String) -> UInt64? { value(relative).flatMap { UInt64($0) } }

    /// The first line as a switch: "0" or "1"; nil for anything else.
    func flag(_ relative: String) -> Bool? {
        switch value(relative) {
        case "0": false
        case "1": true
        default: nil
        }
    }

    /// `path`, absolute on the machine described, as a path of this one.
    func absolute(_ relative: String) -> String {
        relative.utf8.first == UInt8(ascii: "/") ? prefix + relative : "\(prefix)/\(relative)"
    }
}
