import Foundation
import Testing

@testable import Workloads

@Suite("JSON5")
struct JSON5ParserTests {
    static let good = [
        "{}", "[]", "{a:1}", "{a:1,}", "[1,2,]", "{'a b':\"c\\n\"}", "// x\n{/* y */a: true}",
        "[.5, 1., +1, -2e3, 0x1F]",
        "{$a_1: null}", "'\\u0041'", "\n\n[\n{\nb\n:\n'x'}]", "'a\\\nb'", "\u{FEFF}{}",
        "{a:{b:{c:[[[]]]}}}", "0",
    ]
    static let bad = [
        "", "{", "}", "{a}", "{a:}", "{a:1 b:2}", "[1 2]", "[,]", "{,}", "{a:1}}", "'a", "'a\nb'",
        "{1a:2}", "/", "/* x",
        "tru", "01", "1e", "0x", "--1", "{a:4k}", "'\\u12'", "\\", "[1,,2]", "+", ".",
    ]

    @Test("what Foundation takes for JSON5 is taken here too", arguments: good)
    func accepted(_ text: String) throws {
        _ = try JSON5Parser.parse(text)
        #expect(Self.foundation(text))
    }

    @Test("what is no JSON5 is refused", arguments: bad)
    func refused(_ text: String) {
        #expect(throws: JSON5Error.self) { _ = try JSON5Parser.parse(text) }
    }

    @Test("keys and values know their lines")
    func lines() throws {
        let node = try JSON5Parser.parse("// one\n{\n  a: 1, /* two\n three */ b:\n 'x',\n}")
        guard case .object(let members) = node.value else {
            Issue.record("not an object")
            return
        }
        #expect(node.line == 2 && members.map { $0.key } == ["a", "b"])
        #expect(members.map { $0.line } == [3, 4] && members.map { $0.node.line } == [3, 5])
        let error = #expect(throws: JSON5Error.self) { _ = try JSON5Parser.parse("{\na: 1,\nb 2}") }
        #expect(error?.line == 3)
    }

    @Test("deep nesting is refused, not run out of stack", arguments: ["[", "{a:"])
    func deep(_ opener: String) {
        #expect(throws: JSON5Error.self) {
            _ = try JSON5Parser.parse(String(repeating: opener, count: 100_000))
        }
    }

    /// Whether Foundation's own decoder takes it.
    static func foundation(_ text: String) -> Bool {
        let decoder = JSONDecoder()
        decoder.allowsJSON5 = true
        return (try? decoder.decode(Anything.self, from: Data(text.utf8))) != nil
    }

    private struct Anything: Decodable {
        init(from decoder: any Decoder) throws {}
    }
}
