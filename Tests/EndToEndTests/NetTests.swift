import Foundation
import Glibc
import ResultStore
import Statistics
import TestSupport
import Testing
import Units

/// `tbench net` and `tbench serve` as users run them.
@Suite("tbench net", .serialized) struct NetTests {
    private let short = ["--rounds", "1", "--slice", "10ms", "--streams", "2"]

    /// An agent that has said where it listens.
    private static func serve(
        _ arguments: [String],
        prefix: [String] = [],
        in directory: String
    ) throws -> (agent: RunningCommand, address: String) {
        let agent = try RunningCommand(
            prefix + [Tool.path, "serve", directory] + arguments,
            currentDirectory: directory
        )
        for _ in 0..<400 {
            let text = agent.errors
            if let start = text.range(of: " at "), let end = text.range(of: ", to ") {
                return (agent, String(text[start.upperBound..<end.lowerBound]))
            }
            Thread.sleep(forTimeInterval: 0.025)
        }
        Issue.record("the agent did not start: \(agent.errors)")
        return (agent, "")
    }

    /// A server in Python; prints its port, then does as the script says with each connection `c`.
    private static func stranger(_ script: String) throws -> (server: RunningCommand, port: Int) {
        let server = try RunningCommand([
            "python3", "-u", "-c",
            """
            import socket, time
            s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(50)
            print(s.getsockname()[1])
            while True:
                c, _ = s.accept()
                \(script)
            """,
        ])
        for _ in 0..<400 {
            if let port = Int(server.output.trimmingCharacters(in: .whitespacesAndNewlines)) {
                return (server, port)
            }
            Thread.sleep(forTimeInterval: 0.025)
        }
        Issue.record("no server: \(server.errors)")
        return (server, 1)
    }

    @Test("a run on loopback measures, says that it is no network, and writes nothing")
    func loopback() throws {
        let directory = try TemporaryDirectory()
        let (agent, address) = try Self.serve(["--listen", "127.0.0.1:0"], in: directory.path)
        let results = "\(directory.path)/results"
        let outcome = try Tool.run(["net", address, "-o", results] + short)
        #expect(outcome.status == 0, "\(outcome.stderr)")
        #expect(outcome.stdout.hasPrefix("INCONCLUSIVE  Loopback, no network: 4 KiB there"))
        for word in ["4 122 / 26 B", "26 / 131 098 B", "path MTU", "streams", "per KiB", "lo"] {
            #expect(outcome.stdout.contains(word), "\(word)")
        }
        let record = try Tool.record(in: results)
        #expect(record.benchmark.name == "net")
        #expect(record.target.kind == "network")
        #expect(record.network?.first?.mtu?.state == .whole)
        #expect(record.metrics["net_write_4k_p50_ns"]?.value ?? 0 > 0)
        for format in ["json", "markdown"] {
            let other = try Tool.run(["net", address, "--output-format", format] + short)
            #expect(other.status == 0)
            #expect(other.stdout.contains("net"))
        }
        agent.send(SIGTERM)
        _ = agent.wait()
        #expect(try Tool.names(in: directory.path) == [])
    }

    @Test("a run that is interrupted keeps what it measured")
    func interrupted() throws {
        let directory = try TemporaryDirectory()
        let (agent, address) = try Self.serve(["--listen", "127.0.0.1:0"], in: directory.path)
        let results = "\(directory.path)/results"
        let run = try Tool.start(["net", address, "-o", results])
        Thread.sleep(forTimeInterval: 3)
        run.send(SIGINT)
        let outcome = run.wait()
        #expect(outcome.status == 130, "\(outcome.stderr)")
        let record = try Tool.record(in: results)
        #expect(record.run.outcome == .partial)
        #expect(record.verdict == nil)
        #expect(!record.phases.isEmpty)
        agent.send(SIGTERM)
        _ = agent.wait()
    }

