package import ResultStore

/// A fact about a run that must be equal, or is worth knowing when it is not, for two runs to be compared.
package struct ComparisonKey: Sendable {
    /// As it is shown, and as `--across` names it: "engine", "kernel", "tag cache".
    package var name: String
    /// A difference makes runs not comparable.
    package var isHard: Bool
    /// The fact; nil where the run does not know it.
    package var value: String?
}

/// A fact in which two sides differ.
package struct KeyDifference: Sendable, Equatable, Hashable, Codable {
    package var name: String
    package var base: String
    package var new: String

    package init(name: String, base: String, new: String) {
        self.name = name
        self.base = base
        self.new = new
    }

    /// "kernel 6.12.9 → 6.12.13".
    package var text: String { "\(name) \(base) → \(new)" }
}

extension ComparisonKey {
    /// What is expected to differ between machines: with `--by node` none of these is an obstacle.
    package static let ofMachines: Set<String> = [
        "node", "disk", "disk size", "stack", "filesystem",
    ]

    /// The names of all hard keys.
    package static let hardNames = [
        "case", "method", "workload", "engine", "target", "filesystem", "stack", "disk",
        "disk size",
    ]

    /// Every key of a record, hard ones first.
    package static func all(of record: ResultRecord) -> [ComparisonKey] {
        hard(record) + tags(record) + soft(record)
    }

    /// The keys that say "the same thing on the same kind of disk".
    static func hard(_ record: ResultRecord) -> [ComparisonKey] {
        let disk = record.target.stack.last
        let shape = record.target.stack.map { $0.transport ?? $0.driver ?? "unknown" }
        return [
            ("case", record.benchmark.name),
            ("method", String(record.method)),
            ("workload", String(record.benchmark.workload.prefix(19))),
            ("engine", record.benchmark.engine),
            ("target", record.target.kind),
            ("filesystem", record.target.filesystem?.type),
            ("stack", shape.isEmpty ? nil : shape.joined(separator: " on ")),
            ("disk", disk?.model),
            ("disk size", disk?.sizeBytes.map { "\($0) bytes" }),
        ].map { ComparisonKey(name: $0.0, isHard: true, value: $0.1) }
    }

    private static func tags(_ record: ResultRecord) -> [ComparisonKey] {
        record.variantTags.sorted { $0.key < $1.key }
            .map { ComparisonKey(name: "tag \($0.key)", isHard: false, value: $0.value) }
    }

    private static func soft(_ record: ResultRecord) -> [ComparisonKey] {
        let host = record.host
        let disk = record.target.stack.last
        let filesystem = record.target.filesystem
        var keys: [(String, String?)] = [
            ("node", host.node), ("tbench", record.run.toolVersion),
            ("commit", record.run.toolCommit), ("build", record.run.toolBuild),
            ("kernel", host.kernel), ("distribution", host.distribution),
            ("CPU", host.cpuModel), ("CPUs", host.cpuCount.map { String($0) }),
            ("governor", host.governor), ("idle driver", host.idleDriver),
            ("clock source", host.clocksource), ("hypervisor", host.hypervisor),
            ("platform", host.platform), ("memory", host.memoryBytes.map { "\($0) bytes" }),
            ("mount options", filesystem?.mountOptions.joined(separator: ",")),
            ("journal", filesystem?.journal),
            ("serial", disk?.serialHash), ("firmware", disk?.firmware), ("driver", disk?.driver),
            ("scheduler", disk?.scheduler), ("queue", disk?.requests.map { String($0) }),
            ("write cache", disk?.writeCache), ("FUA", disk?.fua.map { $0 ? "yes" : "no" }),
            ("writeback throttle", disk?.writebackThrottleUsec.map { "\($0) µs" }),
            ("backing", disk?.backing),
        ]
        keys +=
            record.benchmark.engineFeatures.isEmpty
            ? [] : [("engine features", record.benchmark.engineFeatures.joined(separator: ","))]
        keys += host.container.sorted { $0.key < $1.key }
            .map { ("container \($0.key)", Optional($0.value)) }
        keys += (host.settings ?? [:]).sorted { $0.key < $1.key }.map {
            ($0.key, Optional($0.value))
        }
        return keys.map { ComparisonKey(name: $0.0, isHard: false, value: $0.1) }
    }
}

/// What two records differ in.
package struct KeyDifferences: Sendable, Equatable {
    /// Hard keys that nobody expected to differ: the records are not comparable.
    package var obstacles: [KeyDifference] = []
    /// Everything else that differs.
    package var others: [KeyDifference] = []

    /// - Parameters:
    ///   - base: the older or reference record.
    ///   - new: the other one.
    ///   - across: names of keys that are expected to differ, and so are no obstacles.
    package init(_ base: ResultRecord, _ new: ResultRecord, across: Set<String> = []) {
        let old = ComparisonKey.all(of: base)
        let now = Dictionary(
            ComparisonKey.all(of: new).map { ($0.name, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        var names: Set<String> = []
        for key in old {
            names.insert(key.name)
            note(key, now[key.name]?.value, across)
        }
        // Tags and settings that only the newer one has.
        for key in ComparisonKey.all(of: new) where !names.contains(key.name) {
            note(
                ComparisonKey(name: key.name, isHard: key.isHard, value: nil),
                key.value,
                across
            )
        }
        for index in obstacles.indices where obstacles[index].name == "workload" {
            obstacles[index] = Self.workload(base, new) ?? obstacles[index]
        }
    }

    private mutating func note(_ key: ComparisonKey, _ new: String?, _ across: Set<String>) {
        guard key.value != new else { return }
        let isDeclared = key.name.hasPrefix("tag ")
        // What one side does not know is not a difference, unless it was declared or decides what is measured.
        guard isDeclared || key.isHard || (key.value != nil && new != nil) else { return }
        if key.isHard, key.value == nil || new == nil, !["filesystem"].contains(key.name) { return }
        let difference = KeyDifference(
            name: key.name,
            base: key.value ?? "none",
            new: new ?? "none"
        )
        if key.isHard, !across.contains(key.name) {
            obstacles.append(difference)
        } else {
            others.append(difference)
        }
    }

    /// The part of the workload that differs, instead of two hashes.
    private static func workload(_ base: ResultRecord, _ new: ResultRecord) -> KeyDifference? {
        let keys = Set(base.benchmark.spec.keys).union(new.benchmark.spec.keys).sorted()
            .filter { base.benchmark.spec[$0] != new.benchmark.spec[$0] }
        guard !keys.isEmpty else { return nil }
        func text(_ spec: [String: String]) -> String {
            keys.prefix(3).map { "\($0)=\(spec[$0] ?? "none")" }.joined(separator: " ")
                + (keys.count > 3 ? " and \(keys.count - 3) more" : "")
        }
        return KeyDifference(
            name: "workload",
            base: text(base.benchmark.spec),
            new: text(new.benchmark.spec)
        )
    }
}
