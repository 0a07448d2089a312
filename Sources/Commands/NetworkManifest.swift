import Foundation
import Orchestration
import Replication

/// The Jobs and services of a fleet's network: an agent on every node, and a client for every pair.
struct NetworkManifest {
    private(set) var plans: [PodPlan] = []
    private(set) var objects: [YAMLNode] = []
    private(set) var notes: [String] = []

    /// One `tbench net` takes half a minute; the rest is for clocks that differ.
    private static let roundSeconds = 60

    init(
        _ request: ManifestRequest,
        _ fleet: NetworkFleet,
        start: Date,
        patience: Int
    ) throws {
        let secret = try request.tokenSecret()
        let length = fleet.rounds * Self.roundSeconds
        for node in fleet.nodes {
            let name = Self.agent(request, node)
            var plan = try request.plan(
                name: name,
                node: node,
                arguments: [
                    "serve", "/target", "--listen", "0.0.0.0:\(Endpoint.defaultPort)",
                    "--token-file", PodPlan.tokenPath, "--lifetime", "\(patience + length)s",
                ],
                waitSeconds: patience + length
            )
            plan.target = .emptyDir(size: "1Gi")
            plan.tokenSecret = secret
            plan.usesHostNetwork = request.usesHostNetwork
            plan.labels = [YAMLEntry("tbench/agent", .text(name))]
            plans.append(plan)
            objects.append(
                NetworkFleet.service(
                    name: name,
                    namespace: request.namespace,
                    run: request.name,
                    agent: name
                )
            )
            objects.append(PodManifest.job(plan))
        }
        for pair in fleet.pairs {
            let moment = start.addingTimeInterval(Double(pair.round * Self.roundSeconds))
            let address = "\(Self.agent(request, pair.to)).\(request.namespace).svc"
            var plan = try request.plan(
                name: KubernetesName.joined(
                    "\(request.name)-net-\(pair.round)",
                    pair.from,
                    limit: 60
                ),
                node: pair.from,
                arguments: [
                    "net", address, "--token-file", PodPlan.tokenPath, "--tag", "peer=\(pair.to)",
                    "--log-lines", "--summary", "/dev/termination-log", "--no-color", "--start-at",
                    StartTime.text(moment),
                ],
                waitSeconds: patience + length
            )
            plan.target = nil
            plan.tokenSecret = secret
            plan.usesHostNetwork = request.usesHostNetwork
            plans.append(plan)
            objects.append(PodManifest.job(plan))
        }
        notes = [
            "network: \(fleet.pairs.count) pairs in \(fleet.rounds) rounds of \(Self.roundSeconds) s from \(StartTime.text(start)); no node has two partners at once.",
            "secret:   kubectl -n \(request.namespace) create secret generic \(secret) --from-literal=token=$(openssl rand -hex 32)",
            "agents run until their lifetime ends; delete them when the pairs are done.",
        ]
    }

    private static func agent(_ request: ManifestRequest, _ node: String) -> String {
        KubernetesName.joined("\(request.name)-agent", node, limit: 60)
    }
}