    @Test(
        "a real replica gets pings and one read, and is left as it was found",
        .requiresTestPython,
        arguments: [
            ([], ["ReplicaGet", "ReplicaOpen", "ReplicaClose"]),
            (["--state", "dirty"], ["ReplicaGet"]),
        ] as [([String], [String])]
    )
    func replica(arguments: [String], calls: [String]) throws {
        let directory = try TemporaryDirectory()
        let stand = try ReplicaTests.Stand(arguments)
        let results = "\(directory.path)/results"
        let outcome = try Tool.run(["net", stand.address, "-o", results] + short)
        #expect(outcome.status == 0, "\(outcome.stderr)")
        let record = try Tool.record(in: results)
        #expect(record.network?.first?.peerKind == "longhorn replica")
        #expect(record.phases.allSatisfy { $0.ladder?.operation == "ping" })
        #expect(!record.phases.isEmpty)
        #expect(record.metrics["net_ping_p50_ns"]?.value ?? 0 > 0)
        // The log has control calls and what changes data.
        #expect(try stand.log() == calls)
    }

    @Test("--strict says that loopback allows no verdict")
    func strict() throws {
        let directory = try TemporaryDirectory()
        let (agent, address) = try Self.serve(["--listen", "127.0.0.1:0"], in: directory.path)
        let outcome = try Tool.run(["net", address, "--strict", "-q"] + short)
        #expect(outcome.status == 3)
        #expect(outcome.stdout.hasPrefix("INCONCLUSIVE: Loopback"))
        agent.send(SIGTERM)
        _ = agent.wait()
    }

    @Test(
        "what is no agent is named in time, whatever it says",
        arguments: [
            ("c.sendall(b'HTTP/1.1 400 Bad Request\\r\\n' + b'x' * 200)", "no tbench agent"),
            ("kept = c", "it says nothing"),
            ("c.close()", "closed the connection"),
            ("c.sendall(bytes(range(256)) * 40); time.sleep(0.2)", "no tbench agent"),
            (
                "c.sendall(b'TBENCHA1' + bytes(40)); c.sendall(b'TBENCHW1' + bytes([9]) + bytes(55)); time.sleep(9)",
                "no tbench agent"
            ),
        ] as [(String, String)]
    )
    func strangers(script: String, words: String) throws {
        let (server, port) = try Self.stranger(script)
        let start = Date()
        let outcome = try Tool.run(["net", "127.0.0.1:\(port)"] + short)
        #expect(outcome.status == 1, "\(outcome.stderr)")
        #expect(outcome.stderr.contains("Error: "))
        #expect(outcome.stderr.contains(words), "\(outcome.stderr)")
        #expect(outcome.stdout.isEmpty)
        #expect(Date().timeIntervalSince(start) < 20)
        server.send(SIGKILL)
        _ = server.wait()
    }

    @Test(
        "addresses that lead nowhere are refused with the reason",
        arguments: [
            (["127.0.0.1:1"], 66, "nobody listens"),
            (["no-such-host.invalid"], 66, "has no address"),
            (["127.0.0.1:99999"], 64, "a port is a number"),
            (["ftp://x"], 64, "is no address"),
            (["unix:///tmp/x"], 64, "no network"),
            ([], 64, "<host>"),
            (["127.0.0.1", "--streams", "0"], 64, "streams"),
            (["127.0.0.1", "--token-file", "/does/not/exist"], 66, "/does/not/exist"),
        ] as [([String], Int32, String)]
    )
    func nowhere(arguments: [String], status: Int32, words: String) throws {
        let outcome = try Tool.run(["net"] + arguments)
        #expect(outcome.status == status, "\(outcome.stderr)")
        #expect(outcome.stderr.contains(words), "\(outcome.stderr)")
    }

    /// What a run between the ends of a chain finds.
    private static func across(
        _ chain: NamespaceChain,
        _ arguments: [String],
        directory: TemporaryDirectory
    ) throws -> (outcome: Shell.Outcome, record: ResultRecord) {
        let token = try directory.write("token", "sixteen bytes are enough")
        let last = chain.names.count - 1
        let (agent, _) = try serve(
            ["--listen", chain.address(), "--token-file", token],
            prefix: chain.prefix(last),
            in: directory.path
        )
        let results = "\(directory.path)/results"
        let outcome = try Shell.run(
            chain.prefix(0) + [
                Tool.path, "net", chain.address(), "--token-file", token, "-o", results,
            ] + arguments
        )
        agent.send(SIGTERM)
        _ = agent.wait()
        return (outcome, try Tool.record(in: results))
    }

