package import ResultStore
import Statistics

/// What one node's run looked like, round by round: all that its small picture needs of a record.
package struct NodeRounds: Sendable, Equatable {
    /// One column of the picture.
    struct Column: Sendable, Equatable {
        /// Nanoseconds, all of them.
        var median: Double
        var tail: Double
        var maximum: Double
    }

    /// "WAL fsync".
    let name: String
    let columns: [Column]

    /// Longer runs have neighbouring rounds merged: there is no room for more.
    private static let most = 30

    /// Nil where nothing was measured.
    package init?(_ record: ResultRecord) {
        guard let series = ReportSeries.all(of: record).first else { return nil }
        let rounds = series.rounds
        let size = max(1, (rounds.count + Self.most - 1) / Self.most)
        name = series.name
        columns = stride(from: 0, to: rounds.count, by: size).compactMap { start in
            let part = HistogramSnapshot.merged(
                Array(rounds[start..<min(start + size, rounds.count)])
            )
            guard part.count > 0 else { return nil }
            return Column(
                median: part.quantile(0.5),
                tail: part.quantile(0.99),
                maximum: Double(part.maximum)
            )
        }
        guard !columns.isEmpty else { return nil }
    }
}
