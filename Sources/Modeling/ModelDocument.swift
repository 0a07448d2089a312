/// The model as a document: what `tbench model` prints in each of its formats.
///
/// Property names become snake_case keys. Times are nanoseconds, rates a second, shares from 0 to 1. What is unknown is absent.
package struct ModelDocument: Codable, Sendable, Equatable {
    /// The value of `schema` in every document.
    package static let schemaName = "tbench.model"
    /// Additive changes keep it.
    package static let schemaVersion = 1

    package var schema = ModelDocument.schemaName
    package var v = ModelDocument.schemaVersion
    /// "1.10".
    package var longhornVersion: String
    package var files: [File]
    package var replicas: [String]
    package var terms: [Line]
    /// The way to each replica, by mean: what is added up.
    package var bars: [Bar]
    /// Replicated requests, the 4 KiB write first.
    package var predictions: [Forecast]
    /// The same write as the volume's user sees it, below engine and filesystem.
    package var volume: Forecast?
    package var fsync: [Fsync]
    package var limit: Limiting?
    package var bounds: [Ceiling]
    package var outlook: Prospect
    package var whatIf: Alternative?
    package var assumptions: [String]
    /// True where every residual that can be judged is inside its limit; absent where none can.
    package var passes: Bool?

    /// Where terms come from.
    package struct File: Codable, Sendable, Equatable {
        package var file: String
        package var run: String
        package var started: String
        package var node: String?
        package var benchmark: String
    }

    /// A figure and its 95 % interval.
    package struct Value: Codable, Sendable, Equatable {
        package var value: Double
        package var ci95: [Double]?
    }

    /// Mean, median and 99th percentile; one with too few samples beyond it is absent.
    package struct Figures: Codable, Sendable, Equatable {
        package var mean: Value
        package var p50: Value
        package var p99: Value?
    }

    /// One term; without figures nobody measured it, and `command` would.
    package struct Line: Codable, Sendable, Equatable {
        package var name: String
        package var part: String
        package var replica: String?
        package var figuresNs: Figures?
        package var provenance: Provenance?
        package var source: String?
        package var note: String?
        package var command: String?
    }

    /// What a write to one replica adds up from.
    package struct Bar: Codable, Sendable, Equatable {
        package var replica: String
        package var segments: [Segment]

        package struct Segment: Codable, Sendable, Equatable {
            package var part: String
            package var meanNs: Double
            package var provenance: Provenance
        }
    }

    /// A prediction beside the truth.
    package struct Forecast: Codable, Sendable, Equatable {
        package var step: String
        package var replicas: [String]
        package var operation: String
        package var blockBytes: UInt64
        package var documentedNs: Figures
        package var refinedNs: Figures
        package var measuredNs: Figures?
        package var measuredSource: String?
        package var residuals: [Rest]
        package var missing: [String]
        package var passes: Bool?
    }

    /// (measured - predicted) / measured.
    package struct Rest: Codable, Sendable, Equatable {
        package var statistic: Statistic
        package var share: Value
        package var limit: Double
        package var passes: Bool?
        /// False where only a wide interval lets it pass.
        package var withinLimit: Bool
    }

    /// An fsync of so many dependent writes.
    package struct Fsync: Codable, Sendable, Equatable {
        package var name: String
        package var dependentWrites: Double
        package var provenance: Provenance
        package var source: String
        package var forecast: Forecast
    }

    /// What a write waits for.
    package struct Limiting: Codable, Sendable, Equatable {
        package var name: String
        package var parts: [String]
        package var replicas: [String]
        package var share: Double
        package var totalNs: Double
        package var withoutNs: Double
    }

    /// A bound.
    package struct Ceiling: Codable, Sendable, Equatable {
        package var figure: Bound.Figure
        package var perSecond: Double
        package var name: String
        package var provenance: Provenance
        package var source: String
    }

    /// What follows for a cluster.
    package struct Prospect: Codable, Sendable, Equatable {
        package var longestNs: Double?
        package var longestSource: String?
        /// How many times the longest fits into the timeout after which Longhorn drops a replica.
        package var timeoutMargin: Double?
        package var volumesPerDisk: Double?
        package var slowestDisk: String?
        package var volumesPerLink: Double?
        package var rebuildBytesPerSecond: Double?
        package var rebuildLimit: String?
        package var rebuildSecondsPer100GiB: Double?
    }

    /// Before and after the `--set`s.
    package struct Alternative: Codable, Sendable, Equatable {
        package var settings: [String]
        package var terms: [Change]
        package var beforeNs: Figures?
        package var afterNs: Figures?
        package var limit: Limiting?
        package var bounds: [Ceiling]
        package var fsync: [Fsync]
        package var notes: [String]

        package struct Change: Codable, Sendable, Equatable {
            package var name: String
            package var beforeMeanNs: Double?
            package var afterMeanNs: Double?
            package var provenance: Provenance?
        }
    }
}
