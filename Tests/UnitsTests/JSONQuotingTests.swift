import Foundation
import Testing
import Units

@Suite("Texts of JSON") struct JSONQuotingTests {
    @Test(
        "whatever is quoted, Foundation reads as it was",
        arguments: [
            "", "plain", "a \"quote\" and a \\", "lines\nand\ttabs\r\n",
            "\u{0}\u{1}\u{1B}[31m\u{7F}", "µs – 日本 🙂", "\u{2028}\u{FEFF}",
        ]
    )
    func roundTrip(text: String) throws {
        let quoted = JSONQuoting.quoted(text)
        let read = try JSONSerialization.jsonObject(
            with: Data(quoted.utf8),
            options: .fragmentsAllowed
        )
        #expect(read as? String == text)
        #expect(quoted.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F })
    }
}
