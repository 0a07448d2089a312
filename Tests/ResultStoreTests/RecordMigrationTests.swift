import Foundation
import Testing

@testable import ResultStore

@Suite("Older layouts") struct RecordMigrationTests {
    private struct Unfit: Error {}

    /// A made-up future: version 2 called the method "procedure", version 3 has it in "run".
    private let future = RecordMigration(
        steps: [
            1: { record in
                guard let method = record.removeValue(forKey: "method") else { throw Unfit() }
                record["procedure"] = method
            },
            2: { record in
                record["run"] = ["procedure": record.removeValue(forKey: "procedure")]
            },
        ],
        current: 3
    )

    private func upgrade(_ text: String, from version: Int) throws -> [String: Any] {
        let data = try future.upgraded(Data(text.utf8), from: version)
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    @Test("are upgraded version by version")
    func steps() throws {
        let record = try upgrade(#"{"v": 1, "method": 7, "kept": "as it was"}"#, from: 1)
        #expect(record["v"] as? Int == 3)
        #expect((record["run"] as? [String: Int])?["procedure"] == 7)
        #expect(record["kept"] as? String == "as it was")
        #expect(record["method"] == nil && record["procedure"] == nil)
        #expect((try upgrade(#"{"v": 2, "procedure": 8}"#, from: 2))["v"] as? Int == 3)
    }

    @Test("a current one is not touched, byte for byte")
    func current() throws {
        let data = Data("{ \"v\" :3}".utf8)
        #expect(try future.upgraded(data, from: 3) == data)
    }

    @Test("a newer one, one that does not fit its version and one from nowhere are refused")
    func refused() {
        for (text, version) in [("{}", 4), ("{}", 1), ("[]", 1), ("", 2), ("{}", 0), ("{}", -5)] {
            #expect(throws: ResultStoreError.self, "\(text) \(version)") {
                try future.upgraded(Data(text.utf8), from: version)
            }
        }
    }

    @Test("every result that is kept in the repository is still read")
    func kept() throws {
        let results = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(
                "Results"
            )
        var library = ResultLibrary()
        library.add(results.path)
        #expect(library.problems == [])
        #expect(library.runs.count >= 2)
    }
}
