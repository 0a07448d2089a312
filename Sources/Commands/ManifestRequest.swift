import ArgumentTable
import Foundation
import Orchestration
import Units
import Workloads

/// What `tbench manifest` was asked for, every name checked.
struct ManifestRequest {
    let kind: String
    let name: String
    let namespace: String
    let target: PodTarget
    /// The command with its target and what makes it speak to the cluster.
    let arguments: [String]
    private let command: ParsedCommand

    init(_ command: ParsedCommand) throws {
        self.command = command
        kind = command.positional("kind") ?? "pod"
        // Room for "-agent-", a node and a hash below the 63 of a label.
        name = try KubernetesName.label(command.string("name") ?? "tbench", "name of a run")
        guard name.utf8.count <= 30 else {
            throw CommandError(
                operation: "manifest",
                subject: name,
                reason:
                    "--name \(name) is longer than 30 characters, and nodes' names go behind it",
                hint: "give a shorter one"
            )
        }
        namespace = try KubernetesName.label(command.string("namespace") ?? "tbench", "namespace")
        target = try Self.target(command)
        arguments = try Self.workload(command, target)
        try checkKind()
    }

    private static func target(_ command: ParsedCommand) throws -> PodTarget {
        let isBlock = command.flag("block")
        let size = try KubernetesName.quantity(command.string("volume-size") ?? "", "size")
        if let name = command.string("claim") {
            return .claim(try KubernetesName.subdomain(name, "claim"), isBlock: isBlock)
        }
        if let name = command.string("storage-class") {
            return .ephemeral(
                storageClass: try KubernetesName.subdomain(name, "storage class"),
                size: size,
                isBlock: isBlock
            )
        }
        guard !isBlock else {
            throw CommandError(
                operation: "manifest",
                subject: "--block",
                reason: "--block says how a volume appears, and no volume was named",
                hint: "give --claim NAME or --storage-class NAME too; a raw disk is --device PATH"
            )
        }
        if let path = command.string("host-path") {
            return .hostPath(try KubernetesName.path(path, "directory of the node"))
        }
        if let path = command.string("device") {
            let path = try KubernetesName.path(path, "device")
            guard path.hasPrefix("/dev/") else {
                throw CommandError(
                    operation: "manifest",
                    subject: path,
                    reason: "--device \(path) is not below /dev",
                    hint: "a directory is --host-path"
                )
            }
            return .device(path)
        }
        return .emptyDir(size: size)
    }

    /// The words after "--", checked by tbench's own parser as the pod will read them.
    private static func workload(_ command: ParsedCommand, _ target: PodTarget) throws -> [String] {
        var words = command.positionals["command"] ?? []
        if words.isEmpty { words = ["etcd"] }
        if words.first == "tbench" { words.removeFirst() }
        let name = words.first ?? ""
        guard ["etcd", "longhorn", "run"].contains(name) else {
            throw CommandError(
                operation: "manifest",
                subject: name,
                reason: "'\(Printed.text(name))' measures no target in a pod",
                hint: "etcd, longhorn or run PROFILE; --network adds the network between nodes"
            )
        }
        words += ["--log-lines", "--summary", "/dev/termination-log", "--no-color"]
        let parsed = try Self.parsed(words, target.path)
        if name == "run", let profile = parsed.positional("profile"),
            !Profile.embeddedNames.contains(profile)
        {
            throw CommandError(
                operation: "manifest",
                subject: profile,
                reason:
                    "'\(Printed.text(profile))' is no profile of tbench's, and the image holds no other files",
                hint: "'tbench list' shows the profiles"
            )
        }
        return words + [target.path]
    }

    /// What tbench in the pod will make of its arguments.
    private static func parsed(_ words: [String], _ target: String) throws -> ParsedCommand {
        let parser = ArgumentParser(table: TbenchTable.table)
        func outcome(_ words: [String]) throws -> ParseOutcome {
            try parser.parse(words, terminalWidth: 80, environment: [:])
        }
        do {
            if case .run(let parsed) = try outcome(words + [target]) { return parsed }
        } catch let error as UsageError {
            // Without ours it parses: then the user gave a target too.
            guard (try? outcome(words)) != nil else { throw error }
            throw CommandError(
                operation: "manifest",
                subject: words.joined(separator: " "),
                reason: "the command after '--' names a target, and the manifest's is \(target)",
                hint:
                    "leave it out; --host-path, --claim, --storage-class or --device says what is measured"
            )
        }
        throw CommandError(
            operation: "manifest",
            subject: words.joined(separator: " "),
            reason: "the command after '--' asks for help and measures nothing",
            hint: "leave --help and --version out"
        )
    }