    @Test("a clean link is measured and described", .requiresNetworkNamespaces)
    func clean() throws {
        let chain = try NamespaceChain([.init(9000, 9000)])
        let directory = try TemporaryDirectory()
        let (outcome, record) = try Self.across(chain, short, directory: directory)
        #expect(outcome.status == 0, "\(outcome.stderr)")
        let path = try #require(record.network?.first)
        #expect(!path.isLoopback)
        #expect(path.interface?.name == "right0")
        #expect(path.interface?.kind == "veth")
        #expect(path.interface?.mtuBytes == 9000)
        #expect(path.localAddress == "10.77.0.1")
        #expect(path.peerAddress == "10.77.0.2")
        #expect(path.mtu?.state == .whole)
        #expect(path.mtu?.forwardBytes == 9000)
        #expect(path.mtu?.diagnosis == nil)
        #expect((path.transport?.sendMssBytes ?? 0) > 8900)
        #expect(path.streams.count == 4)
    }

    @Test("a jumbo mismatch that a router tells of is named", .requiresNetworkNamespaces)
    func told() throws {
        let chain = try NamespaceChain([.init(9000, 9000), .init(1500, 1500), .init(9000, 9000)])
        let directory = try TemporaryDirectory()
        let (outcome, record) = try Self.across(chain, short, directory: directory)
        #expect(outcome.status == 0, "\(outcome.stderr)")
        #expect(outcome.stdout.contains("NIC 9000, path 1500"))
        #expect(record.network?.first?.mtu?.state == .told)
        #expect(record.verdict?.checks.first?.grade == .borderline)
    }

    @Test(
        "a jumbo black hole is named, stalls nothing for long, and fails",
        .requiresNetworkNamespaces
    )
    func blackHole() throws {
        let chain = try NamespaceChain(
            [.init(9000, 9000), .init(1500, 1500), .init(9000, 9000)],
            silentRouters: true
        )
        let directory = try TemporaryDirectory()
        let start = Date()
        let (outcome, record) = try Self.across(chain, short + ["--quick"], directory: directory)
        #expect(Date().timeIntervalSince(start) < 30)
        #expect(outcome.status == 2, "\(outcome.stderr)")
        #expect(outcome.stdout.hasPrefix("FAIL"))
        #expect(outcome.stdout.contains("NIC 9000, path 1500"))
        #expect(record.network?.first?.mtu?.state == .blackHole)
        #expect(record.warnings.contains { $0.code == "exchange-stalled" })
        // What is smaller than a packet passes.
        #expect(record.phases.contains { $0.ladder?.step == .ping })
    }

    @Test(
        "a link that is slowed down is found to be as slow, byte for byte",
        .requiresNetworkNamespaces
    )
    func slow() throws {
        let chain = try NamespaceChain([.init(1500, 1500)])
        // 200 Mb/s: 24.4 MB/s of TCP payload at most, 41 µs a KiB.
        for number in 0...1 {
            let device = number == 0 ? "right0" : "left0"
            try Shell.require(
                chain.prefix(number) + [
                    "tc", "qdisc", "add", "dev", device, "root", "tbf", "rate", "200mbit",
                    "burst", "3000", "latency", "400ms",
                ]
            )
        }
        let directory = try TemporaryDirectory()
        let (outcome, record) = try Self.across(
            chain,
            ["--rounds", "2", "--slice", "100ms"],
            directory: directory
        )
        #expect(outcome.status == 0 || outcome.status == 2, "\(outcome.stderr)")
        let path = try #require(record.network?.first)
        let best = path.streams.map(\.bytesPerSecond).max() ?? 0
        #expect(best > 18e6 && best < 25e6, "\(best)")
        #expect(record.warnings.contains { $0.code == "below-10-gbps" })
        let write = try #require(path.slopes.first { $0.operation == "write" })
        #expect(write.nsPerKib > 30_000 && write.nsPerKib < 55_000, "\(write.nsPerKib)")
    }
}
