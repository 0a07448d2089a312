import Foundation

/// Runs the tools that tests need: losetup, mkfs, nbdkit.
package enum Shell {
    /// What a finished command left behind.
    package struct Outcome: Sendable, Equatable {
        /// The exit status, or 128 + the signal that ended it.
        package let status: Int32
        package let stdout: String
        package let stderr: String

        package var succeeded: Bool { status == 0 }
    }

    /// A command that had to succeed and did not.
    package struct Failure: Error, CustomStringConvertible {
        package let arguments: [String]
        package let outcome: Outcome

        package var description: String {
            "\(arguments.joined(separator: " ")): status \(outcome.status)\n\(outcome.stderr)"
        }
    }

    /// Runs a command to its end; the first argument is looked up in PATH and the sbin directories.
    ///
    /// Output goes through temporary files, so that a talkative command cannot block on a full pipe.
    /// - Parameters:
    ///   - arguments: the command and its arguments.
    ///   - input: what it reads from stdin; empty means end of file at once.
    ///   - environment: variables added to this process's own.
    ///   - currentDirectory: where it runs; nil means here.
    /// - Returns: the status and both outputs.
    /// - Throws: when the command cannot be started; a status other than 0 is not an error here.
    @discardableResult
    package static func run(
        _ arguments: [String],
        input: String = "",
        environment: [String: String] = [:],
        currentDirectory: String? = nil
    ) throws -> Outcome {
        let directory = try TemporaryDirectory(prefix: "tbench-shell")
        func handle(_ name: String, contents: String = "") throws -> FileHandle {
            let path = directory.file(name)
            try Data(contents.utf8).write(to: URL(fileURLWithPath: path))
            return try FileHandle(forUpdating: URL(fileURLWithPath: path))
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        var variables = ProcessInfo.processInfo.environment
        variables["PATH"] =
            (variables["PATH"] ?? "/usr/bin:/bin") + ":/usr/local/sbin:/usr/sbin:/sbin"
        variables["LC_ALL"] = "C"
        process.environment = variables.merging(environment) { _, new in new }
        if let currentDirectory {
            process.currentDirectoryURL = URL(fileURLWithPath: currentDirectory)
        }
        let (stdin, stdout, stderr) = (
            try handle("in", contents: input), try handle("out"), try handle("err")
        )
        process.standardInput = stdin
        process.standardOutput = stdout
        process.standardError = stderr
        try process.run()
        process.waitUntilExit()
        func text(_ name: String) throws -> String {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: directory.file(name)))
            return String(decoding: bytes, as: UTF8.self)
        }
        let signalled = process.terminationReason == .uncaughtSignal
        return Outcome(
            status: process.terminationStatus + (signalled ? 128 : 0),
            stdout: try text("out"),
            stderr: try text("err")
        )
    }

    /// Runs a command that has to succeed.
    ///
    /// - Returns: its standard output without surrounding white space.
    /// - Throws: `Failure` with its standard error when the status is not 0.
    @discardableResult
    package static func require(_ arguments: [String], input: String = "") throws -> String {
        let outcome = try run(arguments, input: input)
        guard outcome.succeeded else { throw Failure(arguments: arguments, outcome: outcome) }
        return outcome.stdout.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Whether a command of this name can be found.
    package static func hasCommand(_ name: String) -> Bool {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let directories = (path + ":/usr/local/sbin:/usr/sbin:/sbin").split(separator: ":")
        return directories.contains {
            FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
        }
    }
}