    /// Flags that mean nothing for this kind are refused, not ignored.
    private func checkKind() throws {
        let fleetOnly = [
            "nodes", "inventory", "control-plane", "at-once", "storm", "accept-quorum-risk",
            "start-at", "slot", "network", "network-rounds", "token-secret", "host-network",
        ]
        let foreign = kind == "fleet" ? ["node"] : fleetOnly
        let schedule = kind == "cronjob" ? [] : ["schedule"]
        if let flag = (foreign + schedule).first(where: { command.wasGiven($0) }) {
            throw CommandError(
                operation: "manifest",
                subject: "--\(flag)",
                reason: "--\(flag) means nothing for a \(kind)",
                hint: flag == "node"
                    ? "a fleet takes --nodes"
                    : flag == "schedule"
                        ? "a cronjob takes it" : "a fleet takes it: tbench manifest fleet"
            )
        }
        if kind == "fleet", command.string("nodes") == nil {
            throw CommandError(
                operation: "manifest",
                subject: "--nodes",
                reason: "a fleet needs to know its nodes",
                hint:
                    "--nodes a,b,c, or 'kubectl get nodes -o json | tbench manifest fleet --nodes all --inventory -'"
            )
        }
    }

    /// A pod of this run.
    ///
    /// - Parameters:
    ///   - name: of the pod or Job.
    ///   - node: where it must run; nil for anywhere.
    ///   - arguments: instead of the request's own.
    ///   - waitSeconds: how long it may wait for its turn.
    /// - Returns: the plan, with everything that the flags say.
    /// - Throws: `ManifestError` for a name or a quantity that is none.
    func plan(
        name: String,
        node: String?,
        arguments: [String]? = nil,
        waitSeconds: Int = 0
    ) throws -> PodPlan {
        var plan = PodPlan(
            name: name,
            run: self.name,
            namespace: namespace,
            image: try KubernetesName.image(command.string("image") ?? ""),
            arguments: arguments ?? self.arguments,
            target: target,
            node: try node.map { try KubernetesName.subdomain($0, "node name") }
        )
        plan.toleratesAll =
            command.wasGiven("tolerate-all") ? command.flag("tolerate-all") : node != nil
        plan.cpu = try KubernetesName.quantity(command.string("cpu") ?? "", "number of CPUs")
        plan.limitsCPU = command.flag("cpu-limit")
        plan.memory = try KubernetesName.quantity(
            command.string("memory") ?? "",
            "amount of memory"
        )
        plan.priorityClass = try command.string("priority-class").map {
            try KubernetesName.subdomain($0, "priority class")
        }
        plan.deadlineSeconds = waitSeconds + seconds("deadline")
        plan.keepSeconds = seconds("keep")
        return plan
    }

    private func seconds(_ flag: String) -> Int {
        Int((command.nanoseconds(flag) ?? 0) / 1_000_000_000)
    }

    var node: String? { command.string("node") }
    var slotSeconds: Int { seconds("slot") }
    var network: String? { command.string("network") }
    var networkRounds: Int? { command.integer("network-rounds") }
    var usesHostNetwork: Bool { command.flag("host-network") }

    func tokenSecret() throws -> String {
        try KubernetesName.subdomain(command.string("token-secret") ?? "", "secret")
    }

    func schedule() throws -> String {
        try KubernetesName.schedule(command.string("schedule") ?? "0 3 * * *")
    }

    /// Who runs when.
    func fleet(_ inventory: NodeInventory?) throws -> FleetPlan {
        let text = command.string("nodes") ?? ""
        let leaders = try command.string("control-plane").map { text in
            try text == "none"
                ? []
                : text.split(separator: ",", omittingEmptySubsequences: false)
                    .map { try KubernetesName.subdomain(String($0), "node name") }
        }
        return try FleetPlan(
            (nodes: try NodeSelection(text), text: text),
            inventory: inventory,
            controlPlane: leaders,
            atOnce: command.flag("storm") ? nil : command.integer("at-once") ?? 1,
            acceptsQuorumRisk: command.flag("accept-quorum-risk")
        )
    }

    /// The nodes of `--inventory`; nil without it.
    func inventory() throws -> NodeInventory? {
        guard let path = command.string("inventory") else { return nil }
        if path == "-" {
            return try NodeInventory.read(FileHandle.standardInput.readToEnd() ?? Data())
        }
        do {
            return try NodeInventory.read(Data(contentsOf: URL(fileURLWithPath: path)))
        } catch let error as any DescribedError {
            throw error
        } catch {
            throw CommandError(
                operation: "manifest",
                subject: path,
                reason: "cannot read the inventory \(path)",
                hint: "kubectl get nodes -o json > \(path)",
                exitCode: .missing
            )
        }
    }

    /// When the first slot begins: as asked for, or the first full minute at least five from now.
    func start() throws -> Date {
        guard let text = command.string("start-at") else {
            let soon = Date().timeIntervalSince1970 + 300
            return Date(timeIntervalSince1970: (soon / 60).rounded(.up) * 60)
        }
        let date = try StartTime.read(text)
        guard date > Date() else {
            throw CommandError(
                operation: "manifest",
                subject: text,
                reason: "--start-at \(text) has passed",
                hint: "it is \(StartTime.text(Date())) now"
            )
        }
        return date
    }
}

/// Text of a user's in a message.
enum Printed {
    /// Printable ASCII, at most 80 characters.
    static func text(_ text: String) -> String {
        String(
            text.unicodeScalars.prefix(80).map { (" "..."~").contains($0) ? Character($0) : "?" }
        )
    }
}
