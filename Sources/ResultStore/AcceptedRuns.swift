/// The runs of a case that later ones are compared with, as `baseline.json` holds them.
///
/// Nothing but `tbench accept` moves a baseline, so that a slow decline cannot become the norm by itself.
package struct AcceptedRuns: Codable, Sendable, Equatable {
    package static let schemaName = "tbench.baseline"
    package static let schemaVersion = 1

    /// One accepted run.
    package struct Entry: Codable, Sendable, Equatable {
        /// The run's id.
        package var run: String
        /// The file's name, beside `baseline.json`.
        package var file: String
        /// When it was accepted: UTC, ISO 8601.
        package var accepted: String
        /// Why; nil where nobody said.
        package var reason: String?

        package init(run: String, file: String, accepted: String, reason: String? = nil) {
            self.run = run
            self.file = file
            self.accepted = accepted
            self.reason = reason
        }
    }

    package var schema: String = AcceptedRuns.schemaName
    package var v: Int = AcceptedRuns.schemaVersion
    /// In the order they were accepted.
    package var runs: [Entry] = []

    package init(runs: [Entry] = []) {
        self.runs = runs
    }

    /// Adds a run; one that is accepted already stays where it is.
    ///
    /// - Parameter entry: the run.
    /// - Returns: false where it was there.
    package mutating func accept(_ entry: Entry) -> Bool {
        guard !runs.contains(where: { $0.run == entry.run && $0.file == entry.file }) else {
            return false
        }
        runs.append(entry)
        return true
    }

    /// Takes back an acceptance; false where there was none.
    package mutating func withdraw(run: String) -> Bool {
        let before = runs.count
        runs.removeAll { $0.run == run }
        return runs.count < before
    }
}
