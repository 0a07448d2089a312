import Dispatch
import Foundation
import Orchestration
import Reporting
import ResultStore
import Synchronization
import Units

/// A result file that a command line names, or that lies below a directory it names.
struct ListedFile: Sendable, Equatable {
    var path: String
    /// Found below a directory: JSON of another kind there was not asked for.
    var isSearched: Bool
}

/// What a fleet's ranking needs of many records, read one by one: no record stays in memory.
struct FleetReading {
    var runs: [FleetRun] = []
    /// What could not be read, in the order of the files.
    var problems: [CommandError] = []
    /// Files that hold a run which another file, read before, holds too.
    var copies: [(path: String, first: String)] = []
    /// JSON files below a directory that are something else.
    var skipped = 0

    /// Files that are read at a time: enough for every processor, and little memory.
    private static let batch = 64

    private enum Outcome: Sendable {
        /// With a hash of the file's bytes.
        case run(FleetRun, Int)
        case foreign
        case problem(CommandError)
    }

    private struct Identity: Hashable {
        var run: String
        var node: String?
        var started: String
    }

    /// Reads the heads of all files; one that cannot be read does not keep the others out.
    static func read(_ files: [ListedFile], operation: String) -> FleetReading {
        var reading = FleetReading()
        var seen: [Identity: (file: String, hash: Int)] = [:]
        for start in stride(from: 0, to: files.count, by: batch) {
            let part = Array(files[start..<min(start + batch, files.count)])
            for (file, outcome) in zip(part, concurrently(part, head)) {
                reading.add(outcome, file, operation, &seen)
            }
        }
        return reading
    }

    /// The rounds of the files that have a picture; what cannot be read becomes a problem.
    mutating func rounds(of files: [String]) -> [String: NodeRounds] {
        var found: [String: NodeRounds] = [:]
        let outcomes = Self.concurrently(files) { path -> Result<NodeRounds?, CommandError> in
            do throws(ResultStoreError) {
                return .success(NodeRounds(try ResultFiles.read(path)))
            } catch {
                return .failure(CommandError(error.naming(path)))
            }
        }
        for (path, outcome) in zip(files, outcomes) {
            switch outcome {
            case .success(let rounds): found[path] = rounds
            case .failure(let error): problems.append(error)
            }
        }
        return found
    }

    private static func head(_ file: ListedFile) -> Outcome {
        do throws(ResultStoreError) {
            let data = try ResultFiles.contents(file.path)
            var hasher = Hasher()
            data.withUnsafeBytes { hasher.combine(bytes: $0) }
            let record = try RecordCoding.decodeHead(data)
            return .run(FleetRun(record, source: file.path), hasher.finalize())
        } catch {
            if file.isSearched, ResultLibrary.isForeign(file.path, error) { return .foreign }
            return .problem(CommandError(error.naming(file.path)))
        }
    }

    private mutating func add(
        _ outcome: Outcome,
        _ file: ListedFile,
        _ operation: String,
        _ seen: inout [Identity: (file: String, hash: Int)]
    ) {
        switch outcome {
        case .foreign: skipped += 1
        case .problem(let problem): problems.append(problem)
        case .run(let run, let hash):
            let identity = Identity(run: run.id, node: run.node, started: run.started)
            guard let other = seen[identity] else {
                seen[identity] = (file.path, hash)
                runs.append(run)
                return
            }
            if other.hash == hash {
                copies.append((file.path, other.file))
            } else {
                problems.append(
                    CommandError(
                        operation: operation,
                        subject: file.path,
                        reason:
                            "\(file.path) and \(other.file) differ and both claim to be run \(run.id)",
                        hint: "one of them was edited; only the first counts",
                        exitCode: .failure
                    )
                )
            }
        }
    }

    private static func concurrently<Input: Sendable, Output: Sendable>(
        _ inputs: [Input],
        _ body: @Sendable (Input) -> Output
    ) -> [Output] {
        let results = Mutex<[Int: Output]>([:])
        DispatchQueue.concurrentPerform(iterations: inputs.count) { index in
            let output = body(inputs[index])
            results.withLock { $0[index] = output }
        }
        let all = results.withLock { $0 }
        return inputs.indices.compactMap { all[$0] }
    }
}
