import Foundation

/// What `index.jsonl` says about one result, so that thousands can be listed without reading them.
package struct IndexEntry: Codable, Sendable, Equatable {
    /// Below the directory of the index.
    package var path: String
    package var sizeBytes: UInt64
    /// Milliseconds since 1970.
    package var modifiedMs: Int64
    package var run: String
    package var started: String
    package var node: String
    package var disk: String
    package var caseName: String
    package var workload: String
    package var tags: [String: String]
    package var outcome: String
    /// "pass"; nil without a verdict.
    package var grade: String?
    package var target: String
}

/// A cache of what lies below a results directory: `index.jsonl`, made anew wherever it is stale.
///
/// Never needed: a missing, damaged, outdated or unwritable one costs time only. An entry counts as long as its file has the
/// same size and time.
package enum ResultIndex {
    package static let name = "index.jsonl"
    /// The first line; a line of another version makes the whole file stale.
    private static let header = #"{"schema":"tbench.index","v":1}"#

    /// Everything that the index can say, and what could not be read.
    package struct Listing: Sendable {
        /// Oldest first.
        package var entries: [IndexEntry] = []
        package var problems: [ResultLibrary.Problem] = []
        /// Results that were read because the index did not have them.
        package var read = 0
    }

    /// Lists the results below a directory, and brings the index up to date where it may be written.
    ///
    /// - Parameter directory: `Results/` or another.
    /// - Returns: one entry per result, oldest first.
    /// - Throws: `ResultStoreError` where the directory is missing.
    package static func list(_ directory: String) throws(ResultStoreError) -> Listing {
        let known = cached(directory)
        var listing = Listing()
        var isStale = false
        for file in try ResultLibrary.files(below: directory) {
            let path = String(
                file.dropFirst(directory.hasSuffix("/") ? directory.count : directory.count + 1)
            )
            let attributes = try? FileManager.default.attributesOfItem(atPath: file)
            let size = (attributes?[.size] as? NSNumber)?.uint64Value ?? 0
            let time = (attributes?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
            // A time beyond the year 9999 or before 1970 is a clock's mistake, not a reason to stop.
            let modified = Int64(max(0, min(time, 253_402_300_799)) * 1000)
            if let entry = known[path], entry.sizeBytes == size, entry.modifiedMs == modified {
                listing.entries.append(entry)
                continue
            }
            do throws(ResultStoreError) {
                let record = try ResultFiles.read(file)
                listing.entries.append(IndexEntry(record, path, size, modified))
                listing.read += 1
                isStale = true
            } catch {
                guard !ResultLibrary.isForeign(file, error) else { continue }
                listing.problems.append(.init(file: file, error: error.naming(file)))
            }
        }
        if isStale || known.count != listing.entries.count {
            write(listing.entries, directory)
        }
        listing.entries.sort { ($0.started, $0.run, $0.path) < ($1.started, $1.run, $1.path) }
        return listing
    }

    private static func cached(_ directory: String) -> [String: IndexEntry] {
        guard let data = FileManager.default.contents(atPath: "\(directory)/\(name)"),
            data.count <= RecordCoding.maximumBytes
        else { return [:] }
        let lines = data.split(separator: UInt8(ascii: "\n"))
        guard lines.first.map({ String(decoding: $0, as: UTF8.self) }) == header else { return [:] }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let entries = lines.dropFirst().compactMap {
            try? decoder.decode(IndexEntry.self, from: Data($0))
        }
        return Dictionary(entries.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    }

    private static func write(_ entries: [IndexEntry], _ directory: String) {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var data = Data((header + "\n").utf8)
        for entry in entries.sorted(by: { $0.path < $1.path }) {
            guard let line = try? encoder.encode(entry) else { continue }
            data += line
            data.append(UInt8(ascii: "\n"))
        }
        // A read-only or full directory lists just as well, only more slowly.
        try? ResultFiles.replace(data, at: "\(directory)/\(name)")
    }
}

extension IndexEntry {
    init(_ record: ResultRecord, _ path: String, _ size: UInt64, _ modified: Int64) {
        let disk = record.target.stack.last
        self.init(
            path: path,
            sizeBytes: size,
            modifiedMs: modified,
            run: record.run.id,
            started: record.run.started,
            node: record.host.node ?? "unknown node",
            disk: disk?.serialHash.map { String($0.prefix(8)) } ?? disk?.name ?? "",
            caseName: record.benchmark.name,
            workload: record.benchmark.workload,
            tags: record.tags,
            outcome: record.run.outcome.rawValue,
            grade: record.verdict?.grade.rawValue,
            target: record.target.path
        )
    }
}
