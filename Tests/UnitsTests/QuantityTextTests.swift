import Testing
import Units

@Suite("QuantityText")
struct QuantityTextTests {
    @Test(
        "a duration has three significant digits and the unit that keeps it below 1000",
        arguments: [
            (0, "0 ns"), (0.25, "0.250 ns"), (12, "12 ns"), (870, "870 ns"), (999.4, "999 ns"),
            (999.5, "1.00 µs"), (1000, "1 µs"), (12_400, "12.4 µs"), (1_840_000, "1.84 ms"),
            (9_996_000, "10.0 ms"), (99_960_000, "100 ms"), (999_499_999, "999 ms"),
            (999_500_000, "1.00 s"), (2.05e9, "2.05 s"), (68.7e9, "68.7 s"), (3600e9, "3600 s"),
            (-1_840_000, "-1.84 ms"), (.nan, "–"), (.infinity, "–"),
        ] as [(Double, String)]
    )
    func duration(nanoseconds: Double, text: String) {
        #expect(QuantityText.duration(nanoseconds: nanoseconds) == text)
    }

    @Test("a duration in whole nanoseconds reads the same")
    func integerDuration() {
        #expect(QuantityText.duration(nanoseconds: UInt64(1_840_000)) == "1.84 ms")
    }

    @Test(
        "a size is in powers of 1024, without trailing zeros",
        arguments: [
            (0, "0 B"), (12, "12 B"), (512, "512 B"), (1023, "1023 B"), (1024, "1 KiB"),
            (4096, "4 KiB"), (64_000_000, "61 MiB"), (64 << 20, "64 MiB"), (3 << 29, "1.5 GiB"),
            ((1 << 20) - 1, "1 MiB"), (1 << 50, "1 PiB"), (.max, "16384 PiB"),
        ] as [(UInt64, String)]
    )
    func bytes(count: UInt64, text: String) {
        #expect(QuantityText.bytes(count) == text)
    }

    @Test(
        "a rate is in powers of 1000",
        arguments: [
            (0, "0 B/s"), (999, "999 B/s"), (120e6, "120 MB/s"), (1.5e9, "1.5 GB/s"),
            (999.6e6, "1 GB/s"), (.nan, "–"),
        ] as [(Double, String)]
    )
    func rate(bytesPerSecond: Double, text: String) {
        #expect(QuantityText.bytesPerSecond(bytesPerSecond) == text)
    }

    @Test(
        "a count is grouped by thousands",
        arguments: [
            (0, "0"), (999, "999"), (2391, "2\u{202F}391"), (15_000, "15\u{202F}000"),
            (1_234_567, "1\u{202F}234\u{202F}567"),
        ] as [(UInt64, String)]
    )
    func count(value: UInt64, text: String) {
        #expect(QuantityText.count(value) == text)
    }

    @Test(
        "a percentage has a decimal only below ten percent",
        arguments: [
            (0, "0.0 %"), (0.034, "3.4 %"), (-0.034, "-3.4 %"), (0.255, "26 %"), (1, "100 %"),
            (.nan, "–"),
        ] as [(Double, String)]
    )
    func percent(ratio: Double, text: String) {
        #expect(QuantityText.percent(ratio) == text)
    }

    @Test(
        "a fixed number has exactly the decimals asked for",
        arguments: [
            (0.005, 2, "0.01"), (-0.001, 2, "0.00"), (-0.5, 0, "-1"), (1.005e3, 1, "1005.0"),
            (0.07, 3, "0.070"), (12, -1, "12"), (1e300, 2, "1e+300"), (.infinity, 1, "–"),
        ] as [(Double, Int, String)]
    )
    func fixed(value: Double, decimals: Int, text: String) {
        #expect(QuantityText.fixed(value, decimals: decimals) == text)
    }

    @Test(
        "three significant digits, whatever the size",
        arguments: [
            (0.00123, "0.00123"), (0.0999, "0.0999"), (0.9996, "1.00"), (1.84, "1.84"),
            (9.996, "10.0"), (12, "12"), (12.44, "12.4"), (412.4, "412"), (123_456, "123456"),
            (-0.5, "-0.500"), (.nan, "–"),
        ] as [(Double, String)]
    )
    func threeDigits(value: Double, text: String) {
        #expect(QuantityText.threeDigits(value) == text)
    }
}
