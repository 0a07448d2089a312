import Foundation
import ResultStore
import TestSupport
import Testing
import Units

@Suite struct ResultFilesTests {
    private func files(below path: String) -> [String] {
        (FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? [])
            .filter { $0.contains("json") || $0.contains("tmp") }
    }

    @Test("the path names machine, disk, case, time, tags and run")
    func path() {
        #expect(
            ResultFiles.relativePath(of: FullRecord.make())
                == "talos-cp1-01234567/etcd/20260803T101522Z_none-qcow2_5f3a9c21.json"
        )
    }

    @Test("an unknown machine without tags still has a path")
    func sparsePath() {
        var record = FullRecord.make()
        record.host.node = nil
        record.target.stack = []
        record.tags = [:]
        #expect(
            ResultFiles.relativePath(of: record)
                == "unknown-node-ext4/etcd/20260803T101522Z_untagged_5f3a9c21.json"
        )
    }

    @Test(
        "no name can leave the directory or hide",
        arguments: ["../../etc", "..", "", "/", "a/b", "ä b", ".hidden", "\u{0}"]
    )
    func hostileNames(_ name: String) throws {
        var record = FullRecord.make()
        record.host.node = name
        record.benchmark.name = name
        record.tags = ["tag": name]
        record.run.id = name
        record.run.started = name
        let parts = ResultFiles.relativePath(of: record).split(separator: "/")
        #expect(parts.count == 3)
        #expect(parts.allSatisfy { !$0.hasPrefix(".") })
        let directory = try TemporaryDirectory()
        let written = try ResultFiles.write(record, into: directory.path)
        #expect(written.hasPrefix(directory.path + "/"))
        #expect(try ResultFiles.read(written) == record)
    }

    @Test("a very long tag is cut so that the name stays legal")
    func longNames() throws {
        var record = FullRecord.make()
        record.tags = ["a": String(repeating: "x", count: 500)]
        record.host.node = String(repeating: "n", count: 500)
        let directory = try TemporaryDirectory()
        let written = try ResultFiles.write(record, into: directory.path)
        #expect(try ResultFiles.read(written) == record)
    }

    @Test("a record is written whole, and only that file is left")
    func write() throws {
        let directory = try TemporaryDirectory()
        let record = FullRecord.make()
        let path = try ResultFiles.write(record, into: directory.file("Results"))
        #expect(path == directory.file("Results") + "/" + ResultFiles.relativePath(of: record))
        #expect(files(below: directory.path).count == 1)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == RecordCoding.encode(record))
    }

    @Test("a second record of the same name is refused and the first stays as it is")
    func neverOverwrites() throws {
        let directory = try TemporaryDirectory()
        var record = FullRecord.make()
        let path = try ResultFiles.write(record, into: directory.path)
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        record.run.durationNs = 1
        let error = #expect(throws: ResultStoreError.self) {
            try ResultFiles.write(record, into: directory.path)
        }
        #expect(error?.code == .exists)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
        #expect(files(below: directory.path).count == 1)
    }

    @Test("a file in the way of the directory is an error with its cause")
    func fileInTheWay() throws {
        let directory = try TemporaryDirectory()
        let blocked = try directory.write("Results", "not a directory")
        let error = #expect(throws: ResultStoreError.self) {
            try ResultFiles.write(FullRecord.make(), into: blocked)
        }
        #expect(error?.cause != nil)
        #expect(error?.exitCode == .failure)
        #expect(try directory.names() == ["Results"])
    }

    @Test("a full disk is an error and leaves no half-written file", .requiresRoot)
    func fullDisk() throws {
        let directory = try TemporaryDirectory()
        try Shell.require(["mount", "-t", "tmpfs", "-o", "size=16k", "tbench", directory.path])
        defer { _ = try? Shell.run(["umount", directory.path]) }
        var record = FullRecord.make()
        record.run.arguments = [String(repeating: "x", count: 100_000)]
        let error = #expect(throws: ResultStoreError.self) {
            try ResultFiles.write(record, into: directory.path)
        }
        #expect(error?.cause?.errno == 28)
        #expect(error?.reason.contains("full") == true)
        #expect(files(below: directory.path).isEmpty)
    }

    @Test("a read-only filesystem is refused", .requiresRoot)
    func readOnly() throws {
        let directory = try TemporaryDirectory()
        try Shell.require(["mount", "-t", "tmpfs", "-o", "ro", "tbench", directory.path])
        defer { _ = try? Shell.run(["umount", directory.path]) }
        let error = #expect(throws: ResultStoreError.self) {
            try ResultFiles.write(FullRecord.make(), into: directory.path)
        }
        #expect(error?.exitCode == .refused)
        #expect(error?.cause?.errno == 30)
    }

    @Test("reading what is missing or no file says so", arguments: ["absent.json", "."])
    func unreadable(_ name: String) throws {
        let directory = try TemporaryDirectory()
        let error = #expect(throws: ResultStoreError.self) {
            try ResultFiles.read(directory.file(name))
        }
        #expect(error?.exitCode == .missing)
        #expect(error?.hint != nil)
    }
}
