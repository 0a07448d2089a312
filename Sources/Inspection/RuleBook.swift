/// Every rule, in the order in which findings of equal weight are shown.
package enum RuleBook {
    package static let all: [Rule] = [
        NodeProcessorRules.all, NodeKernelRules.all, NodeDiskRules.all, NodePathRules.all,
        NodeLonghornRules.all, NodeNetworkRules.all,
        VirtualProcessorRules.all, VirtualMemoryRules.all, DiskCacheRules.all,
        DiskControllerRules.all, DiskSpaceRules.all, DiskOptionRules.all, VirtualNetworkRules.all,
        VirtualMachineRules.all, StorageRules.all,
        TalosRules.all, TalosStorageRules.all, TalosLonghornRules.all, LonghornRules.all,
        LonghornSettingRules.all, CrossRules.all, CrossMachineRules.all,
    ].flatMap { $0 }

    /// The rule of that name, in any case of letters.
    package static func rule(_ id: String) -> Rule? {
        let id = id.uppercased()
        return all.first { $0.id == id }
    }
}
