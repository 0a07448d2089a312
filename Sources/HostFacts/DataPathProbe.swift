import ResultStore

/// Finds where etcd and Longhorn keep their data on the node, and what is under it.
struct DataPathProbe {
    let root: SystemRoot
    let host: HostProbe

    private static let candidates: [(owner: NodeFacts.DataPath.Owner, path: String)] = [
        (.etcd, "/var/lib/etcd"), (.longhorn, "/var/lib/longhorn"),
        (.longhorn, "/var/mnt/longhorn"), (.node, "/var"),
    ]

    /// The directories that exist, as the node names them.
    func paths() -> [NodeFacts.DataPath] {
        let hasHost = root.list("host")?.isEmpty == false
        let mounts = nodeMounts(hasHost)
        return Self.candidates.compactMap { owner, path in
            let seen = hasHost ? "/host\(path)" : path
            guard root.list(seen) != nil || root.exists(seen) else { return nil }
            let facts = host.target(path: seen)
            return NodeFacts.DataPath(
                owner: owner,
                path: path,
                facts: facts,
                disks: Self.disks(facts.stack),
                propagation: mounts.map { Self.propagation($0, path) }
            )
        }
    }

    /// The mount table of the node itself: of its process 1, below `/host` or by hostPID.
    private func nodeMounts(_ hasHost: Bool) -> String? {
        if let text = root.read("host/proc/1/mountinfo"), !text.isEmpty { return text }
        let isContainer = host.container()["container"] != nil
        guard !isContainer || !hasHost else { return nil }
        return root.read("proc/1/mountinfo")
            ?? (isContainer ? nil : root.read("proc/self/mountinfo"))
    }

    /// The optional fields of the mount that holds a path: "shared:1".
    ///
    /// - Source: proc_pid_mountinfo(5), field 7.
    static func propagation(_ text: String, _ path: String) -> [String] {
        var best: (length: Int, fields: [String]) = (-1, [])
        for line in SystemText.lines(text) {
            let fields = SystemText.fields(line)
            guard fields.count > 6, let dash = fields[6...].firstIndex(of: "-") else { continue }
            let point = Mount.unescaped(fields[4])
            guard MountTable.contains(point, path), point.utf8.count >= best.length else {
                continue
            }
            best = (point.utf8.count, Array(fields[6..<dash]))
        }
        return best.fields
    }

    /// The whole disks at the bottom of a stack; a partition only where its disk is not known.
    private static func disks(_ stack: [DeviceFacts]) -> [String] {
        let made = ["device-mapper", "md", "loop", "bcache", "partition"]
        let whole = stack.filter { !made.contains($0.transport ?? "") }.map(\.name)
        return whole.isEmpty ? stack.last.map { [$0.name] } ?? [] : whole
    }
}
