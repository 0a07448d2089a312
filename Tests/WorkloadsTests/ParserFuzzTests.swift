import Testing

@testable import Workloads

/// Mutated inputs in a fixed number; `scripts/fuzz` searches for longer with libFuzzer, guided by coverage.
@Suite("Hostile profiles and job files")
struct ParserFuzzTests {
    static let seeds: [String] =
        Profile.embeddedNames.compactMap { Profile.embeddedText($0) } + [
            "[global]\nbs=4k,8k\nrw=randrw\nrwmixread=70\nsize=50%\n[a]\nruntime=1m\ntime_based\nbssplit=4k/50:8k\nnorandommap\n[b]\nrandom_distribution=zipf:1.2\nrw=randread\nstonewall\n"
        ]

    @Test("any bytes end in a value or an error with a place, never in a trap", arguments: 0..<8)
    func mutations(_ seed: UInt64) {
        var random = InlineRandom(seed: seed)
        for round in 0..<150 {
            var bytes = Array(Self.seeds[Int(random.below(UInt64(Self.seeds.count)))].utf8)
            for _ in 0...random.below(6) { Self.mutate(&bytes, &random) }
            let text = String(decoding: bytes, as: UTF8.self)
            for error in [Self.profileError(text), Self.fioError(text)] {
                if let error {
                    #expect(
                        ["f", "f:", "a:"].contains { error.subject.hasPrefix($0) },
                        "seed \(seed), round \(round)"
                    )
                }
            }
        }
    }

    private static func profileError(_ text: String) -> WorkloadError? {
        do throws(WorkloadError) {
            _ = try Profile(json5: text, path: "f")
            return nil
        } catch { return error }
    }

    private static func fioError(_ text: String) -> WorkloadError? {
        do throws(WorkloadError) {
            _ = try FioJobFile(text, path: "f", include: { $0 == "a" ? "bs=4k\n" : nil })
            return nil
        } catch { return error }
    }

    private static let words = [
        "{", "}", "[", "]", ":", ",", "'", "\"", "//", "/*", "\\u0000", "=", "\n", "%", "-1",
        "1e999", "99999999999999999999", "\u{202E}", "\0", "k", ";", "include a\n", "[x]\n", "$",
    ]

    private static func mutate(_ bytes: inout [UInt8], _ random: inout InlineRandom) {
        let place = Int(random.below(UInt64(bytes.count + 1)))
        switch random.below(4) {
        case 0 where place < bytes.count: bytes[place] = UInt8(truncatingIfNeeded: random.next())
        case 1:
            let end = min(bytes.count, place + Int(random.below(64)))
            bytes.removeSubrange(place..<end)
        case 2:
            let end = min(bytes.count, place + Int(random.below(64)))
            bytes.insert(contentsOf: Array(bytes[place..<end]), at: place)
        default:
            bytes.insert(
                contentsOf: Array(words[Int(random.below(UInt64(words.count)))].utf8),
                at: place
            )
        }
    }
}
