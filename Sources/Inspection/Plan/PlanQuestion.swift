/// What `--plan` is asked: how many nodes, which network, which disks.
package struct PlanQuestion: Sendable, Equatable {
    package enum Disks: String, Sendable, CaseIterable {
        case nvme, ssd, hdd
        /// NVMe or SSD with power-loss protection.
        case enterprise
    }

    package var nodes: Int
    package var networkMbps: Int
    package var disks: Disks
    /// GiB of memory of a host; nil when not said.
    package var memoryGiB: Int?
    /// Keys that were not said, so that a usual value stands in.
    package var assumed: [String]

    private static let keys = ["nodes", "network", "disks", "memory"]

    /// Reads "nodes=3", "network=1gbe", "disks=nvme", "memory=64".
    ///
    /// - Throws: `InspectionError` for an unknown key or a value that is none.
    package init(_ facts: [(key: String, value: String)]) throws(InspectionError) {
        nodes = 3
        networkMbps = 1000
        disks = .ssd
        assumed = ["nodes", "network", "disks"].filter { key in !facts.contains { $0.key == key } }
        for (key, value) in facts {
            switch key {
            case "nodes":
                guard let count = Int(value), (1...1000).contains(count) else {
                    throw .plan(
                        value,
                        "nodes=\(value) is no number of nodes",
                        hint: "give 1 to 1000"
                    )
                }
                nodes = count
            case "network":
                guard let mbps = Self.mbps(value) else {
                    throw .plan(
                        value,
                        "network=\(value) is no speed",
                        hint: "give 1gbe, 2.5gbe, 10gbe, 25gbe"
                    )
                }
                networkMbps = mbps
            case "disks":
                guard let kind = Disks(rawValue: value) else {
                    throw .plan(
                        value,
                        "disks=\(value) is no kind of disk",
                        hint: "give nvme, ssd, enterprise (with power-loss protection) or hdd"
                    )
                }
                disks = kind
            case "memory":
                guard let size = Int(value), (1...100_000).contains(size) else {
                    throw .plan(
                        value,
                        "memory=\(value) is no size in GiB",
                        hint: "give a number such as 64"
                    )
                }
                memoryGiB = size
            default:
                throw .plan(
                    key,
                    "--plan knows nothing of '\(key)'",
                    hint: "it knows \(Self.keys.joined(separator: ", "))"
                )
            }
        }
    }

    /// 1000 of "1gbe", "1g" or "1gbps"; 100 of "100mbps".
    private static func mbps(_ text: String) -> Int? {
        let text = text.lowercased()
        for (suffix, factor) in [
            ("gbe", 1000.0), ("gbps", 1000), ("gbit", 1000), ("g", 1000), ("mbps", 1), ("mbit", 1),
        ]
        where text.hasSuffix(suffix) {
            guard let number = Double(text.dropLast(suffix.count)), number > 0, number <= 1_000_000
            else { return nil }
            return Int(number * factor)
        }
        return nil
    }
}
