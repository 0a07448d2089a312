import Testing
import Units

@Suite("QuantityParsing")
struct QuantityParsingTests {
    @Test(
        "a duration is read in the unit it names, and several add up",
        arguments: [
            ("0", 0), ("0s", 0), ("1ns", 1), ("1.5us", 1500), ("2\u{B5}s", 2000),
            ("2\u{3BC}s", 2000), ("10ms", 10_000_000), (".5s", 500_000_000),
            ("30s", 30_000_000_000), ("1m30s", 90_000_000_000), ("5min", 300_000_000_000),
            ("1h", 3_600_000_000_000), ("1h0m1s", 3_601_000_000_000),
        ] as [(String, UInt64)]
    )
    func duration(text: String, nanoseconds: UInt64) throws {
        #expect(try QuantityParsing.nanoseconds(text) == nanoseconds)
    }

    @Test(
        "a text that is no duration is refused with the reason",
        arguments: [
            ("", "is empty"), ("30", "has no unit"), ("1m30", "has no unit"),
            ("30S", "has the unknown unit 'S'"), ("5 s", "has the unknown unit ' s'"),
            ("fast", "is not a number with a unit"), ("-5s", "is not a number with a unit"),
            ("1.2.3s", "is not a number with a unit"), ("5.s", "is not a number with a unit"),
            ("nan", "is not a number with a unit"), ("٣s", "is not a number with a unit"),
            ("1e5s", "has the unknown unit 'e'"), ("99999999999h", "is too large"),
            (String(repeating: "9", count: 400) + "s", "is too large"),
        ]
    )
    func badDuration(text: String, reason: String) {
        #expect(
            throws: QuantityParsing.Failure(
                text: text,
                reason: reason,
                allowed: "a number with ns, us, ms, s, m or h, such as 30s or 1m30s"
            )
        ) { try QuantityParsing.nanoseconds(text) }
    }

    @Test(
        "a size knows fio's units and the decimal ones, in any case",
        arguments: [
            ("0", 0), ("4096", 4096), ("4k", 4096), ("4K", 4096), ("4KiB", 4096), ("4kB", 4000),
            ("64MB", 64_000_000), ("64m", 67_108_864), ("1.5g", 1_610_612_736),
            ("2TiB", 2_199_023_255_552), ("1TB", 1_000_000_000_000), ("512B", 512),
        ] as [(String, UInt64)]
    )
    func size(text: String, bytes: UInt64) throws {
        #expect(try QuantityParsing.bytes(text) == bytes)
    }

    @Test(
        "a text that is no size is refused with the reason",
        arguments: [
            ("", "is empty"), ("k", "is not a number with a unit"),
            ("-1", "is not a number with a unit"), ("4q", "has the unknown unit 'q'"),
            ("4k4k", "is not a number of bytes"), ("1k512", "is not a number of bytes"),
            ("1.5", "is not a number of bytes"), ("0.5B", "is not a number of bytes"),
            ("9999999999TiB", "is too large"),
        ]
    )
    func badSize(text: String, reason: String) {
        #expect(
            throws: QuantityParsing.Failure(
                text: text,
                reason: reason,
                allowed: "a number with an optional unit, such as 4096, 4k, 64MiB or 64MB"
            )
        ) { try QuantityParsing.bytes(text) }
    }
}
