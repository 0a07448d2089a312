import Foundation
import TestSupport
import Testing

extension Trait where Self == ConditionTrait {
    /// The test reads our histograms with PyPI's `hdrhistogram`, an implementation that is not ours.
    static var requiresHdrHistogram: Self {
        .enabled("needs Python with hdrhistogram (scripts/setup --all)") {
            Capability.demanded || HistogramReader.python != nil
        }
    }
}

/// Histogram logs as PyPI's `hdrhistogram` reads them.
enum HistogramReader {
    /// One interval of a log, or all of them added up.
    struct Interval: Decodable {
        var tag: String?
        var startMilliseconds: Double
        var endMilliseconds: Double
        var total: UInt64
        var minimum: UInt64
        var maximum: UInt64
        /// By percentage: "99.9".
        var percentiles: [String: UInt64]
        /// The lower bound and count of each bucket that is not empty.
        var buckets: [[UInt64]]
    }

    struct Log: Decodable {
        var startSeconds: Double
        var intervals: [Interval]
        /// All intervals added up by the reader.
        var sum: Interval?
    }

    /// A Python that has the package: TBENCH_PYTHON, the one that scripts/setup makes, or that in PATH.
    static let python: String? = {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let candidates: [String?] = [
            ProcessInfo.processInfo.environment["TBENCH_PYTHON"],
            root.appending(path: ".build/python/bin/python3").path, "python3",
        ]
        return candidates.compactMap { $0 }.first {
            (try? Shell.run([$0, "-c", "import hdrh.log"]).succeeded) ?? false
        }
    }()

    static func read(_ log: String) throws -> Log {
        let directory = try TemporaryDirectory()
        let file = try directory.write("intervals.hlog", log)
        let python = try #require(python, "needs Python with hdrhistogram (scripts/setup --all)")
        let output = try Shell.require([python, "-c", script, file])
        return try JSONDecoder().decode(Log.self, from: Data(output.utf8))
    }

    private static let script = """
        import json, sys
        from hdrh.histogram import HdrHistogram
        from hdrh.log import HistogramLogReader

        def describe(h):
            return {
                "tag": h.get_tag(),
                "startMilliseconds": h.get_start_time_stamp(),
                "endMilliseconds": h.get_end_time_stamp(),
                "total": h.get_total_count(),
                "minimum": h.get_lowest_equivalent_value(h.get_min_value()) if h.get_total_count() else 0,
                "maximum": h.get_highest_equivalent_value(h.get_max_value()),
                "percentiles": {str(p): h.get_value_at_percentile(p) for p in (50, 99, 99.9, 100)},
                "buckets": [[h.get_value_from_index(i), h.get_count_at_index(i)]
                            for i in range(h.counts_len) if h.get_count_at_index(i)],
            }

        reader = HistogramLogReader(sys.argv[1], HdrHistogram(1, 3600000000000, 2))
        found, total = [], None
        while True:
            h = reader.get_next_interval_histogram()
            if h is None:
                break
            found.append(describe(h))
            if total is None:
                total = HdrHistogram(1, h.highest_trackable_value, 2)
            total.add(h)
        json.dump({"startSeconds": reader.get_start_time_sec(), "intervals": found,
                   "sum": describe(total) if total else None}, sys.stdout)
        """
}
