/// How much a finding matters.
package enum Severity: String, Sendable, Equatable, Codable, CaseIterable, Comparable {
    /// Data or the cluster is at risk, or it does not start.
    case error
    /// It works, and costs speed, safety or a surprise later.
    case warning
    /// Authorities disagree; both are named, and the measurement that would settle it.
    case disputed
    /// Worth knowing.
    case info

    package static func < (first: Severity, second: Severity) -> Bool {
        first.rank < second.rank
    }

    /// 0 matters most.
    private var rank: Int {
        switch self {
        case .error: 0
        case .warning: 1
        case .disputed: 2
        case .info: 3
        }
    }
}

/// What a machine is for.
package enum Role: String, Sendable, Equatable, Codable, CaseIterable {
    case controlPlane = "control-plane"
    /// Longhorn's V1 engine keeps replicas on it.
    case workerV1 = "worker-v1"
    /// Longhorn's V2 engine keeps replicas on it.
    case workerV2 = "worker-v2"
}

/// What a rule is about; also how `tbench list rules` groups them.
package enum Topic: String, Sendable, Equatable, Codable, CaseIterable {
    case cpu = "processor"
    case memory
    case kernel
    case sysctl = "kernel settings"
    case container
    case disk
    case nic = "network"
    case longhornV1 = "Longhorn V1"
    case longhornV2 = "Longhorn V2"
    case proxmox = "Proxmox VM"
    case proxmoxDisk = "Proxmox disk"
    case proxmoxNic = "Proxmox network"
    case storage = "Proxmox storage"
    case talos = "Talos"
    case talosStorage = "Talos storage"
    case longhorn = "Longhorn values"
    case cross = "across files"
}
