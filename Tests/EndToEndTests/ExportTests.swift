import Foundation
import TestSupport
import Testing

/// What a run leaves for other tools.
@Suite("Exports") struct ExportTests {
    private static let job =
        "[global]\nbs=4k\nioengine=psync\nsize=4m\n[reads]\nrw=randread\nnorandommap=1\n"
        + "[writes]\nstonewall\nrw=write\nfdatasync=16\n"

    @Test("fio-json has what fio's own output has, with the same types")
    func fioKeys() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("jobs.fio", Self.job)
        let own = try Tool.run(
            [
                "run", path, directory.path, "--size", "4M", "--output-format", "fio-json",
                "--no-progress",
            ]
        )
        #expect(own.status == 0, "\(own.stderr)")
        let fio = try Shell.require(
            ["fio", "--output-format=json", "--directory=\(directory.path)", path]
        )
        let ours = try object(own.stdout)
        let theirs = try object(fio)
        // What tbench does not record, and says so.
        let absent: Set = [
            "iodepth_level", "iodepth_submit", "iodepth_complete", "ctx", "majf", "minf",
        ]
        for key in ["fio version", "timestamp", "timestamp_ms", "time", "jobs"] {
            #expect(kind(ours[key]) == kind(theirs[key]), "\(key)")
        }
        let pairs = zip(try jobs(ours), try jobs(theirs))
        var compared = 0
        for (our, their) in pairs {
            #expect(our["jobname"] as? String == their["jobname"] as? String)
            compared += compare(our, their, at: "job", absent: absent)
        }
        #expect(compared > 200, "far fewer keys than fio writes")
        for (our, their) in zip(try jobs(ours), try jobs(theirs)) {
            for side in ["read", "write"] {
                let (mine, fios) = (our[side] as? [String: Any], their[side] as? [String: Any])
                #expect(mine?["total_ios"] as? Int == fios?["total_ios"] as? Int, "\(side)")
                #expect(mine?["io_bytes"] as? Int == fios?["io_bytes"] as? Int, "\(side)")
            }
            let options = try #require(our["job options"] as? [String: String])
            for key in ["rw", "bs", "iodepth", "numjobs"] { #expect(options[key] != nil, "\(key)") }
        }
    }

    @Test("etcd has no jobs for fio's format, and says which formats it has")
    func etcdRefuses() throws {
        let outcome = try Tool.run(["etcd", ".", "--output-format", "fio-json"])
        #expect(outcome.status == 64)
        #expect(outcome.stderr.contains("markdown"))
    }

    @Test(
        "--histograms leaves a log and a table for each operation, readable, in a directory of the run's own"
    )
    func histograms() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("jobs.fio", Self.job)
        let place = "\(directory.path)/histograms"
        for runs in 1...2 {
            let outcome = try Tool.run(
                ["run", path, directory.path, "--size", "4M", "--histograms", place, "-q"]
            )
            #expect(outcome.status == 0, "\(outcome.stderr)")
            #expect(outcome.stderr.contains("Histograms: \(place)/"))
            let folders = try Tool.names(in: place)
            #expect(folders.count == runs, "each run keeps its own")
            let folder = try #require(folders.first)
            let names = try Tool.names(in: "\(place)/\(folder)")
            #expect(
                names.sorted() == [
                    "intervals.hlog", "reads.read.hgrm", "writes.commit.hgrm", "writes.sync.hgrm",
                    "writes.write.hgrm",
                ]
            )
            let log = try String(
                contentsOfFile: "\(place)/\(folder)/intervals.hlog",
                encoding: .utf8
            )
            #expect(log.contains("Tag=reads.read,"))
            let table = try String(
                contentsOfFile: "\(place)/\(folder)/writes.write.hgrm",
                encoding: .utf8
            )
            #expect(table.contains("Total count    =         1024]"))
        }
    }

    @Test(
        "histograms that cannot be written are an error after the results, and nothing half is left"
    )
    func unwritable() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("jobs.fio", Self.job)
        let file = try directory.write("taken", "mine")
        let outcome = try Tool.run(
            ["run", path, directory.path, "--size", "4M", "--histograms", file, "-q"]
        )
        #expect(outcome.status != 0)
        #expect(outcome.stdout.contains("reads read: "))
        #expect(outcome.stderr.contains("Error: "))
        #expect(outcome.stderr.contains("taken"))
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "mine")
    }

    private func object(_ text: String) throws -> [String: Any] {
        let start = try #require(text.firstIndex(of: "{"))
        let found = try JSONSerialization.jsonObject(with: Data(text[start...].utf8))
        return try #require(found as? [String: Any])
    }

    private func jobs(_ document: [String: Any]) throws -> [[String: Any]] {
        try #require(document["jobs"] as? [[String: Any]])
    }

    /// How many keys of theirs were looked for.
    private func compare(
        _ ours: [String: Any],
        _ theirs: [String: Any],
        at path: String,
        absent: Set<String>
    ) -> Int {
        var count = 0
        for (key, value) in theirs where !absent.contains(key) && key != "job options" {
            count += 1
            #expect(kind(ours[key]) == kind(value), "\(path).\(key)")
            if let inner = value as? [String: Any], let own = ours[key] as? [String: Any] {
                count += compare(own, inner, at: "\(path).\(key)", absent: absent)
            }
        }
        return count
    }

    private func kind(_ value: Any?) -> String {
        switch value {
        case nil: "nothing"
        case is String: "text"
        case is [String: Any]: "object"
        case is [Any]: "list"
        case is NSNumber: "number"
        default: "other"
        }
    }
}
