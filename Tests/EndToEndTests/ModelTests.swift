import Foundation
import ResultStore
import TestSupport
import Testing

/// `tbench model` through the real binary, on results that the binary wrote.
@Suite("tbench model") struct ModelTests {
    private func disk(_ directory: TemporaryDirectory, _ name: String) throws -> String {
        let target = "\(directory.path)/\(name)"
        let results = "\(directory.path)/results-\(name)"
        try FileManager.default.createDirectory(
            atPath: target,
            withIntermediateDirectories: true
        )
        let profile = "\(directory.path)/\(name).json5"
        try Data(
            """
            {
                answers: "How long is a write?", expect: "Not long.", destructive: true, file_size: "4m",
                defaults: { bs: "4k", ioengine: "sync", time_based: true, runtime: "2s", norandommap: true },
                phases: [{ jobs: [{ name: "write-1", rw: "randwrite" }] }],
            }
            """.utf8
        ).write(to: URL(fileURLWithPath: profile))
        let outcome = try Tool.run(["run", profile, target, "-o", results, "--no-progress"])
        #expect(outcome.status == 0, "\(outcome.stderr)")
        let names = try FileManager.default.subpathsOfDirectory(atPath: results)
            .filter { $0.hasSuffix(".json") }
        return "\(results)/\(try #require(names.first))"
    }

    @Test("a plain job's result is a local replica's disk, in every format, and nothing is written")
    func formats() throws {
        let directory = try TemporaryDirectory()
        let file = try disk(directory, "a")
        let before = try FileManager.default.subpathsOfDirectory(atPath: directory.path)
        let text = try Tool.run(["model", file], in: directory.path)
        #expect(text.status == 0, "\(text.stderr)")
        #expect(text.stdout.hasPrefix("MODEL  A 4 KiB write to one replica should take "))
        #expect(text.stdout.contains("the disk of local"))
        let markdown = try Tool.run(["model", file, "--output-format", "markdown"])
        #expect(markdown.stdout.hasPrefix("## MODEL: A 4 KiB write to one replica"))
        let json = try Tool.run([
            "model", "--replica", file, "--replica", file, "--output-format", "json", "--set",
            "lvirt=140us",
        ])
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(json.stdout.utf8)) as? [String: Any]
        )
        #expect(object["schema"] as? String == "tbench.model")
        #expect(object["v"] as? Int == 1)
        #expect((object["replicas"] as? [String])?.count == 2)
        #expect(object["passes"] == nil)
        #expect((object["what_if"] as? [String: Any])?["settings"] as? [String] == ["lvirt=140us"])
        #expect(try FileManager.default.subpathsOfDirectory(atPath: directory.path) == before)
    }

    @Test("a truncated result is refused by name, with the code of a failed run")
    func truncated() throws {
        let directory = try TemporaryDirectory()
        let file = try disk(directory, "a")
        let data = try Data(contentsOf: URL(fileURLWithPath: file))
        let half = "\(directory.path)/half.json"
        try data.prefix(data.count / 2).write(to: URL(fileURLWithPath: half))
        let outcome = try Tool.run(["model", file, half])
        #expect(outcome.status == 1)
        #expect(outcome.stdout == "")
        #expect(outcome.stderr.hasPrefix("Error: "))
        #expect(outcome.stderr.contains("half.json"), "\(outcome.stderr)")
    }

    @Test("an etcd run on a directory has no term of the model, and that is said with what has")
    func noTerms() throws {
        let directory = try TemporaryDirectory()
        let results = "\(directory.path)/results"
        _ = try Tool.run(["etcd", directory.path, "-o", results] + Tool.short)
        let names = try FileManager.default.subpathsOfDirectory(atPath: results)
        let name = try #require(names.first { $0.hasSuffix(".json") })
        let outcome = try Tool.run(["model", "\(results)/\(name)"])
        #expect(outcome.status == 66)
        #expect(outcome.stderr.contains("holds no term of the model"))
        #expect(outcome.stderr.contains("tbench longhorn TARGET"))
    }
}
