import Testing

@testable import Orchestration

@Suite("YAML that is written") struct YAMLWriterTests {
    @Test(
        "what a reader could take for something else is quoted",
        arguments: [
            "", "yes", "No", "ON", "y", "null", "~", "1", "1e3", "0x1F", "1:20", "-", "- a", "a: b",
            "a #b",
            "#", "[a]", "{a}", "*a", "&a", "!a", "%a", "@a", "`a`", "a\nb", "a\r", "\u{85}",
            "\u{2028}",
            "\u{FEFF}", "é", "😀", "'", "\"", "\\", " a", "a ", ".5", "true", "2026-01-01", "=",
            "---",
        ]
    )
    func quoted(text: String) {
        let scalar = YAMLWriter.scalar(text)
        #expect(scalar.hasPrefix("\"") && scalar.hasSuffix("\""))
        #expect(scalar.unicodeScalars.allSatisfy { (" "..."~").contains($0) })
        #expect(
            scalar.utf8.dropFirst().dropLast().reduce(into: (0, false)) { state, byte in
                // No quote that is not escaped.
                if byte == UInt8(ascii: "\"") && !state.1 { state.0 += 1 }
                state.1 = byte == UInt8(ascii: "\\") && !state.1
            }.0 == 0
        )
    }

    @Test(
        "names, paths and images stand as they are",
        arguments: [
            "etcd", "/host/var", "registry.example/tbench", "tbench:v1", "app.kubernetes.io/name",
            "a=b",
        ]
    )
    func plain(text: String) { #expect(YAMLWriter.scalar(text) == text) }

    @Test("maps, lists and comments are laid out as people write them")
    func layout() {
        let node = YAMLNode.map(
            YAMLEntry("a", "x", comment: "why\nand how"),
            YAMLEntry("list", [["b": 1, "c": [true, "no"]], ["d": ["e": "f"]]]),
            YAMLEntry("empty", [:])
        )
        #expect(
            YAMLWriter.text([node, ["z": []]], heading: ["top\u{1B}[31m"]) == """
                # top?[31m
                ---
                # why
                # and how
                a: x
                list:
                  - b: 1
                    c: [true, "no"]
                  - d:
                      e: f
                empty: {}
                ---
                z: []

                """
        )
    }

    @Test("a comment before a list's first key keeps the dash at the key")
    func commentInList() {
        let node: YAMLNode = .list([.map(YAMLEntry("a", 1, comment: "why"), YAMLEntry("b", 2))])
        #expect(YAMLWriter.text([["l": node]]) == "---\nl:\n  # why\n  - a: 1\n    b: 2\n")
    }
}
