/// Puts the records of many pods together again, from logs in any order, mixed, cut and doubled.
///
/// Feed it bytes in pieces of any size, take the complete records now and then, and ask at the end what is missing.
package struct LogCollector: Sendable {
    /// A record all of whose parts are there.
    package struct Found: Sendable, Equatable {
        package var node: String
        package var stream: String
        package var record: PackedRecord
    }

    private struct Key: Hashable {
        var stream: String
        var node: String
        var record: String
        var bytes: Int
        var of: Int
    }

    private struct Run {
        var node: String
        var pod = ""
        var arguments = ""
        var exit: Int?
        var note = ""
        var hasRecord = false
    }

    /// The bytes of unfinished records that are kept at most.
    private let limit: Int
    private var carry: [UInt8] = []
    private var pending: [Key: [Int: [UInt8]]] = [:]
    private var pendingBytes = 0
    private var finished: Set<Key> = []
    private var runs: [String: Run] = [:]
    private var found: [Found] = []
    /// Lines of ours that were seen, doubles among them.
    package private(set) var lineCount = 0
    /// Bytes that were read.
    package private(set) var byteCount = 0

    /// - Parameter limit: bytes of unfinished records that are kept at most.
    package init(limit: Int = 1 << 30) { self.limit = limit }

    /// Reads on.
    ///
    /// - Parameters:
    ///   - bytes: the next bytes of a log; a line may be split between two calls.
    ///   - isLast: whether a log ends here, so that the next call begins another one.
    /// - Throws: `LogError` where more is unfinished than `limit`.
    package mutating func read(_ bytes: [UInt8], isLast: Bool = false) throws(LogError) {
        byteCount += bytes.count
        let all = carry.isEmpty ? bytes : carry + bytes
        var lines: [LogLine] = []
        let rest = all.withUnsafeBufferPointer { buffer in
            LogScanner.scan(buffer, isLast: isLast) { lines.append($0) }
        }
        carry = Array(all[rest...])
        for line in lines { take(line) }
        guard pendingBytes <= limit else { throw .tooMuchUnfinished(limit) }
    }

    /// The records that became complete since the last call.
    package mutating func takeComplete() -> [Found] {
        defer { found = [] }
        return found
    }

    private mutating func take(_ line: LogLine) {
        lineCount += 1
        var run = runs[line.stream] ?? Run(node: line.node)
        switch line.content {
        case .start(let pod, let arguments): (run.pod, run.arguments) = (pod, arguments)
        case .end(let exit, let note): (run.exit, run.note) = (exit, note)
        case .part(let record, let bytes, let part, let of, let data):
            run.hasRecord = true
            let key = Key(
                stream: line.stream,
                node: line.node,
                record: record,
                bytes: bytes,
                of: of
            )
            take(key, part, data)
        }
        runs[line.stream] = run
    }

    private mutating func take(_ key: Key, _ part: Int, _ data: [UInt8]) {
        guard !finished.contains(key), pending[key]?[part] == nil else { return }
        pending[key, default: [:]][part] = data
        pendingBytes += data.count
        guard let parts = pending[key], parts.count == key.of else { return }
        let stream = (1...key.of).flatMap { parts[$0] ?? [] }
        pending[key] = nil
        pendingBytes -= stream.count
        finished.insert(key)
        found.append(
            Found(
                node: key.node,
                stream: key.stream,
                record: PackedRecord(
                    digest: key.record,
                    byteCount: key.bytes,
                    stream: stream
                )
            )
        )
    }

    /// What began and did not arrive, in the order of the nodes' names.
    package var missing: [Missing] {
        var list = pending.map { key, parts in
            Missing(
                node: key.node,
                pod: runs[key.stream]?.pod ?? "",
                stream: key.stream,
                reason: .parts(Self.absent(parts, of: key.of), of: key.of)
            )
        }
        for (stream, run) in runs where !run.hasRecord {
            list.append(
                Missing(
                    node: run.node,
                    pod: run.pod,
                    stream: stream,
                    reason: run.exit.map { .failed(exit: $0, note: run.note) }
                        ?? .silent(arguments: run.arguments)
                )
            )
        }
        return list.sorted { ($0.node, $0.pod, $0.stream) < ($1.node, $1.pod, $1.stream) }
    }

    /// The numbers that are not there, as ranges.
    private static func absent(_ parts: [Int: [UInt8]], of count: Int) -> [ClosedRange<Int>] {
        var ranges: [ClosedRange<Int>] = []
        for number in 1...count where parts[number] == nil {
            if let last = ranges.last, last.upperBound == number - 1 {
                ranges[ranges.count - 1] = last.lowerBound...number
            } else {
                ranges.append(number...number)
            }
        }
        return ranges
    }
}

/// A run whose record did not arrive.
package struct Missing: Sendable, Equatable {
    package var node: String
    /// Empty where its first line did not arrive either.
    package var pod: String
    package var stream: String
    package var reason: Reason

    /// What is known about it.
    package enum Reason: Sendable, Equatable {
        /// These parts are not in the logs.
        case parts([ClosedRange<Int>], of: Int)
        /// It ended without a record, and said so.
        case failed(exit: Int, note: String)
        /// It began, and nothing else is in the logs.
        case silent(arguments: String)
    }

    /// One sentence without its full stop.
    package var text: String {
        let name = pod.isEmpty ? "stream \(stream)" : pod
        switch reason {
        case .parts(let ranges, let count):
            let list = ranges.prefix(6).map {
                $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)"
            }
            let missing = ranges.reduce(0) { $0 + $1.count }
            let more = ranges.count > 6 ? " and more" : ""
            return
                "\(node) (\(name)): \(missing) of \(count) parts are missing: \(list.joined(separator: ", "))\(more)"
        case .failed(let exit, let note):
            return "\(node) (\(name)): ended with exit code \(exit) and no record"
                + (note.isEmpty ? "" : ": \(note)")
        case .silent(let arguments):
            return
                "\(node) (\(name)): began '\(arguments)' and left nothing else; still running, killed or cut off"
        }
    }
}
