import Foundation
import ResultStore
import TestSupport
import Testing

/// `tbench compare`, `accept`, `check`, `history` and `results` on files, through the real binary.
@Suite("Comparing kept results") struct ComparisonTests {
    private let directory: TemporaryDirectory
    private let results: String
    private let old: String
    private let new: String

    init() throws {
        directory = try TemporaryDirectory()
        results = directory.file("Results")
        old = try MadeUpResult().write(into: results)
        new = try MadeUpResult(
            id: "00000002",
            started: "2026-08-02T00:00:00Z",
            level: 1_300_000,
            kernel: "6.12.13",
            seed: 2
        ).write(into: results)
    }

    private func tool(_ arguments: String...) throws -> Shell.Outcome {
        try Tool.run(
            arguments,
            in: directory.path,
            environment: ["LC_ALL": "C.UTF-8", "COLUMNS": "200"]
        )
    }

    @Test("two results: every measure, the kernel that differs, and no exit code of its own")
    func compare() throws {
        let text = try tool("compare", old, new)
        #expect(text.status == 0, "\(text.stderr)")
        #expect(text.stdout.hasPrefix("REGRESSED  "))
        #expect(text.stdout.contains("kernel 6.12.9 → 6.12.13"))
        #expect(text.stdout.contains("single baseline"))
        let json = try tool("compare", old, new, "--output-format", "json")
        let document = try #require(
            try JSONSerialization.jsonObject(with: Data(json.stdout.utf8)) as? [String: Any]
        )
        #expect(document["schema"] as? String == "tbench.comparison")
        let cases = try #require(document["cases"] as? [[String: Any]])
        let rows = try #require(cases.first?["rows"] as? [[String: Any]])
        let median = rows.first { $0["measure"] as? String == "read-1.read_p50" }
        #expect(median?["verdict"] as? String == "regressed")
        let change = try #require(median?["change"] as? Double)
        #expect(abs(change - 0.3) < 0.02)
    }

    @Test("another engine is named, and --strict makes it an exit code")
    func notComparable() throws {
        let other = try MadeUpResult(id: "00000003", engine: "io_uring").write(into: results)
        let outcome = try tool("compare", old, other, "--strict")
        #expect(outcome.status == 3)
        #expect(outcome.stdout.contains("not comparable: engine sync → io_uring"))
        #expect(try tool("compare", old, other, "--across", "engine", "--strict").status == 0)
    }

    @Test("groups by a tag, with the reference that was asked for first")
    func groups() throws {
        let tagged = directory.file("tagged")
        for (number, cache) in ["none", "writeback", "unsafe"].enumerated() {
            _ = try MadeUpResult(
                id: "1000000\(number)",
                level: 1e6 * (1 - 0.2 * Double(number)),
                tags: ["cache": cache]
            ).write(into: tagged)
        }
        let text = try tool("compare", tagged, "--by", "cache", "--reference", "none")
        #expect(text.status == 0, "\(text.stderr)")
        #expect(text.stdout.contains("cache=writeback"))
        #expect(text.stdout.contains("improved"))
        let missing = try tool("compare", tagged, "--by", "format")
        #expect(missing.status == 66)
        #expect(missing.stderr.contains("these tags occur: cache"))
        let selected = try tool(
            "compare",
            "cache=none",
            "cache=unsafe",
            "--results",
            tagged,
            "--output-format",
            "csv"
        )
        #expect(selected.stdout.contains("improved"), "\(selected.stderr)")
    }

    @Test("a truncated file is named, and the rest is compared")
    func truncated() throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: new))
        let half = directory.file("Results/half.json")
        try data.prefix(data.count / 2).write(to: URL(fileURLWithPath: half))
        let outcome = try tool("compare", old, results)
        #expect(outcome.status == 1)
        #expect(outcome.stdout.contains("half.json"))
        #expect(outcome.stdout.contains("read-1 read p50"))
        #expect(try tool("compare", old, "nowhere.json").status == 66)
    }

    @Test("nothing is a baseline until it is accepted; then a regression fails the check")
    func check() throws {
        let before = try tool("check", new, "--baseline", results, "--strict")
        #expect(before.status == 3)
        #expect(before.stdout.contains("no accepted run"))
        #expect(try tool("check", new, "--baseline", results).status == 0)
        #expect(try tool("check", new, "--baseline", "nowhere").status == 66)

        let accepted = try tool("accept", "00000001", "--reason", "first")
        #expect(accepted.status == 0, "\(accepted.stderr)")
        let junit = directory.file("t.xml")
        let worse = try tool(
            "check",
            new,
            "--baseline",
            results,
            "--report",
            "junit=\(junit)",
            "--report",
            "prometheus=\(directory.file("t.prom"))"
        )
        #expect(worse.status == 2)
        #expect(try String(contentsOfFile: junit, encoding: .utf8).contains("<failure "))
        let mode = try FileManager.default.attributesOfItem(atPath: directory.file("t.prom"))
        #expect((mode[.posixPermissions] as? NSNumber)?.intValue == 0o644)
        // The accepted run itself is no worse than it is.
        #expect(try tool("check", old, "--baseline", old).status == 0)

        #expect(try tool("accept", "00000001", "--withdraw").status == 0)
        #expect(try tool("check", new, "--baseline", results).status == 0)
    }

    @Test("a limit counts without a baseline, and one that nothing was measured for is not kept")
    func limits() throws {
        func check(_ limit: String) throws -> Shell.Outcome {
            try tool("check", new, "--baseline", results, "--slo", limit)
        }
        #expect(try check("read-1.read_p99=10ms").status == 0)
        #expect(try check("read-1.read_p99=1ms").status == 2)
        #expect(try check("read-1.read_rate=100000").status == 2)
        let unknown = try check("read-1.raed_p99=1ms")
        #expect(unknown.status == 1)
        #expect(unknown.stdout.contains("Did you mean read-1.read_p99?"))
        #expect(try check("read-1.read_p99=fast").status == 64)
    }

    @Test("two processes that accept at once both succeed")
    func acceptTogether() throws {
        let both = try [old, new].map { try Tool.start(["accept", $0], in: directory.path) }
        for command in both { #expect(command.wait().status == 0) }
        let folder = (old as NSString).deletingLastPathComponent
        let accepted = try BaselineFile.read(in: folder)
        #expect(Set(accepted.runs.map(\.run)) == ["00000001", "00000002"])
    }

    @Test("an edited copy with the same id is left out by name; a plain copy counts once")
    func duplicates() throws {
        try FileManager.default.copyItem(atPath: old, toPath: directory.file("Results/copy.json"))
        let once = try tool("history", results, "--output-format", "csv", "--measure", "p50")
        #expect(once.status == 0, "\(once.stderr)")
        #expect(once.stdout.split(separator: "\n").count == 3)
        let text = try String(contentsOfFile: old, encoding: .utf8)
        try text.replacingOccurrences(of: "6.12.9", with: "6.12.8")
            .write(toFile: directory.file("Results/edited.json"), atomically: true, encoding: .utf8)
        let unknown = try tool("history", results, "--measure", "p500")
        #expect(unknown.status == 66)
        #expect(unknown.stdout.isEmpty)
        #expect(unknown.stderr.contains("no result there measured p500"), "\(unknown.stderr)")
        let edited = try tool("history", results)
        #expect(edited.status == 1)
        #expect(edited.stderr.contains("both claim to be run 00000001"))
    }

    @Test("the index is made anew when files come, go or change, and is never needed")
    func index() throws {
        let path = directory.file("Results/index.jsonl")
        #expect(try tool("results", "list").stdout.contains("00000002"))
        #expect(FileManager.default.fileExists(atPath: path))
        try FileManager.default.removeItem(atPath: new)
        let less = try tool("results", "list")
        #expect(!less.stdout.contains("00000002") && less.stdout.contains("00000001"))
        try "{\"schema\":\"tbench.index\",\"v\":1}\n{\"path\":\"../../etc\"}\n\u{0}garbage"
            .write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try tool("results", "list").stdout.contains("00000001"))
        // A directory in its place cannot be written: the list is the same.
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let without = try tool("results", "list")
        #expect(without.status == 0)
        #expect(without.stdout.contains("00000001"))
    }

    @Test("prune removes the oldest beyond what is kept, only with --yes and never an accepted one")
    func prune() throws {
        for number in 3...6 {
            _ = try MadeUpResult(
                id: "0000000\(number)",
                started: "2026-08-0\(number)T00:00:00Z"
            ).write(into: results)
        }
        _ = try tool("accept", "00000001")
        let dry = try tool("results", "prune", "--keep", "2")
        #expect(dry.stdout.split(separator: "\n").count == 3)
        #expect(FileManager.default.fileExists(atPath: new))
        #expect(try tool("results", "prune", "--keep", "2", "--yes").status == 0)
        #expect(!FileManager.default.fileExists(atPath: new))
        #expect(FileManager.default.fileExists(atPath: old))
        #expect(try tool("results", "show", "00000001").stdout.contains("sample"))
        #expect(try tool("results", "show", "00000002").status == 66)
    }

    @Test("a damaged baseline is named and nothing is overwritten")
    func damagedBaseline() throws {
        let path = (old as NSString).deletingLastPathComponent + "/baseline.json"
        for text in ["", "{", "[]", "{\"schema\":\"x\",\"v\":1,\"runs\":[]}", "\u{0}"] {
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            let outcome = try tool("accept", old)
            #expect(outcome.status == 1, "\(text)")
            #expect(outcome.stderr.contains("baseline.json"))
            #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
        }
        try "{\"schema\":\"tbench.baseline\",\"v\":9,\"runs\":[]}"
            .write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try tool("accept", old).stderr.contains("layout version 9"))
    }

    @Test(
        "a full and a read-only Results/ are said, and nothing half-written is left",
        .requiresRoot
    )
    func noRoom() throws {
        let mount = directory.file("small")
        try FileManager.default.createDirectory(atPath: mount, withIntermediateDirectories: true)
        try Shell.require(["mount", "-t", "tmpfs", "-o", "size=16k", "tbench-test", mount])
        defer { _ = try? Shell.run(["umount", mount]) }
        let full = try tool("accept", old, "--results", mount)
        #expect(full.status == 1)
        #expect(full.stderr.contains("filesystem is full"), "\(full.stderr)")
        let left = (FileManager.default.enumerator(atPath: mount)?.allObjects ?? [])
            .compactMap { $0 as? String }
        // The copy of the result had room and is whole; the baseline had none and is not there.
        #expect(!left.contains { $0.hasSuffix(".tmp") || $0.hasSuffix("baseline.json") })
        for name in left where name.hasSuffix(".json") {
            #expect(throws: Never.self) { try ResultFiles.read("\(mount)/\(name)") }
        }

        try Shell.require(["mount", "-o", "remount,size=10m", mount])
        #expect(try tool("accept", old, "--results", mount).status == 0)
        try Shell.require(["mount", "-o", "remount,ro", mount])
        let readOnly = try tool("accept", new, "--results", mount)
        #expect(readOnly.status == 77)
        #expect(readOnly.stderr.contains("read-only"), "\(readOnly.stderr)")
        #expect(try tool("results", "list", "--results", mount).stdout.contains("accepted"))
        #expect(try tool("check", new, "--baseline", mount).status == 2)
    }
}
