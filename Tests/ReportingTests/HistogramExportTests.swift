import ResultStore
import Statistics
import TestSupport
import Testing

@testable import Reporting

/// Latencies of a shape that an export could get wrong.
enum ExportCase: String, CaseIterable, CustomTestStringConvertible {
    case nothing, zero, one, single, everyBucketBorder, random, wide, huge, beyondSigned, hugeOnly

    var testDescription: String { rawValue }

    var values: [UInt64] {
        var random = SplitMix64(seed: 20_261_121)
        switch self {
        case .nothing: return []
        case .zero: return [0]
        case .one: return [1]
        case .single: return [1_234_567]
        case .everyBucketBorder:
            return (0..<36).flatMap { bit -> [UInt64] in
                let power: UInt64 = 1 << bit
                return [power - 1, power, power + 1]
            }
        case .random: return (0..<20_000).map { _ in 20_000 + random.next() % 3_000_000 }
        case .wide: return (0..<5000).map { _ in random.next() >> (28 + random.next() % 36) }
        case .huge: return [1000, 2000, 1 << 36, (1 << 36) + 5, 5_000_000_000_000]
        case .beyondSigned: return [7, UInt64(Int64.max), .max]
        case .hugeOnly: return [80_000_000_000, 90_000_000_000, 100_000_000_000]
        }
    }

    var histogram: HistogramSnapshot {
        var histogram = LatencyHistogram()
        for value in values { histogram.record(value) }
        return histogram.snapshot()
    }
}

@Suite("Histograms for other tools")
struct HistogramExportTests {
    private static func log(_ histogram: HistogramSnapshot) throws -> String {
        try HistogramLog.text(
            [
                .init(
                    tag: "read",
                    startSeconds: 1.5,
                    lengthSeconds: 2,
                    histogram: histogram
                )
            ],
            startMilliseconds: 1_795_230_824_059
        )
    }

    @Test(
        "another implementation reads back every count, the total, the extremes and the percentiles",
        .requiresHdrHistogram,
        arguments: ExportCase.allCases
    )
    func readBack(_ kind: ExportCase) throws {
        let histogram = kind.histogram
        let log = try HistogramReader.read(Self.log(histogram))
        let read = try #require(log.intervals.first)
        #expect(log.intervals.count == 1)
        #expect(log.startSeconds == 1_795_230_824.059)
        #expect(read.tag == "read")
        #expect(abs(read.startMilliseconds - 1_795_230_825_559) < 0.01)
        #expect(abs(read.endMilliseconds - read.startMilliseconds - 2000) < 0.01)
        #expect(read.total == UInt64(kind.values.count))
        let readable = read.buckets.filter { $0[0] < 1 << 36 }
        let ours = histogram.buckets.filter { $0.index < HistogramLayout.overflowIndex }
        #expect(
            readable.map { $0[0] } == ours.map { HistogramLayout.lowerBound(ofBucket: $0.index) }
        )
        #expect(readable.map { $0[1] } == ours.map(\.count))

