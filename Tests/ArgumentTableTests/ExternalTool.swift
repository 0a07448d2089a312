import Foundation

/// Runs shells and manual page readers over what we generate.
enum ExternalTool {
    static func isInstalled(_ name: String) -> Bool { path(of: name) != nil }

    /// Runs a tool over standard input; nil where it is not installed or cannot be started.
    static func run(
        _ name: String,
        _ arguments: [String],
        input: String
    ) throws -> (status: Int32, output: String, errors: String)? {
        guard let path = path(of: name) else { return nil }
        let directory = FileManager.default.temporaryDirectory
            .appendingPathComponent("tbench-argument-table-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let source = directory.appendingPathComponent("input")
        try Data(input.utf8).write(to: source)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments.map { $0 == "INPUT" ? source.path : $0 }
        process.environment = ["PATH": searchPath, "LC_ALL": "C.UTF-8", "HOME": directory.path]
        // Into a file: two pipes read one after the other could wait for each other.
        let complaints = directory.appendingPathComponent("errors")
        try Data().write(to: complaints)
        let output = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: complaints)
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (
            process.terminationStatus, String(decoding: text, as: UTF8.self),
            String(decoding: try Data(contentsOf: complaints), as: UTF8.self)
        )
    }

    private static let searchPath =
        ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"

    private static func path(of name: String) -> String? {
        searchPath.split(separator: ":").map { "\($0)/\(name)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}
