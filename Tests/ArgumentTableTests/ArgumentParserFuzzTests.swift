import ArgumentTable
import Foundation
import Testing
import Units

/// Random command lines: anything at all must give an outcome or a `UsageError`, never a trap.
@Suite struct ArgumentParserFuzzTests {
    @Test("20 000 random argument vectors give valid values or a printable error")
    func randomVectors() throws {
        let given = ProcessInfo.processInfo.environment["TBENCH_TEST_SEED"].flatMap { UInt64($0) }
        let seed = given ?? 20_261_120
        var generator = SeededGenerator(state: seed)
        let parser = ArgumentParser(table: SampleTable.table)
        var runs = 0
        for vector in 0..<20_000 {
            let arguments = generator.arguments()
            let context: Comment = "TBENCH_TEST_SEED=\(seed), vector \(vector)"
            do {
                let outcome = try parser.parse(
                    arguments,
                    terminalWidth: Int(truncatingIfNeeded: generator.next()) % 300,
                    environment: ["TBENCH_LOG": generator.argument()]
                )
                guard case .run(let command) = outcome else { continue }
                runs += 1
                #expect(invalidValues(of: command) == [], context)
            } catch {
                try #require(!error.message.isEmpty && error.message.utf8.count < 4096, context)
                let isPrintable = error.message.unicodeScalars.allSatisfy {
                    $0.properties.generalCategory != .control
                }
                #expect(isPrintable, context)
                #expect(error.message.last == "." || error.message.last == "?", context)
            }
        }
        // Guards the generator: a fuzz that never gets past the first check proves nothing.
        #expect(runs > 200)
    }

    /// Values that a command would see and that are not what the table promises.
    private func invalidValues(of command: ParsedCommand) -> [String] {
        guard command.command == "etcd" else { return [] }
        let rate = command.integer("rate").map { (1...1_000_000).contains($0) } ?? !isGiven("rate")
        let time = command.nanoseconds("max-time").map { $0 >= 1_000_000_000 } ?? false
        let size = command.bytes("segment-size").map { $0 >= 1_048_576 } ?? false
        let engine = ["auto", "sync", "libaio", "io_uring"].contains(command.string("ioengine"))
        let skew = command.number("skew").map { (-1...1.5).contains($0) } ?? !isGiven("skew")
        let tags = command.pairs("tag").count == command.strings("tag").count
        let checks = [
            ("rate", rate), ("max-time", time), ("segment-size", size), ("ioengine", engine),
            ("skew", skew), ("tag", tags),
        ]
        return checks.filter { !$0.1 }.map(\.0)
        func isGiven(_ long: String) -> Bool { command.wasGiven(long) }
    }
}

/// SplitMix64, and the command lines it makes.
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    mutating func arguments() -> [String] {
        let count = Int.random(in: 0...8, using: &self)
        var all = (0..<count).map { _ in argument() }
        // Most of what is interesting happens behind a known command.
        if Bool.random(using: &self) { all.insert("etcd", at: 0) }
        return all
    }

    mutating func argument() -> String {
        switch Int.random(in: 0..<10, using: &self) {
        case 0..<5: Self.words.randomElement(using: &self) ?? ""
        case 5: (Self.words.randomElement(using: &self) ?? "") + "=" + noise(upTo: 6)
        case 6: (Self.words.randomElement(using: &self) ?? "") + "=" + value()
        case 7: "-" + noise(upTo: 4)
        case 8: noise(upTo: 30)
        default: Int.random(in: 0..<40, using: &self) == 0 ? noise(upTo: 20_000) : value()
        }
    }

    private mutating func value() -> String {
        Self.values.randomElement(using: &self) ?? ""
    }

    /// Random bytes as the process would see them: invalid UTF-8 repaired.
    private mutating func noise(upTo limit: Int) -> String {
        let count = Int.random(in: 0...limit, using: &self)
        let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let words = [
        "etcd", "info", "list", "compare", "schema", "help", "probe", "methods", "--", "-", "",
        "--rate", "--load", "--clients", "-c", "--ramp", "--skew", "--rounds", "--max-time",
        "--compat", "--ioengine", "--filesystem", "--destroy-data", "--segment-size",
        "--preallocate", "--no-preallocate", "--output-format", "--output-dir", "-o", "--tag",
        "--note", "--strict", "-s", "-n", "-q", "--quiet", "--no-color", "--log-file", "-sqn",
        "-qo", "---", "--=", "-=", "\u{2014}rate", "--généré", "--rate\u{301}",
    ]

    private static let values = [
        "5", "-5", "0", "1.5", "1e400", "9223372036854775808", "-9223372036854775809", "nan",
        "30s", "1m30s", "s", "1h1h1h", "99999999999h", "0.0000001ns", "4k", "64MB", "1e9GiB",
        "io_uring", "sync", "ext4", "m", "text", "3.6", "a=b", "a=", "=b", "=", "\u{301}=x",
        "1.1.1s", "..s", "5µs", "٣", "½", "\r\n",
    ]
}
