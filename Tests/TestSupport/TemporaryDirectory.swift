import Foundation

/// A fresh directory that goes away, with everything in it, with its owner.
package final class TemporaryDirectory: Sendable {
    /// Its absolute path without a trailing slash or symbolic links.
    package let path: String

    /// Makes the directory below TMPDIR or /tmp.
    ///
    /// - Parameters:
    ///   - prefix: how its name begins, to tell leftovers apart.
    ///   - isInMemory: below /dev/shm instead, where no other user of the disk can hold it up.
    /// - Throws: `CocoaError` when it cannot be made.
    package init(prefix: String = "tbench-test", isInMemory: Bool = false) throws {
        let root =
            isInMemory ? "/dev/shm" : ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        let path = "\(root)/\(prefix)-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        self.path = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of `name` inside the directory; nothing is created.
    package func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file inside the directory, making the directories on the way, and returns its path.
    @discardableResult
    package func write(_ name: String, _ contents: String) throws -> String {
        try FileManager.default.createDirectory(
            at: URL(fileURLWithPath: file(name)).deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(contents.utf8).write(to: URL(fileURLWithPath: file(name)))
        return file(name)
    }

    /// The names inside the directory, sorted.
    package func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }
}
