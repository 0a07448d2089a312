package import ResultStore

/// Everything that is known: this machine, configuration files, what the machines are for.
package struct Evidence: Sendable {
    /// This machine; nil when only files are looked at.
    package var node: NodeFacts?
    package var machines: [VirtualMachine] = []
    package var storages: StorageConfig?
    package var talos: [TalosConfig] = []
    package var longhorn: LonghornValues?
    /// What the user said the machines are for; empty when it has to be inferred.
    package var roles: Set<Role> = []
    package var limits: Limits

    package init(limits: Limits) {
        self.limits = limits
    }

    /// The roles of a machine configuration: what the user said, else its type and Longhorn's engine.
    package func roles(of config: TalosConfig) -> Set<Role> {
        if !roles.isEmpty { return roles }
        switch config.type {
        case .controlPlane: return [.controlPlane]
        case .worker: return longhorn?.engineRoles ?? []
        case nil: return []
        }
    }

    /// The roles of a VM: what the user said, else what all machine configurations agree on.
    package func roles(of machine: VirtualMachine) -> Set<Role> { sharedRoles }

    /// The roles of this machine: what the user said, else what keeps data here.
    package func roles(of node: NodeFacts) -> Set<Role> {
        if !roles.isEmpty { return roles }
        if !talos.isEmpty || longhorn != nil { return sharedRoles }
        var found: Set<Role> = []
        for path in node.paths.value ?? [] where path.owner == .etcd { found.insert(.controlPlane) }
        for path in node.paths.value ?? [] where path.owner == .longhorn { found.insert(.workerV1) }
        return found
    }

    private var sharedRoles: Set<Role> {
        if !roles.isEmpty { return roles }
        let each = Set(talos.map { roles(of: $0) })
        if let only = each.first, each.count == 1 { return only }
        return talos.isEmpty ? longhorn?.engineRoles ?? [] : []
    }

    /// The storage that holds a disk; nil when storage.cfg was not given or does not name it.
    func storage(of drive: Drive) -> StorageConfig.Storage? {
        drive.storage.flatMap { id in storages?.storages.first { $0.id == id } }
    }

    /// A fact that only storage.cfg has.
    static let noStorageConfig = UnknownFact(
        "what kind of storage a disk is on stands in storage.cfg",
        help: "give --storage-cfg /etc/pve/storage.cfg"
    )
}
