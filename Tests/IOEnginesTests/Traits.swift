import Foundation
import Glibc
import Testing

@testable import IOEngines

// Stand-ins with the names and meanings of TestSupport.

extension Trait where Self == ConditionTrait {
    /// The test needs an io_uring, which sysctl or seccomp may forbid.
    static var requiresIOUring: Self {
        .enabled("needs io_uring") {
            Capability.demanded || EngineProbe().probe(.ioUring).isAvailable
        }
    }

    /// The test needs root.
    static var requiresRoot: Self {
        .enabled("needs root") { Capability.demanded || geteuid() == 0 }
    }

    /// The test needs a temporary directory on a filesystem that takes O_DIRECT.
    static var requiresDirectIO: Self {
        .enabled("needs O_DIRECT in the temporary directory") {
            Capability.demanded || Capability.hasDirectIO
        }
    }
}

enum Capability {
    static let demanded = ProcessInfo.processInfo.environment["TBENCH_REQUIRE_ALL"] == "1"

    static let hasDirectIO: Bool = {
        guard let directory = try? TemporaryDirectory() else { return false }
        let options: FileDescriptor.OpenOptions = [.readWrite, .create, .direct]
        return (try? FileDescriptor.open(directory.file("direct"), options)) != nil
    }()
}

final class TemporaryDirectory: Sendable {
    let path: String

    init(prefix: String = "tbench-test") throws {
        path = "/tmp/\(prefix)-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    @discardableResult
    func write(_ name: String, _ contents: String) throws -> String {
        try Data(contents.utf8).write(to: URL(fileURLWithPath: file(name)))
        return file(name)
    }
}

enum Shell {
    struct Outcome: Sendable, Equatable {
        let status: Int32
        let stdout: String
        let stderr: String
    }

    static func run(
        _ arguments: [String],
        environment: [String: String] = [:]
    ) throws -> Outcome {
        let directory = try TemporaryDirectory(prefix: "tbench-shell")
        func handle(_ name: String) throws -> FileHandle {
            try directory.write(name, "")
            return try FileHandle(forUpdating: URL(fileURLWithPath: directory.file(name)))
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment
            .merging(environment) { _, new in new }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try handle("out")
        process.standardError = try handle("err")
        try process.run()
        process.waitUntilExit()
        func text(_ name: String) throws -> String {
            try String(
                decoding: Data(contentsOf: URL(fileURLWithPath: directory.file(name))),
                as: UTF8.self
            )
        }
        return Outcome(
            status: process.terminationStatus,
            stdout: try text("out"),
            stderr: try text("err")
        )
    }
}
