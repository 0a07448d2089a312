import Testing

@testable import Reporting

@Suite struct TextStyleTests {
    private let wide = TextStyle(color: true, unicode: true, width: 60)
    private let ascii = TextStyle(color: false, unicode: false, width: 60)

    @Test(
        "what could steer a terminal never reaches it",
        arguments: [
            ("\u{1B}[2Jmodel", "?[2Jmodel"),
            ("a\rb\u{7}", "a?b?"),
            ("two\nlines\tand a tab", "two lines and a tab"),
            ("\u{9B}31m", "?31m"),
        ]
    )
    func controls(_ text: String, _ shown: String) {
        #expect(wide.clean(text) == shown)
        #expect(ascii.clean(text) == shown)
    }

    @Test(
        "without Unicode there is a readable substitute",
        arguments: [
            ("1.84 ms ±4% – 12 µs", "1.84 ms +/-4% - 12 us"),
            ("≥ 100 ms → hint…", ">= 100 ms -> hint..."),
            ("a · b", "a | b"), ("日本", "??"), ("2\u{202F}391", "2 391"),
        ]
    )
    func ascii(_ text: String, _ shown: String) {
        #expect(ascii.clean(text) == shown)
        #expect(wide.clean(text) == text)
    }

    @Test("colour is only there when it may be")
    func colour() {
        #expect(wide.paint("x", [.strong, .bad]) == "\u{1B}[1;31mx\u{1B}[0m")
        #expect(wide.paint("", [.bad]).isEmpty)
        #expect(ascii.paint("x", [.strong, .bad]) == "x")
    }

    @Test("phrases are torn only when one alone is too long")
    func flow() {
        let style = TextStyle(color: false, unicode: true, width: 40)
        #expect(
            style.flow(["one", "two words that do fill the line", "three"], lead: "  x  ") == [
                "  x  one ·",
                "     two words that do fill the line ·",
                "     three",
            ]
        )
        #expect(
            style.flow(["one", "a phrase that is longer than any line can be here"]) == [
                "one ·",
                "a phrase that is longer than any line",
                "can be here",
            ]
        )
        #expect(style.flow([], lead: "x") == ["x"])
    }

    @Test("a word longer than the line stays whole, for it may be a path to copy")
    func longWord() {
        let style = TextStyle(color: false, unicode: true, width: 40)
        let path = "/" + String(repeating: "p", count: 60)
        #expect(style.wrap("see \(path) there") == ["see", path, "there"])
    }
}
