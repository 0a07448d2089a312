import Foundation
import ResultStore
import Statistics
import TestSupport
import Testing
import Units

/// The built binary, run as a user would.
enum Tool {
    /// Beside the test bundle, where the package manager puts it.
    static let path: String = {
        let executable = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        let candidates = [executable.path, Bundle.main.bundlePath, ".build/debug"]
        return candidates.map { "\($0)/tbench" }
            .first { FileManager.default.isExecutableFile(atPath: $0) } ?? "tbench"
    }()

    /// A run of under two seconds with every phase that matters to the verdict's load.
    static let short = [
        "--only-load", "--rounds", "2", "--round-time", "300ms", "--segment-size", "1MB",
    ]

    static func run(
        _ arguments: [String],
        in directory: String? = nil,
        environment: [String: String] = [:]
    ) throws -> Shell.Outcome {
        try Shell.run(
            [path] + arguments,
            environment: environment,
            currentDirectory: directory
        )
    }

    static func start(
        _ arguments: [String],
        in directory: String? = nil
    ) throws -> RunningCommand {
        try RunningCommand([path] + arguments, currentDirectory: directory)
    }

    /// The one record below a results directory.
    static func record(in directory: String) throws -> ResultRecord {
        let names = try FileManager.default.subpathsOfDirectory(atPath: directory)
            .filter { $0.hasSuffix(".json") }
        let name = try #require(names.first)
        #expect(names.count == 1)
        return try ResultFiles.read("\(directory)/\(name)")
    }

    /// Waits until a scratch directory appears below `directory` and the threads have begun to write.
    static func waitForScratch(in directory: String) throws {
        for _ in 0..<400 {
            let names = (try? FileManager.default.subpathsOfDirectory(atPath: directory)) ?? []
            if names.contains(where: { $0.hasSuffix(".wal") }) {
                Thread.sleep(forTimeInterval: 0.7)
                return
            }
            Thread.sleep(forTimeInterval: 0.025)
        }
        Issue.record("no scratch appeared in \(directory)")
    }

    /// The names in a directory, without what results are kept in.
    static func names(in directory: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory)
            .filter { $0 != "results" && $0 != "lost+found" }.sorted()
    }
}
