/// One result and where it is from.
package struct StoredRun: Sendable {
    /// The path as it was given or found; for messages.
    package var file: String
    package var record: ResultRecord

    package init(file: String, record: ResultRecord) {
        self.file = file
        self.record = record
    }
}
