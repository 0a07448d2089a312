import Foundation
import Testing

/// The expected outputs, next to the tests.
///
/// `TBENCH_UPDATE_GOLDEN=1` writes them anew; look at the diff before committing it.
enum Golden {
    private static let directory =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Golden")

    /// The lines of a golden file.
    static func lines(of name: String) throws -> [Substring] {
        let data = try Data(contentsOf: directory.appending(path: name))
        return String(decoding: data, as: UTF8.self).split(
            separator: "\n",
            omittingEmptySubsequences: false
        ).dropLast()
    }

    /// Compares byte for byte and shows the first line that differs.
    static func expect(
        _ text: String,
        matches name: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let file = directory.appending(path: name)
        if ProcessInfo.processInfo.environment["TBENCH_UPDATE_GOLDEN"] == "1" {
            try FileManager.default.createDirectory(
                at: directory,
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: file)
            return
        }
        let expected = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        guard text != expected else { return }
        let old = expected.split(separator: "\n", omittingEmptySubsequences: false)
        let new = text.split(separator: "\n", omittingEmptySubsequences: false)
        let line = zip(old, new).enumerated().first { $0.element.0 != $0.element.1 }?.offset
        let number = line ?? min(old.count, new.count)
        Issue.record(
            """
            \(name) differs from line \(number + 1):
              expected \(number < old.count ? String(old[number]) : "the end")
              got      \(number < new.count ? String(new[number]) : "the end")
            """,
            sourceLocation: sourceLocation
        )
    }
}
