/// A Talos machine configuration: the classic document and the newer ones beside it.
///
/// Holds nothing secret: `TalosShapes` has no place for tokens, keys and certificates.
package struct TalosConfig: Sendable, Equatable {
    package enum MachineType: Sendable, Equatable {
        case controlPlane
        case worker
    }

    package let file: String
    let documents: [YAMLDocument]
    private let classic: YAMLNode?

    /// Reads a configuration or a patch of one.
    ///
    /// - Throws: `InspectionError` for what is not YAML or has nothing of Talos.
    package init(_ bytes: [UInt8], file: String) throws(InspectionError) {
        let documents = try YAMLReader.read(
            bytes,
            file: file,
            what: "Talos machine configuration",
            shape: TalosShapes.shape
        )
        self.file = file
        self.documents = documents
        classic = documents.first { $0.root["kind"] == nil && !$0.root.entries.isEmpty }?.root
        let hasClassic = classic?["machine"] != nil || classic?["cluster"] != nil
        let hasKind = documents.contains { document in
            document.root["kind"]?.text.map(TalosShapes.knownKinds.contains) ?? false
        }
        guard hasClassic || hasKind else { throw .notTalos(file) }
    }

    var machine: YAMLNode? { classic?["machine"] }
    var cluster: YAMLNode? { classic?["cluster"] }

    /// Documents of a kind.
    func all(_ kind: String) -> [YAMLNode] {
        documents.map(\.root).filter { $0["kind"]?.text == kind }
    }

    func place(_ node: YAMLNode?) -> Location { Location(file, line: node?.line) }

    package var type: MachineType? {
        switch machine?["type"]?.text {
        case "controlplane", "init": .controlPlane
        case "worker", "join": .worker
        default: nil
        }
    }

    /// Whether this is the whole configuration of a machine, not a patch of one.
    ///
    /// Only then a missing key means that it is not set.
    var isWhole: Bool { type != nil && machine?["install"] != nil }

    /// The Talos version that gets installed, by the image's tag: [1, 11, 3].
    var version: [Int]? {
        guard let image = machine?.at("install", "image")?.text,
            let tag = ConfigText.parts(image, at: UInt8(ascii: ":")).last, tag.hasPrefix("v")
        else { return nil }
        let numbers = ConfigText.parts(
            String(tag.dropFirst()).split(separator: "-").first.map(String.init) ?? "",
            at: UInt8(ascii: ".")
        ).map { Int($0) }
        return numbers.count >= 2 && !numbers.contains(nil) ? numbers.compactMap { $0 } : nil
    }

    /// Whether the version is known and not older.
    func isAtLeast(_ major: Int, _ minor: Int) -> Bool? {
        version.map { ($0[0], $0[1]) >= (major, minor) }
    }

    /// Kernel modules, from both styles.
    var modules: [(name: String, line: Int)] {
        let classic = machine?.at("kernel", "modules")?.elements ?? []
        return (classic + all("KernelModuleConfig")).compactMap { node in
            node["name"].flatMap { name in name.text.map { ($0, name.line) } }
        }
    }

    func hasModule(_ name: String) -> Bool {
        modules.contains { Self.moduleName($0.name) == name }
    }

    static func moduleName(_ text: String) -> String {
        String(text.map { $0 == "-" ? "_" : $0 })
    }

    /// A kernel setting, from both styles.
    func sysctl(_ name: String) -> YAMLNode? {
        let nodes = [machine?["sysctls"]] + all("SysctlConfig").map { $0["params"] }
        return nodes.lazy.compactMap { $0?[name] }.first
    }

    /// Directories of the node that the kubelet is given.
    var mounts:
        [(destination: String, source: String, options: [String], type: String?, node: YAMLNode)]
    {
        (machine?.at("kubelet", "extraMounts")?.elements ?? []).compactMap { node in
            guard let destination = node["destination"]?.text else { return nil }
            return (
                destination,
                node["source"]?.text ?? "",
                (node["options"]?.elements ?? []).compactMap(\.text),
                node["type"]?.text,
                node
            )
        }
    }

    /// Directories of Longhorn among the kubelet's.
    var longhornMounts:
        [(destination: String, source: String, options: [String], type: String?, node: YAMLNode)]
    {
        mounts.filter { $0.destination.contains("longhorn") }
    }

    /// Every MTU that is set, with what it is set for.
    var mtus: [(name: String, mtu: Int, node: YAMLNode)] {
        let classic = machine?.at("network", "interfaces")?.elements ?? []
        let documents = ["LinkConfig", "BondConfig", "VLANConfig"].flatMap { all($0) }
        let links =
            classic.map { ($0["interface"]?.text, $0) } + documents.map { ($0["name"]?.text, $0) }
        return links.compactMap { name, node in
            guard let mtu = node["mtu"], let number = mtu.number, number > 0 else { return nil }
            return (name ?? "a selected interface", number, mtu)
        }
    }

    /// The disks that are named outright: the install disk and those of `machine.disks`.
    var namedDisks: [(device: String, node: YAMLNode, isInstall: Bool)] {
        var named: [(String, YAMLNode, Bool)] = []
        if let node = machine?.at("install", "disk"), let device = node.text {
            named.append((device, node, true))
        }
        for disk in machine?["disks"]?.elements ?? [] {
            if let node = disk["device"], let device = node.text {
                named.append((device, node, false))
            }
        }
        return named
    }

    /// The schematic of an Image Factory image; nil for any other image.
    var schematic: String? {
        guard let image = machine?.at("install", "image")?.text,
            image.hasPrefix("factory.talos.dev/")
        else { return nil }
        let path = ConfigText.parts(image, at: UInt8(ascii: "/")).last ?? ""
        return ConfigText.parts(path, at: UInt8(ascii: ":")).first
    }
}
