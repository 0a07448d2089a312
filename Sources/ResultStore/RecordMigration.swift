import Foundation

/// Brings a record of an older layout up to date, one version at a time.
///
/// A file is never rewritten: it is upgraded each time it is read. Additive changes keep the version and need no step; a
/// change that moves or renames something raises `ResultRecord.schemaVersion` and adds the step from the version before.
struct RecordMigration: Sendable {
    /// Changes the top level of a record of one version into that of the next.
    typealias Step = @Sendable (inout [String: Any]) throws -> Void

    /// By the version that a step starts from; version 1 is the first and current one.
    static let standard = RecordMigration(steps: [:], current: ResultRecord.schemaVersion)

    private let steps: [Int: Step]
    private let current: Int

    init(steps: [Int: Step], current: Int) {
        self.steps = steps
        self.current = current
    }

    /// The same record in the current layout.
    ///
    /// - Parameters:
    ///   - data: JSON of a record.
    ///   - version: what its `v` says.
    /// - Returns: `data` itself where it is current already.
    /// - Throws: `ResultStoreError` for a newer version, and where a step does not fit what is there.
    func upgraded(_ data: Data, from version: Int) throws(ResultStoreError) -> Data {
        guard version <= current else { throw .newerVersion(version) }
        guard version < current else { return data }
        guard var record = (try? JSONSerialization.jsonObject(with: data)) as? [String: Any] else {
            throw .notARecord("it is not a JSON object")
        }
        for older in version..<current {
            guard let step = steps[older] else {
                throw .malformed("its layout version \(version) is none that tbench ever wrote")
            }
            do {
                try step(&record)
            } catch let error as ResultStoreError {
                throw error
            } catch {
                throw .malformed("it is not what layout version \(older) looked like")
            }
            record["v"] = older + 1
        }
        do {
            return try JSONSerialization.data(withJSONObject: record)
        } catch {
            throw .malformed("it cannot be brought up to date")
        }
    }
}
