import Foundation
import Glibc
import ResultStore
import TestSupport
import Testing

/// `tbench matrix` and `tbench rate` through the real binary and the real QEMU.
@Suite("tbench matrix", .serialized, .requiresQemuStorage) struct MatrixTests {
    /// A run of some seconds.
    private static let short = [
        "--rounds", "2", "--round-time", "300ms", "--size", "32m", "--no-progress",
    ]

    private func document(_ outcome: Shell.Outcome) throws -> [String: Any] {
        try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.stdout.utf8)) as? [String: Any],
            "\(outcome.stderr)"
        )
    }

    private func cells(_ outcome: Shell.Outcome) throws -> [String: [String: Any]] {
        let cells = try #require(try document(outcome)["cells"] as? [[String: Any]])
        return Dictionary(
            cells.map { ($0["name"] as? String ?? "", $0) },
            uniquingKeysWith: { one, _ in one }
        )
    }

    /// Processes whose arguments hold a text.
    private func processes(mentioning text: String) -> Int {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { Int32($0) }.filter { pid in
            let words = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()
            return pid != getpid() && String(decoding: words, as: UTF8.self).contains(text)
        }.count
    }

    private func isMounted(below path: String) -> Bool {
        let text = FileManager.default.contents(atPath: "/proc/self/mountinfo") ?? Data()
        return String(decoding: text, as: UTF8.self).contains(path)
    }

    @Test("every cache mode does at the file what it promises, and sparse images write more")
    func truths() throws {
        let directory = try TemporaryDirectory()
        let outcome = try Tool.run(
            [
                "matrix", directory.path, "--format", "raw,qcow2-sparse", "--aio", "threads",
                "--no-null", "--output-format", "json", "--rounds", "1", "--round-time", "100ms",
                "--size", "32m", "--no-progress",
            ]
        )
        #expect(outcome.status == 0, "\(outcome.stderr)")
        let cells = try cells(outcome)
        #expect(cells.count == 10)
        func ratio(_ cell: String, _ key: String) throws -> Double {
            try #require(cells["\(cell)/threads"]?[key] as? Double, "\(cell) has no \(key)")
        }
        for format in ["raw", "qcow2-sparse"] {
            #expect(try ratio("\(format)/unsafe", "file_flushes_per_write") == 0)
            for cache in ["writethrough", "directsync"] {
                #expect(try ratio("\(format)/\(cache)", "file_flushes_per_write") >= 1)
            }
        }
        for cache in ["none", "writeback"] {
            let raw = try ratio("raw/\(cache)", "file_flushes_per_write")
            let sparse = try ratio("qcow2-sparse/\(cache)", "file_flushes_per_write")
            #expect(raw == 1)
            #expect(sparse > raw)
            let writes = try ratio("raw/\(cache)", "file_writes_per_write")
            #expect(writes == 1)
            #expect(try ratio("qcow2-sparse/\(cache)", "file_writes_per_write") > writes)
        }
        #expect(try Tool.names(in: directory.path).isEmpty)
        #expect(processes(mentioning: directory.path) == 0)
    }

    @Test("unsafe is never fit for etcd, and is never recommended")
    func unsafeGrade() throws {
        let directory = try TemporaryDirectory()
        let outcome = try Tool.run(
            [
                "matrix", directory.path, "--format", "raw", "--cache", "none,unsafe", "--no-null",
                "--output-format", "json",
            ] + Self.short
        )
        let document = try document(outcome)
        let recommendation = try #require(document["recommendation"] as? [String: Any])
        #expect((recommendation["cell"] as? String)?.hasPrefix("raw/none/") == true)
        let cells = try cells(outcome)
        let cell = try #require(cells.first { $0.key.hasPrefix("raw/unsafe/") }?.value)
        let grades = try #require(cell["grades"] as? [[String: Any]])
        let etcd = try #require(grades.first { $0["role"] as? String == "etcd" })
        #expect(etcd["grade"] as? String == "F")
        let survives = try #require(cell["survives"] as? [String: String])
        #expect(survives["power_cut"] == "none")
        #expect(cell["trim"] as? String == "works")
    }

    @Test("combinations that QEMU refuses are named with the reason and not tried")
    func refused() throws {
        let directory = try TemporaryDirectory()
        let outcome = try Tool.run(
            [
                "matrix", directory.path, "--format", "raw", "--cache", "writeback,none", "--aio",
                "native", "--no-null", "--output-format", "csv",
            ] + Self.short
        )
        #expect(outcome.status == 0, "\(outcome.stderr)")
        let lines = outcome.stdout.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[1].contains("aio=native needs cache=none or directsync"))
        #expect(lines[2].hasPrefix("raw/none/native,raw,none,native"))
    }

    @Test("a record is kept for each cell, and rate grades them again with a rubric of one's own")
    func records() throws {
        let directory = try TemporaryDirectory()
        let results = "\(directory.path)/results"
        let outcome = try Tool.run(
            [
                "matrix", directory.path, "--format", "raw,qcow2", "--cache", "none", "-o", results,
                "--tag", "node=a",
            ] + Self.short
        )
        #expect(outcome.status == 0, "\(outcome.stderr)")
        #expect(outcome.stdout.hasPrefix("MATRIX  Take "))
        #expect(outcome.stdout.contains("scsi0: STORAGE:"))
        let names = try FileManager.default.subpathsOfDirectory(atPath: results)
            .filter { $0.hasSuffix(".json") }.map { "\(results)/\($0)" }.sorted()
        #expect(names.count == 3)
        let records = try names.map { try ResultFiles.read($0) }
        #expect(Set(records.compactMap { $0.tags["format"] }) == ["raw", "qcow2", "null"])
        #expect(Set(records.map { $0.tags["matrix"] }).count == 1)
        #expect(records.allSatisfy { $0.tags["node"] == "a" && $0.phases.count == 1 })
        let rubric = directory.file("rubric.json5")
        try Data(
            """
            { roles: [{ name: "mine", title: "my own", figure: "commit_p50", why: "I say so",
                limits: { A: "1ns", B: "2ns", C: "3ns", D: "4ns", E: "60s" } }], caps: [] }
            """.utf8
        ).write(to: URL(fileURLWithPath: rubric))
        let rated = try Tool.run(
            ["rate"] + names + ["--rubric", rubric, "--output-format", "json"]
        )
        #expect(rated.status == 0, "\(rated.stderr)")
        let cells = try cells(rated)
        let grades = try #require(
            cells.first { $0.key.hasPrefix("qcow2/") }?.value["grades"] as? [[String: Any]]
        )
        #expect(grades.map { $0["role"] as? String } == ["mine"])
        #expect(grades.map { $0["grade"] as? String } == ["E"])
    }

    @Test("a profile's jobs are done on each disk in turns, and its figures stand in the table")
    func profile() throws {
        let directory = try TemporaryDirectory()
        let profile = directory.file("two.json5")
        try Data(
            """
            { answers: "Two?", expect: "Two.", destructive: true, file_size: "16m",
              defaults: { bs: "4k", direct: true, runtime: "1s", time_based: true }, phases: [
                { jobs: [{ name: "read", rw: "randread", iodepth: 8 }] },
                { jobs: [{ name: "write", rw: "randwrite", fdatasync: 1 }] } ] }
            """.utf8
        ).write(to: URL(fileURLWithPath: profile))
        let images = "\(directory.path)/images"
        try FileManager.default.createDirectory(atPath: images, withIntermediateDirectories: true)
        let results = "\(directory.path)/results"
        let outcome = try Tool.run([
            "matrix", images, "--profile", profile, "--format", "raw,qcow2", "--cache", "none",
            "--no-null", "--rounds", "2", "--round-time", "150ms", "--size", "32m", "-o", results,
        ])
        #expect(outcome.status == 0, "\(outcome.stderr)")
        #expect(outcome.stdout.contains("commit p50"), "\(outcome.stdout)")
        #expect(outcome.stdout.contains("a second"))
        let names = try FileManager.default.subpathsOfDirectory(atPath: results)
            .filter { $0.hasSuffix(".json") }
        #expect(names.count == 2)
        for name in names {
            let record = try ResultFiles.read("\(results)/\(name)")
            #expect(record.benchmark.name == "two")
            #expect(record.phases.map(\.name) == ["read", "write"])
            #expect(record.phases.allSatisfy { $0.rounds.count == 2 })
            let write = try #require(record.phases.last)
            #expect(write.rounds.allSatisfy { $0.latency["commit"] != nil })
            #expect((write.counters["audit_file_flushes"] ?? 0) > 0)
            #expect((write.counters["daemon_cpu_ns"] ?? 0) > 0)
            #expect(record.metrics["read.read_per_second"] != nil)
        }
        #expect(try Tool.names(in: images).isEmpty)
    }

    @Test("the disk can be reached through FUSE, and nothing stays mounted", .requiresFuse)
    func fuse() throws {
        let directory = try TemporaryDirectory()
        let outcome = try Tool.run(
            [
                "matrix", directory.path, "--format", "qcow2", "--cache", "none", "--client",
                "fuse", "--output-format", "json",
            ] + Self.short
        )
        #expect(outcome.status == 0, "\(outcome.stderr)")
        #expect(try cells(outcome).values.allSatisfy { ($0["samples"] as? Int ?? 0) > 0 })
        #expect(!isMounted(below: directory.path))
        #expect(try Tool.names(in: directory.path).isEmpty)
    }

    @Test("a signal keeps what was measured and leaves no process, mount, socket or image")
    func interrupted() throws {
        let directory = try TemporaryDirectory()
        let command = try Tool.start([
            "matrix", directory.path, "--format", "raw", "--cache", "none,writeback", "--rounds",
            "500", "--round-time", "300ms", "--size", "32m", "--no-early-stop",
        ])
        #expect(command.waitForErrors("turn 2/500"))
        command.send(SIGINT)
        let outcome = command.wait()
        #expect(outcome.status == 130, "\(outcome.stderr)")
        #expect(outcome.stdout.contains("Ended by a signal"))
        #expect(try Tool.names(in: directory.path).isEmpty)
        #expect(processes(mentioning: directory.path) == 0)
    }

    @Test(
        "a killed run takes its daemons with it or the next run ends them, and only its own",
        .requiresFuse
    )
    func killed() throws {
        let directory = try TemporaryDirectory()
        let command = try Tool.start([
            "matrix", directory.path, "--format", "raw", "--cache", "none", "--rounds", "500",
            "--round-time", "300ms", "--size", "32m", "--client", "fuse",
        ])
        #expect(command.waitForErrors("turn 1/500"))
        #expect(isMounted(below: directory.path))
        command.send(SIGKILL)
        _ = command.wait()
        #expect(try Tool.names(in: directory.path).count == 1)
        let next = try Tool.run(
            ["matrix", directory.path, "--format", "raw", "--cache", "none", "--no-null"]
                + Self.short
        )
        #expect(next.status == 0, "\(next.stderr)")
        #expect(next.stdout.contains("removed the scratch of a run that was killed"))
        #expect(!isMounted(below: directory.path))
        #expect(processes(mentioning: directory.path) == 0)
        #expect(try Tool.names(in: directory.path).isEmpty)
    }

    /// A storage daemon whose second image is served by nbdkit, a delay before each write; by way of PATH.
    private func delayingDaemon(in directory: TemporaryDirectory) throws -> String {
        let bin = "\(directory.path)/bin"
        try FileManager.default.createDirectory(atPath: bin, withIntermediateDirectories: true)
        let real = try Shell.require(["which", "qemu-storage-daemon"])
        let script = #"""
            #!/bin/bash
            args=("$@")
            pattern='"filename": "([^"]*/cell1[.]raw)"'
            for i in "${!args[@]}"; do
                if [[ "${args[$i]}" =~ $pattern ]]; then
                    nbdkit -U "\#(bin)/slow" -P "\#(bin)/pid" --filter=delay file "${BASH_REMATCH[1]}" delay-write=10ms
                    args[$i]='{"driver": "nbd", "node-name": "file0", "server": {"type": "unix", "path": "\#(bin)/slow"}}'
                fi
            done
            exec \#(real) "${args[@]}"
            """#
        try Data(script.utf8).write(to: URL(fileURLWithPath: "\(bin)/qemu-storage-daemon"))
        try Shell.require(["chmod", "+x", "\(bin)/qemu-storage-daemon"])
        return bin
    }

    @Test("a cell whose disk is slower is found, and it alone", .requiresFuse)
    func delayed() throws {
        let directory = try TemporaryDirectory()
        let bin = try delayingDaemon(in: directory)
        defer { _ = try? Shell.run(["sh", "-c", "kill $(cat \(bin)/pid)"]) }
        let images = "\(directory.path)/images"
        try FileManager.default.createDirectory(atPath: images, withIntermediateDirectories: true)
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let outcome = try Tool.run(
            [
                "matrix", images, "--format", "raw", "--cache", "none", "--aio",
                "threads,native,io_uring", "--no-null", "--rounds", "9", "--round-time", "300ms",
                "--load", "small",
                "--size", "32m", "--no-progress", "--output-format", "json",
            ],
            environment: ["PATH": "\(bin):\(path)"]
        )
        #expect(outcome.status == 0, "\(outcome.stderr)")
        let cells = try cells(outcome)
        func change(_ cell: String) throws -> [String: Any] {
            try #require(cells[cell]?["change"] as? [String: Any], "\(outcome.stdout)")
        }
        // A verdict also asks for 200 commits, which a slow disk on a busy machine may not reach in these seconds.
        let interval = try #require(try change("raw/none/native")["ci99"] as? [Double])
        #expect((interval.first ?? 0) > 1.05)
        #expect(try change("raw/none/native")["is_significant"] as? Bool == true)
        // Kinds of aio differ a little by themselves; a delay of 10 ms is no little.
        let slow = try #require(try change("raw/none/native")["ratio"] as? Double)
        let other = try #require(try change("raw/none/io_uring")["ratio"] as? Double)
        #expect(slow > 3)
        #expect(other < slow / 2)
        #expect(try Tool.names(in: images).isEmpty)
    }

    @Test(
        "bad input gets one sentence and the right code, and touches nothing",
        arguments: [
            (["matrix", ".", "--format", "rwa"], 64, "did you mean 'raw'?"),
            (["matrix", ".", "--cache", ","], 64, "--cache names nothing"),
            (["matrix", ".", "--kernel", "/boot/x"], 64, "there is none without --vm"),
            (["matrix", "/proc/version"], 64, "images are made in a directory"),
            (["matrix", "no/such/place"], 66, "no/such/place"),
            (["matrix", ".", "--rubric", "missing.json5"], 66, "cannot be read"),
            (["matrix", ".", "--vm", "--kernel", "missing"], 66, "cannot be read"),
            (["matrix", "--qmp", "missing.sock"], 66, "nobody answers"),
            (["matrix", ".", "--profile", "random-4"], 64, "random-4k"),
            (["matrix", ".", "--profile", "pveperf"], 69, "files of its own"),
            (["matrix", ".", "--profile", "random-4k", "--load", "small"], 64, "--load is etcd's"),
            (["matrix", ".", "--size", "60g", "--format", "raw"], 66, "free"),
        ] as [([String], Int32, String)]
    )
    func badInput(arguments: [String], status: Int32, text: String) throws {
        let directory = try TemporaryDirectory()
        let outcome = try Tool.run(arguments, in: directory.path)
        #expect(outcome.status == status, "\(outcome.stderr)")
        #expect(outcome.stderr.contains(text), "\(outcome.stderr)")
        #expect(outcome.stdout == "")
        #expect(try Tool.names(in: directory.path).isEmpty)
    }
}
