package import ResultStore
package import Statistics
import Units

/// A log of interval histograms (`.hlog`), which the HdrHistogram tools merge, plot and slice by time.
///
/// - Source: HdrHistogram HistogramLogWriter.java, format version 1.3.
package enum HistogramLog {
    /// What happened in one interval.
    package struct Interval: Sendable, Equatable {
        /// The kind of operation; empty for no tag.
        ///
        /// Commas, spaces and what is not printable ASCII become "_".
        package var tag: String
        /// Seconds since the start of the log, 0 or more.
        package var startSeconds: Double
        /// 0 or more.
        package var lengthSeconds: Double
        package var histogram: HistogramSnapshot

        package init(
            tag: String,
            startSeconds: Double,
            lengthSeconds: Double,
            histogram: HistogramSnapshot
        ) {
            self.tag = tag
            self.startSeconds = startSeconds
            self.lengthSeconds = lengthSeconds
            self.histogram = histogram
        }
    }

    /// The whole log.
    ///
    /// - Parameters:
    ///   - intervals: in any order; written by start.
    ///   - startMilliseconds: when the log began, since 1970.
    ///   - comment: one line for people, such as what ran on what.
    /// - Returns: ASCII lines, each ended by a line feed; the maxima are in milliseconds.
    /// - Throws: `HistogramExportError` for a time that is not a number, negative or beyond 10^9 s, and when
    ///   zlib has no memory.
    package static func text(
        _ intervals: [Interval],
        startMilliseconds: Int64,
        comment: String = ""
    ) throws(HistogramExportError) -> String {
        let start = UTCTime(milliseconds: startMilliseconds)
        let seconds = thousandths(start.milliseconds)
        var text = ""
        if !comment.isEmpty { text += "#[\(plain(comment))]\n" }
        text += "#[Histogram log format version 1.3]\n"
        text += "#[StartTime: \(seconds) (seconds since epoch), \(start.text(zone: "UTC "))]\n"
        text += "#[BaseTime: \(seconds) (seconds since epoch)]\n"
        text +=
            #""StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram""#
        text += "\n"
        // A reader adds up intervals of equal room only.
        let highest = HdrLayout.highest(for: intervals.map(\.histogram.maximum).max() ?? 0)
        for interval in intervals.sorted(by: { $0.startSeconds < $1.startSeconds }) {
            text += try line(interval, highest: highest)
        }
        return text
    }

    /// The rounds of a phase as intervals, one for each round and class that has any sample.
    ///
    /// The rounds are taken to follow each other without a gap, which is all that a record knows.
    /// - Parameters:
    ///   - phase: read from a record; a histogram that contradicts itself is left out.
    ///   - prefix: put before the class in each tag, to tell jobs apart: "job1." gives "job1.read".
    /// - Returns: in time order.
    package static func intervals(of phase: PhaseRecord, prefix: String = "") -> [Interval] {
        var start = phase.startSeconds
        var intervals: [Interval] = []
        for round in phase.rounds {
            let length = Double(round.durationNs) / 1e9
            for name in round.latency.keys.sorted() {
                guard let histogram = round.latency[name]?.snapshot, histogram.count > 0 else {
                    continue
                }
                intervals.append(
                    Interval(
                        tag: prefix + name,
                        startSeconds: start,
                        lengthSeconds: length,
                        histogram: histogram
                    )
                )
            }
            start += length
        }
        return intervals
    }

    private static func line(
        _ interval: Interval,
        highest: UInt64
    ) throws(HistogramExportError) -> String {
        for time in [interval.startSeconds, interval.lengthSeconds] {
            guard time >= 0, time < 1e9 else { throw .time(time, tag: interval.tag) }
        }
        let tag = plain(interval.tag).split(whereSeparator: { ", ".contains($0) })
            .joined(separator: "_")
        let numbers = [
            interval.startSeconds, interval.lengthSeconds,
            Double(interval.histogram.maximum) / 1e6,
        ].map(decimal)
        let payload = try HdrHistogramEncoding.text(interval.histogram, highest: highest)
        let fields = (tag.isEmpty ? [] : ["Tag=\(tag)"]) + numbers + [payload]
        return fields.joined(separator: ",") + "\n"
    }

    /// Three decimals without an exponent; a latency of 2^64 ns has 14 digits before the point.
    private static func decimal(_ value: Double) -> String {
        thousandths(Int64((value * 1000).rounded()))
    }

    private static func thousandths(_ value: Int64) -> String {
        let rest = String(value % 1000)
        return "\(value / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
    }

    /// Printable ASCII; anything else is a "_".
    private static func plain(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.isPrintable ? $0 : "_" }))
    }
}

extension Unicode.Scalar {
    fileprivate var isPrintable: Bool { (0x20...0x7E).contains(value) }
}
