package import ResultStore
import Statistics
package import Units

/// A network measurement in a sentence, and what is doubtful about it.
package enum NetworkSummary {
    /// What a link of 10 Gb/s carries in TCP segments of 1448 bytes, less a tenth.
    ///
    /// - Source: Longhorn, best practices: 10 Gbps network bandwidth between nodes.
    static let guidanceBytesPerSecond = 1.05e9

    /// Nil when no exchange was measured.
    package static func headline(_ record: ResultRecord) -> String? {
        guard let path = record.network?.first else { return nil }
        var parts: [String] = []
        if let write = roundTrip("write", 4096, record) {
            parts.append("4 KiB there and an answer back take \(write)")
        } else if let ping = roundTrip("ping", 0, record) {
            parts.append("a ping takes \(ping)")
        }
        if let best = path.streams.max(by: { $0.bytesPerSecond < $1.bytesPerSecond }) {
            parts.append("streams carry \(QuantityText.bytesPerSecond(best.bytesPerSecond))")
        }
        switch path.mtu?.state {
        case .told, .blackHole: parts.append("the path's MTU is not the NIC's")
        case .whole, .unknown, nil: break
        }
        guard !parts.isEmpty else { return nil }
        let place = path.isLoopback ? "Loopback, no network: " : "To \(path.peer): "
        return place + parts.joined(separator: "; ") + "."
    }

    /// The exchanges of one request at a time, over as many connections as there were.
    static func single(_ record: ResultRecord) -> [PhaseRecord] {
        let phases = record.phases.filter { $0.kind == "network" && $0.ladder?.depth == 1 }
        let most = phases.compactMap { $0.ladder?.connections }.max()
        return phases.filter { $0.ladder?.connections == most }
    }

    private static func roundTrip(
        _ operation: String,
        _ bytes: UInt64,
        _ record: ResultRecord
    ) -> String? {
        guard let classes = OperationClass(rawValue: operation),
            let phase = single(record).first(where: {
                $0.ladder?.operation == operation && $0.ladder?.blockBytes == bytes
            })
        else { return nil }
        let pooled = phase.pooled([classes])
        guard pooled.count > 0 else { return nil }
        let median = QuantityText.duration(nanoseconds: pooled.quantile(0.5))
        guard pooled.count >= 2000 else { return median }
        return "\(median), \(QuantityText.duration(nanoseconds: pooled.quantile(0.99))) at p99"
    }

    /// What a reader should know before using the numbers.
    package static func doubts(_ record: ResultRecord) -> [Warning] {
        (record.network ?? []).flatMap { path -> [Warning] in
            if path.isLoopback {
                return [
                    Warning(
                        code: "loopback",
                        severity: .note,
                        text:
                            "\(path.peer) is this machine: what was measured is its processor, not a network",
                        hint: "start 'tbench serve' on another node"
                    )
                ]
            }
            return speed(path) + interface(path) + unknown(path)
        }
    }

    private static func speed(_ path: NetworkPath) -> [Warning] {
        guard let best = path.streams.max(by: { $0.bytesPerSecond < $1.bytesPerSecond }),
            best.bytesPerSecond < guidanceBytesPerSecond
        else { return [] }
        let link =
            path.interface?.speedMbps.map {
                " (\(path.interface?.name ?? "the NIC") says \($0) Mb/s)"
            }
            ?? ""
        return [
            Warning(
                code: "below-10-gbps",
                severity: .note,
                text:
                    "the best stream carried \(QuantityText.bytesPerSecond(best.bytesPerSecond))\(link); Longhorn's guidance is 10 Gb/s between nodes",
                hint: nil
            )
        ]
    }

    private static func interface(_ path: NetworkPath) -> [Warning] {
        guard let interface = path.interface else { return [] }
        var warnings: [Warning] = []
        if interface.duplex == "half" {
            warnings.append(
                Warning(
                    code: "half-duplex",
                    severity: .caution,
                    text: "\(interface.name) runs at half duplex",
                    hint: "check the cable and the switch port's negotiation"
                )
            )
        }
        let bad = interface.counted.filter { $0.value > 0 }.sorted { $0.key < $1.key }
        if !bad.isEmpty {
            let text = bad.map { "\($0.key) +\($0.value)" }.joined(separator: ", ")
            warnings.append(
                Warning(
                    code: "interface-errors",
                    severity: .caution,
                    text: "\(interface.name) counted errors or drops meanwhile: \(text)",
                    hint: "ip -s link show \(interface.name); ethtool -S \(interface.name)"
                )
            )
        }
        return warnings
    }

    private static func unknown(_ path: NetworkPath) -> [Warning] {
        path.unknown.isEmpty
            ? []
            : [
                Warning(
                    code: "unknown-path-facts",
                    severity: .note,
                    text: "not known of the way: \(path.unknown.joined(separator: "; "))"
                )
            ]
    }
}