        let sorted = kind.values.sorted()
        guard let least = sorted.first, let most = sorted.last else { return }
        // Within one bucket of the values themselves, of which we still know every single one.
        #expect(read.minimum <= least && Self.isClose(read.minimum, least))
        #expect(Self.isClose(read.maximum, min(most, UInt64(Int64.max))))
        guard most < 1 << 36 else { return }
        for (name, share) in [("50", 0.5), ("99", 0.99), ("99.9", 0.999), ("100", 1)] {
            let rank = Int((share * Double(sorted.count)).rounded(.up))
            let value = try #require(read.percentiles[name])
            #expect(Self.isClose(value, sorted[max(1, rank) - 1]), "p\(name)")
            #expect(
                abs(Double(value) - histogram.quantile(share))
                    <= HistogramLayout.bucketWidth(at: Double(value)),
                "p\(name)"
            )
        }
    }

    @Test("values beyond the last bucket keep their number and the maximum its bucket")
    func overflow() {
        let counters = HdrLayout(ExportCase.hugeOnly.histogram).counters
        #expect(counters.map(\.count) == [2, 1])
        #expect(counters.map(\.index) == [80_000_000_000, 100_000_000_000].map(HdrLayout.index))
        #expect(HdrLayout(ExportCase.huge.histogram).counters.map(\.count) == [1, 1, 2, 1])
    }

    @Test(
        "intervals come back in time order with their tags, and can be added up by the reader",
        .requiresHdrHistogram
    )
    func intervals() throws {
        let kinds: [ExportCase] = [.random, .huge, .wide, .single]
        // Given latest first; one of them needs more room than an hour, so all are given it.
        let intervals = kinds.enumerated().map { number, kind in
            HistogramLog.Interval(
                tag: "job \(number),x\n",
                startSeconds: Double(10 - number),
                lengthSeconds: 1,
                histogram: kind.histogram
            )
        }
        let text = try HistogramLog.text(
            intervals,
            startMilliseconds: 0,
            comment: "tbench run\n\"StartTimestamp\" é"
        )
        let log = try HistogramReader.read(text)
        #expect(log.intervals.map(\.tag) == ["job_3_x_", "job_2_x_", "job_1_x_", "job_0_x_"])
        #expect(
            log.intervals.map(\.total) == kinds.reversed().map { UInt64($0.values.count) }
        )
        let sum = try #require(log.sum)
        #expect(sum.total == UInt64(kinds.map(\.values.count).reduce(0, +)))
        let merged = HistogramSnapshot.merged(kinds.map(\.histogram))
        #expect(
            sum.buckets.filter { $0[0] < 1 << 36 }.map { $0[1] }
                == merged.buckets.filter { $0.index < 3840 }.map(\.count)
        )
    }

    @Test(
        "the percentile distribution agrees with what another implementation has counted",
        .requiresHdrHistogram,
        arguments: [ExportCase.nothing, .zero, .one, .single, .everyBucketBorder, .random, .wide]
    )
    func distribution(_ kind: ExportCase) throws {
        let histogram = kind.histogram
        let theirs = try #require(HistogramReader.read(Self.log(histogram)).intervals.first)
        let rows = Self.rows(PercentileDistribution.text(histogram))
        #expect(rows.isEmpty == kind.values.isEmpty)
        for row in rows {
            let value = UInt64((row.milliseconds * 1e6).rounded())
            let upTo = theirs.buckets.filter { $0[0] <= value }.map { $0[1] }
            #expect(row.total == upTo.reduce(0, +))
            // The first bucket that reaches the percentile: the one before does not.
            let needed = row.percentile * Double(theirs.total)
            #expect(Double(row.total) >= needed)
            #expect(Double(row.total - (upTo.last ?? 0)) < max(needed, 1))
        }
        #expect(rows.map(\.percentile) == rows.map(\.percentile).sorted())
        #expect(rows.last.map(\.milliseconds) ?? 0 == Double(histogram.maximum) / 1e6)
        #expect(rows.last.map(\.percentile) ?? 1 == 1)
    }

    @Test("percentiles come in five steps to each halving of what is left, as in the Java original")
    func steps() {
        let rows = Self.rows(PercentileDistribution.text(ExportCase.random.histogram))
        let first = [
            0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.775, 0.8, 0.825, 0.85, 0.875,
            0.8875,
        ]
        #expect(rows.prefix(first.count).map(\.percentile) == first)
    }

    @Test("the text of a percentile distribution")
    func distributionText() {
        var histogram = LatencyHistogram()
        // Below 256 ns a bucket holds one value, so the deviation is exact: (53² + 47² + 53² + 59²)/4 = 2827.
        for value: UInt64 in [100, 200, 100, 212] { histogram.record(value) }
        let lines = PercentileDistribution.text(histogram.snapshot()).split(
            separator: "\n",
            omittingEmptySubsequences: false
        )
        #expect(lines[0] == "       Value     Percentile TotalCount 1/(1-Percentile)")
        #expect(lines[1] == "")
        #expect(lines[2] == "    0.000100 0.000000000000          2           1.00")
        let end = lines.suffix(5)
        #expect(end.first == "    0.000212 1.000000000000          4")
        #expect(
            Array(end.dropFirst()) == [
                "#[Mean    =     0.000153, StdDeviation   =     0.000053]",
                "#[Max     =     0.000212, Total count    =            4]",
                "#[Buckets =           35, SubBuckets     =          256]", "",
            ]
        )
    }

    @Test("the rounds of a phase are intervals, one for each class with samples")
    func phase() {
        let latency = SparseHistogram(ExportCase.random.histogram)
        let phase = PhaseRecord(
            name: "a",
            kind: "job",
            startSeconds: 3,
            rounds: [
                RoundRecord(
                    durationNs: 2_000_000_000,
                    latency: ["write": latency, "read": latency]
                ),
                RoundRecord(durationNs: 1_000_000_000, latency: [:]),
                RoundRecord(
                    durationNs: 500_000_000,
                    latency: [
                        "read": latency,
                        "sync": SparseHistogram(buckets: [9], minNs: 0, maxNs: 0, sumNs: 0),
                    ]
                ),
            ]
        )
        let intervals = HistogramLog.intervals(of: phase, prefix: "a.")
        #expect(intervals.map(\.tag) == ["a.read", "a.write", "a.read"])
        #expect(intervals.map(\.startSeconds) == [3, 3, 6])
        #expect(intervals.map(\.lengthSeconds) == [2, 2, 0.5])
    }

    @Test("a time that no log can hold is an error", arguments: [-1, .nan, .infinity, 1e10])
    func damagedTime(_ seconds: Double) {
        let interval = HistogramLog.Interval(
            tag: "read",
            startSeconds: seconds,
            lengthSeconds: 1,
            histogram: .empty
        )
        #expect(throws: HistogramExportError.self) {
            try HistogramLog.text([interval], startMilliseconds: 0)
        }
    }

    @Test(
        "counts take one byte for seven bits, and the ninth byte takes eight",
        arguments: [
            (0, [0]), (1, [2]), (-1, [1]), (63, [126]), (64, [0x80, 1]), (-65, [0x81, 1]),
            (Int64.max, [0xFE] + Array(repeating: 0xFF, count: 8)),
            (Int64.min, Array(repeating: 0xFF, count: 9)),
        ] as [(Int64, [UInt8])]
    )
    func zigZag(_ value: Int64, _ expected: [UInt8]) {
        var bytes: [UInt8] = []
        HdrHistogramEncoding.append(zigZag: value, to: &bytes)
        #expect(bytes == expected)
    }

    @Test(
        "base64 as in RFC 4648",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
        ]
    )
    func base64(_ text: String, _ expected: String) {
        #expect(Base64.text(Array(text.utf8)) == expected)
    }

    @Test(
        "a moment is written as ctime does",
        arguments: [
            (0, "Thu Jan  1 00:00:00 1970"), (951_782_400_000, "Tue Feb 29 00:00:00 2000"),
            (1_795_230_824_059, "Sat Nov 21 03:13:44 2026"),
            (4_107_542_399_000, "Sun Feb 28 23:59:59 2100"),
            (4_107_542_400_000, "Mon Mar  1 00:00:00 2100"),
            (Int64.max, "Fri Dec 31 23:59:59 9999"), (Int64.min, "Thu Jan  1 00:00:00 1970"),
        ] as [(Int64, String)]
    )
    func moments(_ milliseconds: Int64, _ expected: String) {
        #expect(UTCTime(milliseconds: milliseconds).text() == expected)
    }

    private struct Row: Equatable {
        var milliseconds: Double
        var percentile: Double
        var total: UInt64
    }

    private static func rows(_ text: String) -> [Row] {
        text.split(separator: "\n").compactMap { line in
            let cells = line.split(separator: " ")
            guard cells.count >= 3, let value = Double(cells[0]), let percentile = Double(cells[1]),
                let total = UInt64(cells[2])
            else { return nil }
            return Row(milliseconds: value, percentile: percentile, total: total)
        }
    }

    /// In one bucket with, or in the one next to, the value.
    private static func isClose(_ value: UInt64, _ truth: UInt64) -> Bool {
        max(value, truth) - min(value, truth) <= max(truth / 128, 0)
    }
}
