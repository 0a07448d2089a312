import Foundation
import Glibc
import ResultStore
import TestSupport
import Testing

/// `tbench matrix --vm` with a guest that is emulated, so that it boots everywhere.
@Suite("tbench matrix --vm", .serialized, .requiresGuest) struct GuestMatrixTests {
    private func arguments(_ directory: String) -> [String] {
        [
            "matrix", directory, "--vm", "--accel", "tcg", "--kernel", Capability.guestKernel ?? "",
            "--size", "48m", "--round-time", "500ms",
        ]
    }

    @Test("four disks of one guest are measured in turns, marked, and accounted for by QEMU")
    func four() throws {
        // In memory: an emulated guest is slow enough without a disk that others use.
        let directory = try TemporaryDirectory(isInMemory: true)
        let results = "\(directory.path)/results"
        let outcome = try Tool.run(
            arguments(directory.path) + [
                "--format", "raw,qcow2-sparse", "--cache", "none", "--controller",
                "virtio-scsi-single,virtio-blk", "--no-null", "--rounds", "2", "--output-format",
                "json", "-o", results,
            ]
        )
        #expect(outcome.status == 0, "\(outcome.stderr)")
        let object = try JSONSerialization.jsonObject(with: Data(outcome.stdout.utf8))
        let document = try #require(object as? [String: Any])
        let cells = try #require(document["cells"] as? [[String: Any]])
        #expect(cells.count == 4)
        for cell in cells {
            #expect(cell["failure"] == nil)
            #expect(cell["rounds"] as? Int == 2)
            // Beside other tests an emulated guest completes 3 to 30 writes in a round.
            #expect((cell["samples"] as? Int ?? 0) >= 2)
            #expect(cell["is_emulated"] as? Bool == true)
            // What the guest saw of a flush is more than what QEMU did for it.
            #expect((cell["virtualization_ns"] as? Double ?? 0) > 0)
            // The host took as many turns as the guest on what had been written before, and on nothing else.
            let difference = cell["guest_minus_host"] as? [String: Any]
            let isFresh = (cell["name"] as? String ?? "").hasPrefix("qcow2-sparse")
            #expect(difference?["turns"] as? Int == (isFresh ? nil : 2), "\(outcome.stdout)")
            if !isFresh { #expect((difference?["host_ns"] as? Double ?? 0) > 0) }
            let grades = try #require(cell["grades"] as? [[String: Any]])
            #expect(grades.allSatisfy { $0["grade"] as? String == "?" })
        }
        #expect(document["recommendation"] == nil)
        let names = try FileManager.default.subpathsOfDirectory(atPath: results)
            .filter { $0.hasSuffix(".json") }
        #expect(names.count == 4)
        let records = try names.map { try ResultFiles.read("\(results)/\($0)") }
        let hosted = records.filter { $0.phases.map(\.kind) == ["verdict", "host"] }
        #expect(hosted.map { $0.tags["format"] } == ["raw", "raw"])
        let model = try Tool.run(["model"] + names.map { "\(results)/\($0)" })
        #expect(model.stdout.contains("L_virt"), "\(model.stderr)")
        #expect(!model.stdout.contains("L_virt is missing"))
        let record = try #require(records.first)
        #expect(record.tags["accelerator"] == "tcg")
        #expect(record.tags["machine"]?.hasPrefix("pc-q35-") == true)
        #expect(record.tags["guest_write_cache"] == "write back")
        #expect(try Tool.names(in: directory.path).isEmpty)
    }

    @Test(
        "a guest that runs is asked what its disks took; a signal ends it, and nothing stays behind"
    )
    func interrupted() throws {
        let directory = try TemporaryDirectory()
        let command = try Tool.start(
            arguments(directory.path) + [
                "--format", "raw", "--cache", "none", "--controller", "virtio-blk", "--rounds",
                "1000", "--no-host-turns", "--no-progress",
            ]
        )
        let socket = try #require(monitor(below: directory.path))
        // The guest boots first; until it writes there is nothing to count.
        var disks: [[String: Any]] = []
        for _ in 0..<60 {
            let asked = try Tool.run([
                "matrix", "--qmp", socket, "--round-time", "500ms", "--output-format", "json",
            ])
            #expect(asked.status == 0, "\(asked.stderr)")
            let object = try JSONSerialization.jsonObject(with: Data(asked.stdout.utf8))
            disks = object as? [[String: Any]] ?? []
            if disks.contains(where: {
                ($0["flushes"] as? Int ?? 0) > 0 && $0["flush_times"] != nil
            }) {
                break
            }
        }
        let disk = try #require(disks.first { ($0["flushes"] as? Int ?? 0) > 0 }, "\(disks)")
        #expect((disk["name"] as? String)?.hasPrefix("format") == true)
        #expect((disk["writes"] as? Int ?? 0) > 0)
        #expect((disk["written_bytes"] as? Int ?? 0) >= 4096)
        #expect((disk["flush_ns"] as? Int ?? 0) > 0)
        let bins = try #require((disk["flush_times"] as? [String: Any])?["bins"] as? [Int])
        #expect(bins.reduce(0, +) > 0)
        command.send(SIGTERM)
        #expect(command.wait().status == 143)
        #expect(try Tool.names(in: directory.path).isEmpty)
        let guests = try Shell.run(["pgrep", "-f", directory.path])
        #expect(guests.stdout == "")
    }

    /// The QMP socket of the guest that a run boots; nil when there is none for a while.
    private func monitor(below directory: String) -> String? {
        for _ in 0..<600 {
            let names = (try? FileManager.default.subpathsOfDirectory(atPath: directory)) ?? []
            if let name = names.first(where: { $0.hasSuffix(".qmp") }) {
                return "\(directory)/\(name)"
            }
            Thread.sleep(forTimeInterval: 0.05)
        }
        return nil
    }

    @Test("a file that is no kernel ends with QEMU's own words")
    func noKernel() throws {
        let directory = try TemporaryDirectory()
        let real = try #require(Capability.guestKernel)
        let root = "\(directory.path)/root"
        let version = real.split(separator: "/").last.map { $0.dropFirst(8) } ?? ""
        try FileManager.default.createDirectory(
            atPath: "\(root)/boot",
            withIntermediateDirectories: true
        )
        try FileManager.default.createSymbolicLink(
            atPath: "\(root)/lib",
            withDestinationPath: String(real.prefix(real.count - 14 - version.count)) + "/lib"
        )
        let fake = "\(root)/boot/vmlinuz-\(version)"
        try Data(repeating: 0x55, count: 100_000).write(to: URL(fileURLWithPath: fake))
        let images = "\(directory.path)/images"
        try FileManager.default.createDirectory(atPath: images, withIntermediateDirectories: true)
        let outcome = try Tool.run([
            "matrix", images, "--vm", "--accel", "tcg", "--kernel", fake, "--format", "raw",
            "--cache", "none", "--no-null", "--size", "32m",
        ])
        #expect(outcome.status == 1)
        #expect(outcome.stderr.contains("its last words: "), "\(outcome.stderr)")
        #expect(try Tool.names(in: images).isEmpty)
    }
}
