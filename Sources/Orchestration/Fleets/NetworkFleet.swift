/// The agents of a fleet and the rounds in which every node talks to every other.
package struct NetworkFleet: Sendable, Equatable {
    /// One run of `tbench net`.
    package struct Pair: Sendable, Equatable {
        /// Where the client runs.
        package var from: String
        /// Where the agent runs.
        package var to: String
        /// Counted from 0.
        package var round: Int
    }

    /// More Jobs than anybody wants to apply, delete or read.
    package static let mostJobs = 2000

    package let nodes: [String]
    package let pairs: [Pair]
    /// Rounds, one slot each.
    package let rounds: Int

    /// Plans the rounds.
    ///
    /// - Parameters:
    ///   - nodes: two or more, each once.
    ///   - rounds: at most so many; nil for all that it takes.
    /// - Throws: `ManifestError` for fewer than two nodes, or more Jobs than `mostJobs`.
    package init(_ nodes: [String], rounds: Int? = nil) throws(ManifestError) {
        guard nodes.count >= 2 else {
            throw .combination(
                "network",
                "one node has nobody to talk to",
                "--network needs two nodes or more"
            )
        }
        let all = nodes.count - 1 + nodes.count % 2
        let count = min(rounds ?? all, all)
        let jobs = count * (nodes.count / 2)
        guard jobs <= Self.mostJobs else { throw .tooManyPairs(nodes.count, count, jobs) }
        self.nodes = nodes
        self.rounds = count
        pairs = PairSchedule.rounds(nodes.count, most: count).enumerated().flatMap { round, pairs in
            pairs.map { one, other in
                // Who sends takes turns, so that no node is always the client.
                round.isMultiple(of: 2)
                    ? Pair(from: nodes[one], to: nodes[other], round: round)
                    : Pair(from: nodes[other], to: nodes[one], round: round)
            }
        }
    }

    /// A headless service: its name resolves to the agent's own address, so that no proxy is on the way.
    package static func service(
        name: String,
        namespace: String,
        run: String,
        agent: String
    ) -> YAMLNode {
        [
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": [
                "name": .text(name),
                "namespace": .text(namespace),
                "labels": ["app": "tbench", "tbench/run": .text(run)],
            ],
            "spec": [
                "clusterIP": "None",
                "publishNotReadyAddresses": true,
                "selector": ["tbench/run": .text(run), "tbench/agent": .text(agent)],
                "ports": [
                    ["name": "replica", "port": 9650, "protocol": "TCP"],
                    ["name": "path", "port": 9650, "protocol": "UDP"],
                ],
            ],
        ]
    }
}
