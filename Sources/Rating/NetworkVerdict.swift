package import ResultStore
import Statistics
import Units

/// Judges the way to another machine as Longhorn would use it.
package enum NetworkVerdict {
    /// Segments sent again, as a share: at depth one each costs a retransmission timeout of 200 ms or more.
    static let retransmitsBorderline = 0.001
    static let retransmitsFail = 0.01
    /// Below so many segments a share says nothing.
    static let leastSegments: UInt64 = 1000

    /// - Returns: nil for a record without a network; inconclusive for loopback, which is none.
    package static func judge(_ record: ResultRecord) -> VerdictRecord? {
        guard let path = record.network?.first else { return nil }
        guard !path.isLoopback else {
            return VerdictRecord(
                grade: .inconclusive,
                headline: NetworkSummary.headline(record) ?? "Loopback is no network.",
                checks: [],
                cause: "both ends are this machine: there is no network to judge",
                advice: "start 'tbench serve' on another node, and measure from here"
            )
        }
        let isStalled = record.warnings.contains { $0.code == "exchange-stalled" }
        var checks = [mtu(path, isStalled)]
        if isStalled {
            checks.append(
                VerdictCheck(
                    name: "large messages",
                    limit: "all pass",
                    measured: "some stall",
                    grade: .fail,
                    source: "tbench"
                )
            )
        }
        if let check = retransmits(path) { checks.append(check) }
        let isContaminated = record.warnings.contains { $0.severity == .contaminated }
        let grade: VerdictRecord.Grade =
            isContaminated && !isStalled ? .inconclusive : worst(checks.map(\.grade))
        return VerdictRecord(
            grade: grade,
            headline: NetworkSummary.headline(record)
                ?? "The way to \(path.peer) was not measured.",
            checks: checks,
            cause: path.mtu?.diagnosis ?? "",
            advice: advice(path, checks)
        )
    }

    private static func worst(_ grades: [VerdictRecord.Grade]) -> VerdictRecord.Grade {
        [.fail, .inconclusive, .borderline].first { grades.contains($0) } ?? .pass
    }

    private static func mtu(_ path: NetworkPath, _ isStalled: Bool) -> VerdictCheck {
        let mtu = path.mtu
        let grade: VerdictRecord.Grade =
            switch mtu?.state {
            case .whole: mtu?.diagnosis == nil ? .pass : .borderline
            case .told: .borderline
            case .blackHole: isSpared(path, isStalled) ? .borderline : .fail
            case .unknown, nil: .inconclusive
            }
        var measured = mtu?.forwardBytes.map { "\($0) bytes" } ?? "unknown"
        if let back = mtu?.reverseBytes, back != mtu?.forwardBytes { measured += ", \(back) back" }
        return VerdictCheck(
            name: "path MTU",
            limit: mtu?.interfaceBytes.map { "the interface's \($0)" } ?? "the interface's",
            measured: measured,
            grade: grade,
            source: "tbench",
            reason: mtu?.method == "tcp" && mtu?.forwardBytes != nil ? "as TCP believes" : nil
        )
    }

    /// Whether TCP's own packets fit where larger ones vanish.
    private static func isSpared(_ path: NetworkPath, _ isStalled: Bool) -> Bool {
        guard !isStalled, let mtu = path.mtu, let forward = mtu.forwardBytes,
            let segment = path.transport?.sendMssBytes
        else { return false }
        return segment + 40 <= forward && (mtu.reverseBytes ?? forward) >= forward
    }

    private static func retransmits(_ path: NetworkPath) -> VerdictCheck? {
        guard let transport = path.transport, let again = transport.retransmits,
            let sent = transport.segmentsSent, sent >= leastSegments
        else { return nil }
        let share = Double(again) / Double(sent)
        return VerdictCheck(
            name: "retransmits",
            limit: "< \(QuantityText.percent(retransmitsBorderline))",
            measured: again == 0
                ? "none of \(QuantityText.count(sent)) segments"
                : "\(QuantityText.count(again)) of \(QuantityText.count(sent)) segments",
            grade: share >= retransmitsFail
                ? .fail : share >= retransmitsBorderline ? .borderline : .pass,
            source: "tbench"
        )
    }

    private static func advice(_ path: NetworkPath, _ checks: [VerdictCheck]) -> String {
        let name = path.interface?.name ?? "DEVICE"
        switch path.mtu?.state {
        case .told, .blackHole:
            let size = min(
                path.mtu?.forwardBytes ?? 1500,
                path.mtu?.reverseBytes ?? .max
            )
            return
                "give every NIC, bridge, tunnel and switch port of the way one MTU, or lower this one: ip link set \(name) mtu \(size)"
        case .whole, .unknown, nil: break
        }
        let loses = checks.contains {
            $0.name == "retransmits" && ($0.grade == .fail || $0.grade == .borderline)
        }
        return loses
            ? "look for a full queue, a bad cable or a duplex mismatch: ip -s link show \(name); ethtool -S \(name)"
            : ""
    }
}
