package import Foundation

/// A node as `kubectl get nodes -o json` tells it, as far as a fleet cares.
package struct NodeFacts: Sendable, Equatable {
    package var name: String
    package var labels: [String: String]
    package var isReady: Bool

    package init(name: String, labels: [String: String] = [:], isReady: Bool = true) {
        self.name = name
        self.labels = labels
        self.isReady = isReady
    }

    /// Whether etcd may run there.
    ///
    /// - Source: kubernetes.io/docs/reference/labels-annotations-taints; "master" is what clusters before 1.24 have.
    package var isControlPlane: Bool {
        ["control-plane", "master", "etcd", "controlplane"].contains {
            labels["node-role.kubernetes.io/\($0)"] != nil
        }
    }

    package var isLinux: Bool { labels["kubernetes.io/os"].map { $0 == "linux" } ?? true }
}

/// The nodes of a cluster.
package struct NodeInventory: Sendable, Equatable {
    package var nodes: [NodeFacts]

    package init(_ nodes: [NodeFacts]) { self.nodes = nodes }

    /// Reads what `kubectl get nodes -o json` prints.
    ///
    /// - Parameter data: any bytes.
    /// - Returns: the nodes, sorted by name.
    /// - Throws: `ManifestError` for what is no list of nodes, and for names that are not names.
    package static func read(_ data: Data) throws(ManifestError) -> NodeInventory {
        guard data.count <= 256 << 20 else { throw .inventory("it is larger than 256 MiB") }
        let document: Document
        do {
            document = try JSONDecoder().decode(Document.self, from: data)
        } catch {
            throw .inventory(data.isEmpty ? "it is empty" : "it is not such JSON")
        }
        var nodes: [NodeFacts] = []
        var seen: Set<String> = []
        for item in document.items where item.kind == nil || item.kind == "Node" {
            let name = try KubernetesName.subdomain(item.metadata.name, "node name")
            guard seen.insert(name).inserted else { throw .twice(name) }
            let ready = item.status?.conditions?.first { $0.type == "Ready" }
            nodes.append(
                NodeFacts(
                    name: name,
                    labels: item.metadata.labels ?? [:],
                    isReady: ready.map { $0.status == "True" } ?? true
                )
            )
        }
        guard !nodes.isEmpty else { throw .inventory("it holds no node") }
        return NodeInventory(nodes.sorted { $0.name < $1.name })
    }

    private struct Document: Decodable {
        var items: [Item]
    }

    private struct Item: Decodable {
        var kind: String?
        var metadata: Metadata
        var status: Status?
    }

    private struct Metadata: Decodable {
        var name: String
        var labels: [String: String]?
    }

    private struct Status: Decodable {
        var conditions: [Condition]?
    }

    private struct Condition: Decodable {
        var type: String
        var status: String
    }
}
