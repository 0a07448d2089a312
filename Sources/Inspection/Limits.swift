import Units

/// Sizes and thresholds that rules hold machines against: what comes in `Profiles/doctor`.
package struct Limits: Sendable, Equatable {
    /// What a machine of one kind needs and should have.
    package struct Sizes: Sendable, Equatable {
        package var coresMinimum: Int
        package var coresWanted: Int
        package var memoryMinimumBytes: UInt64
        package var memoryWantedBytes: UInt64
        package var diskMinimumBytes: UInt64
        package var diskWantedBytes: UInt64
    }

    package let name: String
    package let controlPlane: Sizes
    package let worker: Sizes
    /// Cores beyond a worker's for Longhorn's V2 engine.
    package let v2ExtraCores: Int
    package let networkMbps: UInt64
    package let replicas: Int
    package let freePercent: Int
    package let stealPercent: Double
    package let pressurePercent: Double
    package let backupRequired: Bool

    /// The names of the profiles that come with tbench.
    package static let names = EmbeddedLimits.texts.map(\.name)

    /// A profile that comes with tbench; nil for any other name.
    package init?(named name: String) {
        guard let text = EmbeddedLimits.texts.first(where: { $0.name == name })?.text else {
            return nil
        }
        self.init(text, name: name)
    }

    /// Reads a profile; nil when a value is missing or is not what it has to be.
    init?(_ text: String, name: String) {
        let file = Shape.map([
            "control_plane": .dictionary(.scalar), "worker": .dictionary(.scalar),
            "v2_extra_cores": .scalar, "network_mbps": .scalar, "replicas": .scalar,
            "free_percent": .scalar, "steal_percent": .scalar, "pressure_percent": .scalar,
            "backup_required": .scalar,
        ])
        let documents = try? YAMLReader.read(Array(text.utf8), file: name, what: "profile") { _ in
            file
        }
        guard
            let root = documents?.first?.root,
            let controlPlane = Self.sizes(root["control_plane"]),
            let worker = Self.sizes(root["worker"]),
            let extra = root["v2_extra_cores"]?.number, let mbps = root["network_mbps"]?.number,
            let replicas = root["replicas"]?.number, let free = root["free_percent"]?.number,
            let steal = root["steal_percent"]?.number,
            let pressure = root["pressure_percent"]?.number,
            let backup = root["backup_required"]?.truth
        else { return nil }
        self.name = name
        self.controlPlane = controlPlane
        self.worker = worker
        v2ExtraCores = extra
        networkMbps = UInt64(clamping: mbps)
        self.replicas = replicas
        freePercent = free
        stealPercent = Double(steal)
        pressurePercent = Double(pressure)
        backupRequired = backup
    }

    private static func sizes(_ node: YAMLNode?) -> Sizes? {
        func bytes(_ key: String) -> UInt64? {
            node?[key]?.text.flatMap { try? QuantityParsing.bytes($0) }
        }
        guard
            let coresMinimum = node?["cores_minimum"]?.number,
            let coresWanted = node?["cores_wanted"]?.number,
            let memoryMinimum = bytes("memory_minimum"), let memoryWanted = bytes("memory_wanted"),
            let diskMinimum = bytes("disk_minimum"), let diskWanted = bytes("disk_wanted")
        else { return nil }
        return Sizes(
            coresMinimum: coresMinimum,
            coresWanted: coresWanted,
            memoryMinimumBytes: memoryMinimum,
            memoryWantedBytes: memoryWanted,
            diskMinimumBytes: diskMinimum,
            diskWantedBytes: diskWanted
        )
    }

    /// The sizes for a set of roles; the larger of each where there are several.
    func sizes(for roles: Set<Role>) -> Sizes? {
        var sizes: Sizes?
        for role in Role.allCases where roles.contains(role) {
            var next = role == .controlPlane ? controlPlane : worker
            if role == .workerV2 {
                next.coresMinimum += v2ExtraCores
                next.coresWanted += v2ExtraCores
            }
            guard let old = sizes else {
                sizes = next
                continue
            }
            sizes = Sizes(
                coresMinimum: max(old.coresMinimum, next.coresMinimum),
                coresWanted: max(old.coresWanted, next.coresWanted),
                memoryMinimumBytes: max(old.memoryMinimumBytes, next.memoryMinimumBytes),
                memoryWantedBytes: max(old.memoryWantedBytes, next.memoryWantedBytes),
                diskMinimumBytes: max(old.diskMinimumBytes, next.diskMinimumBytes),
                diskWantedBytes: max(old.diskWantedBytes, next.diskWantedBytes)
            )
        }
        return sizes
    }
}
