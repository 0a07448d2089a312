import Statistics
import Testing

@Suite("HistogramLayout")
struct HistogramLayoutTests {
    @Test("every bucket's bounds belong to it, and its neighbours begin where it ends")
    func bounds() {
        for index in 0..<HistogramLayout.overflowIndex {
            let low = HistogramLayout.lowerBound(ofBucket: index)
            let high = HistogramLayout.upperBound(ofBucket: index)
            #expect(HistogramLayout.index(of: low) == index)
            #expect(HistogramLayout.index(of: high - 1) == index)
            #expect(HistogramLayout.index(of: high) == index + 1)
        }
    }

    @Test("values below 256 have a bucket of their own")
    func exactBelow256() {
        for value: UInt64 in 0..<256 {
            #expect(HistogramLayout.index(of: value) == Int(value))
            #expect(HistogramLayout.bucketWidth(at: Double(value)) == 1)
        }
    }

    @Test("no bucket is wider than 1/128 of its values")
    func relativeWidth() {
        for index in 256..<HistogramLayout.overflowIndex {
            let low = HistogramLayout.lowerBound(ofBucket: index)
            let width = HistogramLayout.upperBound(ofBucket: index) - low
            #expect(width * 128 <= low)
            #expect(HistogramLayout.bucketWidth(at: Double(low)) == Double(width))
        }
    }

    @Test("the range is more than a minute, and what is beyond shares the last bucket")
    func overflow() {
        #expect(HistogramLayout.overflowThresholdNanoseconds > 60_000_000_000)
        let last = HistogramLayout.overflowIndex
        for value: UInt64 in [1 << 36, 1 << 37, .max - 1, .max] {
            #expect(HistogramLayout.index(of: value) == last)
        }
        #expect(HistogramLayout.index(of: (1 << 36) - 1) == last - 1)
        #expect(HistogramLayout.lowerBound(ofBucket: last) == 1 << 36)
        #expect(HistogramLayout.upperBound(ofBucket: last) == .max)
        #expect(last + 1 == HistogramLayout.bucketCount)
    }

    @Test("a bucket that does not exist is clamped")
    func clamped() {
        #expect(HistogramLayout.lowerBound(ofBucket: -3) == 0)
        #expect(HistogramLayout.lowerBound(ofBucket: .max) == 1 << 36)
        #expect(HistogramLayout.upperBound(ofBucket: .min) == 1)
        #expect(HistogramLayout.upperBound(ofBucket: .max) == .max)
        #expect(HistogramLayout.bucketWidth(at: -1) == 1)
        #expect(HistogramLayout.bucketWidth(at: .nan) == 1)
    }

    /// From HdrHistogram with 2 significant digits: 128 sub-buckets to the octave after the first 256.
    @Test(
        "the layout is HdrHistogram's",
        arguments: [(255, 255), (256, 256), (257, 256), (258, 257), (511, 383), (512, 384)]
            as [(UInt64, Int)]
    )
    func hdrHistogram(value: UInt64, index: Int) {
        #expect(HistogramLayout.index(of: value) == index)
    }
}
