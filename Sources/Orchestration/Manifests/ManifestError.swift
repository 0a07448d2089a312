package import Units

/// Why a manifest cannot be made.
package struct ManifestError: DescribedError, Equatable {
    package let operation: String
    package let subject: String
    package let reason: String
    package let cause: SystemCallFailure?
    package let hint: String?
    package let exitCode: ExitCode

    private init(
        _ subject: String,
        _ reason: String,
        hint: String?,
        exitCode: ExitCode = .usage
    ) {
        operation = "manifest"
        self.subject = subject
        self.reason = reason
        cause = nil
        self.hint = hint
        self.exitCode = exitCode
    }

    /// A text that Kubernetes would not take for a name; shown without what could steer a terminal.
    static func name(_ text: String, _ what: String, _ grammar: String) -> Self {
        Self(
            text,
            "'\(printable(text))' is no \(what)",
            hint: "\(grammar)"
        )
    }

    /// A value that means nothing to Kubernetes.
    static func value(_ text: String, _ what: String, _ hint: String) -> Self {
        Self(text, "'\(printable(text))' is no \(what)", hint: hint)
    }

    static func noInventory(_ nodes: String) -> Self {
        Self(
            nodes,
            "--nodes \(printable(nodes)) needs to know the nodes, and tbench never talks to the cluster",
            hint:
                "kubectl get nodes -o json | tbench manifest fleet --nodes \(printable(nodes)) --inventory -"
        )
    }

    static func inventory(_ detail: String) -> Self {
        Self(
            "inventory",
            "the inventory is no list of nodes: \(printable(detail))",
            hint: "give what 'kubectl get nodes -o json' prints"
        )
    }

    static func noNodes(_ nodes: String, _ left: [String]) -> Self {
        let why = left.isEmpty ? "" : " (\(left.prefix(5).map(printable).joined(separator: ", ")))"
        return Self(
            nodes,
            "no node is left to run on\(why)",
            hint: "'kubectl get nodes --show-labels' shows what there is to choose from",
            exitCode: .missing
        )
    }

    static func unknownNode(_ node: String) -> Self {
        Self(
            node,
            "there is no node '\(printable(node))' in the inventory",
            hint: "'kubectl get nodes' shows their names",
            exitCode: .missing
        )
    }

    static func twice(_ node: String) -> Self {
        Self(node, "node '\(printable(node))' is named twice", hint: "name each node once")
    }

    /// More control-plane nodes at once than a quorum can spare.
    static func quorum(_ loaded: Int, of total: Int) -> Self {
        let members =
            total == 1 ? "the only control-plane node" : "\(loaded) of \(total) control-plane nodes"
        let most = max(0, (total - 1) / 2)
        return Self(
            "control plane",
            "this would load \(members) at once, and etcd can spare \(most)",
            hint: total < 3
                ? "leave control-plane nodes out (--nodes '!node-role.kubernetes.io/control-plane'), or accept slow API answers meanwhile with --accept-quorum-risk"
                : "let them take turns (without --storm; --at-once says how many), or name \(most) of them",
            exitCode: .refused
        )
    }

    static func unknownControlPlane() -> Self {
        Self(
            "control plane",
            "several nodes at once, and nobody said which of them are control-plane nodes",
            hint:
                "pipe 'kubectl get nodes -o json' in with --inventory -, or name them with --control-plane a,b,c ('none' for none)",
            exitCode: .refused
        )
    }

    static func tooManyPairs(_ nodes: Int, _ rounds: Int, _ jobs: Int) -> Self {
        Self(
            "network",
            "\(nodes) nodes in \(rounds) rounds are \(jobs) Jobs, more than anybody wants to apply",
            hint: "--network-rounds 4 lets each node meet four others, spread evenly"
        )
    }

    static func combination(_ subject: String, _ reason: String, _ hint: String) -> Self {
        Self(subject, reason, hint: hint)
    }

    /// A text in a message: printable ASCII, at most 80 characters.
    private static func printable(_ text: String) -> String {
        let safe = text.unicodeScalars.prefix(80).map {
            (" "..."~").contains($0) ? Character($0) : "?"
        }
        return String(safe) + (text.unicodeScalars.count > 80 ? "..." : "")
    }
}
