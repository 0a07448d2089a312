/// One network card of a VM: "net0: virtio=BC:24:11:00:00:01,bridge=vmbr0,mtu=1".
///
/// - Source: `$net_fmt` in PVE/QemuServer/Network.pm of proxmox/qemu-server.
package struct NetworkCard: Sendable, Equatable {
    package let key: String
    package let index: Int
    package let line: Int
    package let file: String
    package let properties: PropertyString

    init?(_ setting: VirtualMachine.Setting, file: String) {
        guard let index = Self.index(setting.key) else { return nil }
        key = setting.key
        self.index = index
        line = setting.line
        self.file = file
        properties = PropertyString(setting.value)
    }

    /// 0 of "net0"; nil when it is no card.
    static func index(_ key: String) -> Int? {
        guard key.hasPrefix("net"), ConfigText.isDigits(key.dropFirst(3)) else { return nil }
        return Int(key.dropFirst(3))
    }

    /// Models whose name can stand as the key of the MAC address.
    static let models = [
        "e1000", "e1000-82540em", "e1000-82544gc", "e1000-82545em", "e1000e", "i82551", "i82557b",
        "i82559er", "ne2k_isa", "ne2k_pci", "pcnet", "rtl8139", "virtio", "vmxnet3",
    ]

    /// "virtio", …; nil when none is named.
    var model: String? {
        properties["model"] ?? properties.parts.lazy.compactMap(\.key).first(
            where: Self.models.contains
        )
            ?? properties.unnamed.flatMap { Self.models.contains($0) ? $0 : nil }
    }

    /// The MAC address in capitals.
    var address: String? {
        let text = properties["macaddr"] ?? model.flatMap { properties[$0] }
        return text.flatMap { $0.contains(":") ? $0.uppercased() : nil }
    }

    var bridge: String? { properties["bridge"] }

    /// As written; 1 and nil both mean: the bridge's.
    var mtu: Int? { properties["mtu"].flatMap { Int($0) } }

    func flag(_ name: String) -> Bool? { ConfigText.truth(properties[name]) }

    var location: Location { Location(file, line: line) }

    func observed(
        _ seen: String,
        severity: Severity? = nil,
        set options: [(String, String?)] = []
    ) -> Observation {
        Observation(
            "\(key): \(seen)",
            at: location,
            severity: severity,
            edits: options.map { .option(key: key, name: $0.0, value: $0.1) }
        )
    }
}
