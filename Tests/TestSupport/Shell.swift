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
        try RunningCommand(
            arguments,
            input: input,
            environment: environment,
            currentDirectory: currentDirectory
        ).wait()
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
        searchPath.split(separator: ":").contains {
            FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
        }
    }

    /// PATH and where administrators' tools live, which a plain user's PATH leaves out.
    static var searchPath: String {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return path + ":/usr/local/sbin:/usr/sbin:/sbin"
    }
}
