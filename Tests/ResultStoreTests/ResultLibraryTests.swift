import Foundation
import Statistics
import TestSupport
import Testing

@testable import ResultStore

@Suite("A directory of results") struct ResultLibraryTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @discardableResult
    private func store(
        _ id: String,
        _ change: (inout ResultRecord) -> Void = { _ in }
    ) throws
        -> String
    {
        var record = FullRecord.make()
        record.run.id = id
        change(&record)
        return try ResultFiles.write(record, into: directory.path)
    }

    private func library() -> ResultLibrary {
        var library = ResultLibrary()
        library.add(directory.path)
        return library
    }

    @Test("gives what it holds and passes over what is none")
    func all() throws {
        try store("00000001")
        try store("00000002")
        try directory.write("other.json", "{\"schema\": \"somebody.else\"}")
        try directory.write("numbers.json", "[1, 2]")
        try directory.write("baseline.json", "{}")
        try directory.write(".hidden/x.json", "{")
        try directory.write("notes.txt", "{")
        let library = library()
        #expect(library.runs.map(\.record.run.id).sorted() == ["00000001", "00000002"])
        #expect(library.problems == [])
    }

    @Test("names each file that is damaged, and gives the rest")
    func damaged() throws {
        let whole = try store("00000001")
        let data = try Data(contentsOf: URL(fileURLWithPath: whole))
        try store("00000002")
        for (name, bytes) in [
            ("half.json", data.prefix(data.count / 2)), ("empty.json", Data()),
            ("noise.json", Data([0, 255, 7, 13])),
        ] {
            try bytes.write(to: URL(fileURLWithPath: directory.file(name)))
        }
        let text = String(decoding: data, as: UTF8.self)
        try directory.write(
            "newer.json",
            text.replacingOccurrences(of: "\"v\": 1", with: "\"v\": 9")
        )
        let library = library()
        #expect(library.runs.count == 2)
        let named = library.problems.map { ($0.file as NSString).lastPathComponent }.sorted()
        #expect(named == ["empty.json", "half.json", "newer.json", "noise.json"])
        for problem in library.problems { #expect(problem.error.reason.contains(problem.file)) }
    }

    @Test("bytes changed at random never stop it", arguments: 0..<6)
    func fuzzed(seed: Int) throws {
        let whole = try store("00000001")
        var data = try Data(contentsOf: URL(fileURLWithPath: whole))
        var random = SplitMix64(seed: UInt64(seed) &+ 99)
        for round in 0..<40 {
            let index = random.index(below: data.count)
            data[index] = UInt8(truncatingIfNeeded: random.next())
            try data.write(to: URL(fileURLWithPath: directory.file("fuzzed-\(round).json")))
        }
        let library = library()
        #expect(library.runs.count + library.problems.count <= 41)
        #expect(library.runs.contains { $0.file == whole })
    }

    @Test("the index reads a file once, and again only when it changed")
    func index() throws {
        try store("00000001")
        let second = try store("00000002")
        try directory.write("other.json", "[]")
        #expect(try ResultIndex.list(directory.path).read == 2)
        #expect(try ResultIndex.list(directory.path).read == 0)
        try store("00000003")
        #expect(try ResultIndex.list(directory.path).read == 1)
        try FileManager.default.removeItem(atPath: second)
        #expect(
            try ResultIndex.list(directory.path).entries.map(\.run) == ["00000001", "00000003"]
        )
        #expect(try ResultIndex.list(directory.path).read == 0)
    }

    @Test("an index that lies about a file's size, or is none, is made anew")
    func staleIndex() throws {
        let path = try store("00000001")
        _ = try ResultIndex.list(directory.path)
        var data = try Data(contentsOf: URL(fileURLWithPath: path))
        data.append(UInt8(ascii: "\n"))
        try data.write(to: URL(fileURLWithPath: path))
        #expect(try ResultIndex.list(directory.path).read == 1)
        for text in ["", "{}", "\u{0}", "{\"schema\":\"tbench.index\",\"v\":2}\n{\"path\":1}"] {
            try directory.write("index.jsonl", text)
            #expect(try ResultIndex.list(directory.path).entries.count == 1)
        }
    }

    @Test("acceptances of many writers at once are all kept, each once")
    func writers() async throws {
        let path = directory.path
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<8 {
                group.addTask {
                    try BaselineFile.update(in: path) { accepted in
                        _ = accepted.accept(
                            .init(run: "\(number)", file: "\(number).json", accepted: "now")
                        )
                    }
                }
            }
            try await group.waitForAll()
        }
        let runs = try BaselineFile.read(in: path).runs.map(\.run).sorted()
        #expect(runs == (0..<8).map(String.init))
        #expect(try directory.names() == ["baseline.json"])
    }

    @Test("a lock that somebody left behind an hour ago is taken over")
    func oldLock() throws {
        let lock = try directory.write(".baseline.lock", "")
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -3600)],
            ofItemAtPath: lock
        )
        try BaselineFile.update(in: directory.path) { accepted in
            _ = accepted.accept(.init(run: "1", file: "1.json", accepted: "now"))
        }
        #expect(try BaselineFile.read(in: directory.path).runs.count == 1)
    }
}
