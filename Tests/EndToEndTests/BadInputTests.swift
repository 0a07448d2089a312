import Foundation
import Statistics
import TestSupport
import Testing

/// Targets and arguments that nobody meant, through the real binary.
@Suite("Bad input") struct BadInputTests {
    private func make(_ script: String, in directory: TemporaryDirectory) throws {
        let outcome = try Shell.run(["sh", "-c", script], currentDirectory: directory.path)
        #expect(outcome.status == 0, "\(outcome.stderr)")
    }

    @Test(
        "a target that cannot hold data is refused with its kind, and nothing is left behind",
        arguments: [
            ("mkfifo target", 64, "a FIFO"),
            (
                "python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"target\")'", 64,
                "a socket"
            ),
            ("ln -s /dev/zero target", 64, "a character device"),
            ("ln -s other target; ln -s target other", 66, "loop of symbolic links"),
            ("ln -s missing/deep target", 66, "target"),
            (
                "truncate -s 4096 target; mkdir x; ln -s x/../../nowhere/at/all other; rm target; ln -s other target",
                66, "target"
            ),
        ] as [(String, Int32, String)]
    )
    func targets(script: String, status: Int32, words: String) throws {
        let directory = try TemporaryDirectory()
        try make(script, in: directory)
        let before = try Tool.names(in: directory.path)
        for command in [["etcd"] + Tool.short, ["run", "random-4k"], ["info"]] {
            let outcome = try Tool.run(command + ["target"], in: directory.path)
            #expect(outcome.status == status, "\(command): \(outcome.stderr)")
            #expect(outcome.stdout == "")
            #expect(outcome.stderr.hasPrefix("Error: "))
            #expect(outcome.stderr.contains(words), "\(command): \(outcome.stderr)")
        }
        #expect(try Tool.names(in: directory.path) == before)
    }

    @Test("a directory that this user may not write to is refused as such", .requiresRoot)
    func permission() throws {
        let directory = try TemporaryDirectory()
        try make("chmod 755 .; mkdir closed; chmod 755 closed", in: directory)
        let user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        let outcome = try Shell.run(
            user + [Tool.path, "etcd", "\(directory.path)/closed"] + Tool.short
        )
        #expect(outcome.status == 77, "\(outcome.stderr)")
        #expect(outcome.stderr.contains("may not write"), "\(outcome.stderr)")
        #expect(try Tool.names(in: "\(directory.path)/closed") == [])
    }

    @Test("a device that is too small is refused untouched", .requiresLoopDevice)
    func smallDevice() throws {
        let device = try LoopDevice(sizeBytes: 2 << 20)
        let outcome = try Tool.run(["etcd", device.path] + Tool.short)
        #expect(outcome.status == 66, "\(outcome.stderr)")
        let data = try Data(contentsOf: URL(fileURLWithPath: device.backingPath))
        #expect(data.allSatisfy { $0 == 0 })
    }

    @Test("two hundred random command lines each end with a documented status, in words")
    func randomArguments() throws {
        var random = SplitMix64(seed: 2026)
        let directory = try TemporaryDirectory()
        let statuses: Set<Int32> = [0, 64, 66, 69, 77]
        for number in 0..<200 {
            let arguments = Self.arguments(&random)
            let outcome = try Tool.run(arguments, in: directory.path)
            #expect(statuses.contains(outcome.status), "\(number): \(arguments)")
            if outcome.status == 0 {
                #expect(!outcome.stdout.isEmpty, "\(number): \(arguments)")
            } else {
                #expect(outcome.stdout.isEmpty, "\(number): \(arguments)")
                let errors = outcome.stderr.split(separator: "\n").filter {
                    $0.hasPrefix("Error: ")
                }
                #expect(errors.count == 1, "\(number): \(arguments): \(outcome.stderr)")
            }
            #expect(try Tool.names(in: directory.path) == [], "\(number): \(arguments)")
        }
    }

    /// A command that cannot begin a run, followed by things users and machines type.
    private static func arguments(_ random: inout SplitMix64) -> [String] {
        let commands = [
            ["etcd", "--dry-run"], ["run", "--dry-run"], ["info"], ["list"], ["schema"], ["etdc"],
            ["help"], ["completions"], ["--version"], [], ["run", "random-4k", "--dry-run"],
        ]
        let words = [
            "", " ", ".", "..", "/", "/dev/null", "/nowhere", "--", "-", "-x", "--load",
            "--load=small",
            "--load=huge", "--rate", "--rate=-1", "--rate=1e309", "--rate=nan", "--rounds=0",
            "--rounds=99999999999999999999", "--max-time=1", "--max-time=5m", "--size=1T",
            "--size=-1", "--runtime=0s", "--quiet", "--no-progress", "--progress", "--closed",
            "--tag", "--tag==", "--tag=a=b", "--output-format=json", "--output-format=xml",
            "--destroy-data", "--destroy-data=/dev/sda", "--filesystem=ext4", "--help", "-h", "-o",
            "-q", "-qq", "--seed=18446744073709551616", "\u{1B}[31m", "ünï", "\u{7F}", "a\nb",
            String(repeating: "x", count: 5000), "--transport=memory", "--transport=pigeon",
            "random-4k", "small",
        ]
        var result = commands[Int(random.next() % UInt64(commands.count))]
        for _ in 0..<(random.next() % 6) {
            result.append(words[Int(random.next() % UInt64(words.count))])
        }
        return result
    }
}
