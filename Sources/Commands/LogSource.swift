import Foundation
import Units

/// A log to be read: stdin or a file.
enum LogSource {
    case standardInput
    case file(String)

    /// The sources that the arguments name, directories with everything in them, in the order of their names.
    ///
    /// - Throws: `CommandError` for what is not there.
    static func all(_ arguments: [String]) throws -> [LogSource] {
        try arguments.flatMap { argument -> [LogSource] in
            if argument == "-" { return [.standardInput] }
            var isDirectory: ObjCBool = false
            guard FileManager.default.fileExists(atPath: argument, isDirectory: &isDirectory) else {
                throw missing(argument)
            }
            guard isDirectory.boolValue else { return [.file(argument)] }
            let names = try FileManager.default.subpathsOfDirectory(atPath: argument).sorted()
            return names.map { "\(argument)/\($0)" }.filter { path in
                let attributes = try? FileManager.default.attributesOfItem(
                    atPath: (path as NSString).resolvingSymlinksInPath
                )
                return attributes?[.type] as? FileAttributeType == .typeRegular
            }.map { .file($0) }
        }
    }

    /// Reads it to its end in pieces of a megabyte.
    func read(_ body: ([UInt8], _ isLast: Bool) throws -> Void) throws {
        let handle: FileHandle
        switch self {
        case .standardInput: handle = .standardInput
        case .file(let path):
            guard let opened = FileHandle(forReadingAtPath: path) else {
                throw Self.missing(path)
            }
            handle = opened
        }
        do {
            while let data = try handle.read(upToCount: 1 << 20), !data.isEmpty {
                try body(Array(data), false)
            }
        } catch let error as any DescribedError {
            throw error
        } catch {
            throw Self.missing(name)
        }
        try body([], true)
    }

    private var name: String {
        switch self {
        case .standardInput: "stdin"
        case .file(let path): path
        }
    }

    private static func missing(_ path: String) -> CommandError {
        CommandError(
            operation: "collect",
            subject: path,
            reason: "cannot read \(path)",
            hint: "name a file or directory of logs, or pipe 'kubectl logs' in",
            exitCode: .missing
        )
    }
}
