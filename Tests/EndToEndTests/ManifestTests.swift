import Foundation
import TestSupport
import Testing
import Units

extension Trait where Self == ConditionTrait {
    /// The test asks kubectl, which never talks to a cluster there.
    fileprivate static var requiresKubectl: Self {
        .enabled("needs kubectl") { Capability.demanded || Shell.hasCommand("kubectl") }
    }
}

@Suite("Manifests, as Kubernetes reads them") struct ManifestTests {
    static let directory = "\(Repository.path)/deploy"

    static let files: [String] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return names.filter { $0.hasSuffix(".yaml") && $0 != "kustomization.yaml" }.sorted()
    }()

    /// Every kind and target in one line each, beside the files in deploy/.
    static let others = [
        "pod -- run random-4k --size 1G", "pod --claim data --block -- longhorn",
        "job --storage-class fast --volume-size 20Gi --cpu 2 --cpu-limit --priority-class low",
        "fleet --nodes a,b.example,c --start-at 2099-01-01T22:00:00Z --network also --host-network",
        "fleet --nodes a,b,c,d --control-plane a,b,c --at-once 2 --start-at 2099-01-01T22:00:00Z",
        "cronjob --namespace kube-system --device /dev/nvme1n1 --node n --schedule @weekly",
    ]

    @Test("the examples in deploy/ are what the binary prints", arguments: files)
    func examples(file: String) throws {
        let path = "\(Self.directory)/\(file)"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let first = try #require(text.split(separator: "\n").first)
        #expect(first.hasPrefix("# tbench manifest "))
        // The shell reads the line as a user's would.
        let outcome = try Shell.run(
            ["bash", "-c", "tbench() { \"$TBENCH\" \"$@\"; }; \(first.dropFirst(2))"],
            environment: ["TBENCH": Tool.path]
        )
        #expect(outcome.status == 0, "\(outcome.stderr)")
        if ProcessInfo.processInfo.environment["TBENCH_UPDATE_GOLDEN"] == "1" {
            try Data(outcome.stdout.utf8).write(to: URL(fileURLWithPath: path))
            return
        }
        #expect(outcome.stdout == text)
    }

    /// Everything that is printed, in files.
    private func manifests() throws -> (directory: TemporaryDirectory, paths: [String]) {
        let directory = try TemporaryDirectory()
        var paths = Self.files.map { "\(Self.directory)/\($0)" }
        for (index, line) in Self.others.enumerated() {
            let outcome = try Tool.run(["manifest"] + line.split(separator: " ").map(String.init))
            #expect(outcome.status == 0, "\(outcome.stderr)")
            paths.append(try directory.write("\(index).yaml", outcome.stdout))
        }
        return (directory, paths)
    }

    @Test(
        "they are valid against the schemas of the last three minors",
        .requiresTestPython,
        arguments: ["1.35", "1.36", "1.37"]
    )
    func schemas(version: String) throws {
        let (directory, paths) = try manifests()
        let python = try #require(Capability.testPython)
        let tool =
            URL(fileURLWithPath: python).deletingLastPathComponent().path + "/kubernetes-validate"
        let outcome = try Shell.run([tool, "-k", version, "--strict", "--quiet"] + paths)
        #expect(outcome.status == 0, "\(outcome.stdout)\(outcome.stderr)")
        // And the tool sees what is wrong.
        let wrong = try directory.write(
            "wrong.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: 3}\n"
        )
        #expect(try Shell.run([tool, "-k", version, "--strict", "--quiet", wrong]).status != 0)
    }

    @Test("kubectl takes them, and its kustomize builds deploy/", .requiresKubectl)
    func kubectl() throws {
        let (directory, paths) = try manifests()
        try Shell.require(["mkfifo", directory.file("stdin")])
        let server = try RunningCommand([
            "bash", "-c", "exec python3 \"$0\" <>\"$1\"",
            "\(Repository.path)/scripts/lib/fake_kubernetes.py", directory.file("stdin"),
        ])
        #expect(server.waitForOutput("\n"))
        let port = server.output.split(separator: "\n").first ?? ""
        let outcome = try Shell.run(
            [
                "kubectl", "--server", "http://127.0.0.1:\(port)", "create", "--dry-run=client",
                "--validate=false",
            ]
                + paths.flatMap { ["-f", $0] },
            environment: ["HOME": directory.path, "KUBECONFIG": "/dev/null"]
        )
        #expect(outcome.status == 0, "\(outcome.stderr)")
        #expect(outcome.stdout.contains("cronjob.batch/tbench created (dry run)"))
        server.send(15)
        _ = server.wait()
        let built = try Shell.run(
            ["kubectl", "kustomize", Self.directory],
            environment: ["HOME": directory.path]
        )
        #expect(built.status == 0, "\(built.stderr)")
        #expect(built.stdout.contains("kind: CronJob"))
    }

    @Test(
        "what is no name, no size or no sense is refused with one sentence and printable text",
        arguments: [
            (["pod", "--name", "A\u{1B}[31m"], 64),
            (["pod", "--name", String(repeating: "a", count: 31)], 64),
            (["pod", "--namespace", "a\nkind: Pod"], 64), (["job", "--node", "../x"], 64),
            (["job", "--image", "x\"\nargs: [rm]"], 64),
            (["job", "--host-path", "/a/../../etc"], 64),
            (["job", "--device", "/etc/passwd"], 64),
            (["job", "--claim", "a", "--device", "/dev/sdb"], 64),
            (["pod", "--block"], 64), (["pod", "--storm"], 64),
            (["pod", "--schedule", "@daily"], 64),
            (["pod", "--memory", "1 Gi"], 64), (["cronjob", "--schedule", "* * *"], 64),
            (["fleet"], 64),
            (["fleet", "--nodes", "all"], 64), (["fleet", "--nodes", "a,a"], 64),
            (["fleet", "--nodes", "a,B"], 64),
            (["fleet", "--nodes", "a", "--start-at", "2001-01-01T00:00:00Z"], 64),
            (["fleet", "--nodes", "a", "--start-at", "tomorrow"], 64),
            (["fleet", "--nodes", "a,b", "--storm"], 77),
            (["fleet", "--nodes", "a", "--inventory", "/nowhere"], 66),
            (["fleet", "--nodes", "a", "--network", "only"], 64),
            (["pod", "--", "serve"], 64), (["pod", "--", "etcd", "/data"], 64),
            (["pod", "--", "etcd", "--rounds", "x"], 64),
            (["pod", "--", "run", "/etc/passwd"], 64), (["pod", "--", "etcd", "--help"], 64),
            (["pods"], 64), ([], 64),
        ] as [([String], Int32)]
    )
    func refused(arguments: [String], code: Int32) throws {
        let outcome = try Tool.run(["manifest"] + arguments)
        #expect(outcome.status == code, "\(outcome.stderr)")
        #expect(outcome.stdout.isEmpty)
        #expect(
            outcome.stderr.utf8.allSatisfy { $0 == 10 || (0x20..<0x7F).contains($0) },
            "\(outcome.stderr)"
        )
    }

    @Test(
        "an inventory from stdin gives every node its slot, and never two control planes of three at once"
    )
    func fleet() throws {
        let items =
            (0..<3).map {
                "{\"metadata\":{\"name\":\"cp\($0)\",\"labels\":{\"node-role.kubernetes.io/control-plane\":\"\"}}}"
            } + (0..<4).map { "{\"metadata\":{\"name\":\"w\($0)\"}}" }
        let input = "{\"items\":[\(items.joined(separator: ","))]}"
        let outcome = try Shell.run(
            [
                Tool.path, "manifest", "fleet", "--nodes", "all", "--inventory", "-", "--at-once",
                "3", "--start-at", "2099-01-01T22:00:00Z",
            ],
            input: input
        )
        #expect(outcome.status == 0, "\(outcome.stderr)")
        #expect(
            outcome.stdout.contains(
                "7 nodes in 3 slots of 300 s, from 2099-01-01T22:00:00Z to 2099-01-01T22:15:00Z."
            )
        )
        #expect(outcome.stdout.split(separator: "---\n").count == 1 + 1 + 7)
        let storm = try Shell.run(
            [Tool.path, "manifest", "fleet", "--nodes", "all", "--inventory", "-", "--storm"],
            input: input
        )
        #expect(storm.status == 77)
        #expect(storm.stderr.contains("3 of 3 control-plane nodes at once, and etcd can spare 1"))
    }
}
