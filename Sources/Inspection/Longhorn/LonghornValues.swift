/// The values that Longhorn's Helm chart is installed with.
///
/// Only keys that rules ask for are kept; registry passwords are not among them.
/// - Source: charts/longhorn/values.yaml and templates/default-setting.yaml of longhorn/charts.
package struct LonghornValues: Sendable, Equatable {
    package let file: String
    let root: YAMLNode
    let unknownKeys: [(path: String, line: Int)]
    let repeatedKeys: [(path: String, line: Int)]

    package static func == (first: LonghornValues, second: LonghornValues) -> Bool {
        first.file == second.file && first.root == second.root
    }

    /// Reads values.yaml, also one whose values lie under "longhorn", as for a chart that depends on it.
    ///
    /// - Throws: `InspectionError` for what is not YAML, or has none of the chart's keys.
    package init(_ bytes: [UInt8], file: String) throws(InspectionError) {
        let documents = try YAMLReader.read(bytes, file: file, what: "values file") { _ in
            LonghornShapes.file
        }
        self.file = file
        func values(of document: YAMLDocument) -> YAMLNode? {
            let root = document.root
            let inner = root["longhorn"] ?? root.at("spec", "values") ?? root
            let isLonghorn = inner.entries.contains { LonghornShapes.telling.contains($0.key) }
            return isLonghorn ? inner : nil
        }
        guard let document = documents.first(where: { values(of: $0) != nil }),
            let inner = values(of: document)
        else { throw .notLonghorn(file) }
        root = inner
        unknownKeys = document.unknownKeys
        repeatedKeys = document.repeatedKeys
    }

    /// A default setting, such as "defaultReplicaCount".
    func setting(_ name: String) -> YAMLNode? { root.at("defaultSettings", name) }

    /// A setting that may differ between the engines, for the V1 engine.
    ///
    /// It is written "3", {v1: 3, v2: 2}, or as JSON in a text.
    func setting(_ name: String, engine: String) -> String? {
        guard let node = setting(name) else { return nil }
        if let text = node[engine]?.text { return text }
        guard let text = node.text else { return nil }
        guard text.hasPrefix("{") else { return text }
        // {"v1":"3","v2":"3"}
        let inner = text.filter { !"{}\" ".contains($0) }
        for part in ConfigText.parts(inner) {
            if let (key, value) = ConfigText.halves(part, at: UInt8(ascii: ":")), key == engine {
                return value
            }
        }
        return nil
    }

    func place(_ node: YAMLNode?) -> Location { Location(file, line: node?.line) }

    /// Whether an engine is switched on; V1 is by default, V2 is not.
    var isV1: Bool { setting("v1DataEngine")?.truth ?? true }
    var isV2: Bool { setting("v2DataEngine")?.truth ?? false }

    /// The roles of workers under these values.
    var engineRoles: Set<Role> {
        var roles: Set<Role> = []
        if isV1 { roles.insert(.workerV1) }
        if isV2 { roles.insert(.workerV2) }
        return roles
    }

    /// Where replicas lie; the chart's default where nothing is said.
    var dataPath: String { setting("defaultDataPath")?.text ?? "/var/lib/longhorn" }

    /// Replicas of a volume: the storage class decides, the setting is for volumes made in the UI.
    var replicas: (count: Int, node: YAMLNode?) {
        if let node = root.at("persistence", "defaultClassReplicaCount"), let count = node.number {
            return (count, node)
        }
        if let text = setting("defaultReplicaCount", engine: "v1"), let count = Int(text) {
            return (count, setting("defaultReplicaCount"))
        }
        return (3, nil)
    }

    /// The backup target, in either of its places.
    var backupTarget: YAMLNode? {
        [root.at("defaultBackupStore", "backupTarget"), setting("backupTarget")]
            .lazy.compactMap { $0 }.first { $0.text != nil }
    }
}
