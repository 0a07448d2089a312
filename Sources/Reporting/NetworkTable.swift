import ResultStore
import Statistics
import Units

/// The exchanges of a network measurement, one row each.
struct NetworkRow {
    var exchange: String
    var inFlight: Int
    var connections: Int
    var perSecond: String
    /// Bytes a second of data; "" for pings.
    var bandwidth: String
    var p50: Figure
    var p90: Figure
    var p99: Figure
    var p999: Figure
    var maximum: UInt64

    static let headings = [
        "sent / answered", "in flight", "conn.", "per second", "data", "p50", "p90", "p99",
        "p99.9", "max",
    ]

    /// Bytes of a header.
    private static let header: UInt64 = 26

    /// Every exchange that was measured, in the order of the record; streams are told elsewhere.
    static func rows(of record: ResultRecord) -> [NetworkRow] {
        record.phases.filter { $0.kind == "network" && $0.counters["streams"] == nil }
            .compactMap(row)
    }

    private static func row(_ phase: PhaseRecord) -> NetworkRow? {
        guard let point = phase.ladder, let operation = OperationClass(rawValue: point.operation)
        else { return nil }
        let pooled = phase.pooled([operation])
        guard pooled.count > 0, phase.measuredSeconds > 0 else { return nil }
        let rate = Double(pooled.count) / phase.measuredSeconds
        let quick = phase.bootstrap([operation], resamples: 100)
        return NetworkRow(
            exchange: exchange(point),
            inFlight: point.depth,
            connections: point.connections,
            perSecond: Number.rate(rate),
            bandwidth: point.blockBytes > 0
                ? QuantityText.bytesPerSecond(rate * Double(point.blockBytes)) : "",
            p50: Figure(quick.estimate(quantile: 0.5)),
            p90: Figure(quick.estimate(quantile: 0.9)),
            p99: Figure(phase.bootstrap([operation]).estimate(quantile: 0.99), withInterval: true),
            p999: Figure(quick.estimate(quantile: 0.999)),
            maximum: pooled.maximum
        )
    }

    /// "4 122 / 26 B".
    private static func exchange(_ point: LadderPoint) -> String {
        // A file may hold any number.
        let bytes = min(point.blockBytes, 1 << 40)
        let (there, back) = (
            header + (point.operation == "write" ? bytes : 0),
            header + (point.operation == "read" ? bytes : 0)
        )
        return "\(QuantityText.count(there)) / \(QuantityText.count(back)) B"
    }

    var cells: [String] {
        [
            exchange, "\(inFlight)", "\(connections)", perSecond, bandwidth, p50.text, p90.text,
            p99.text, p999.text, QuantityText.duration(nanoseconds: maximum),
        ]
    }

    /// As text; on a narrow terminal without what matters less.
    static func lines(_ rows: [NetworkRow], _ style: TextStyle) -> [String] {
        guard !rows.isEmpty else { return [] }
        func table(_ columns: [Int]) -> TextTable {
            var table = TextTable(columns.map { _ in .right })
            table.rows.append(columns.map { .init(headings[$0], .faint) })
            for row in rows {
                table.rows.append(columns.map { .init(style.clean(row.cells[$0])) })
            }
            return table
        }
        for columns in [
            Array(headings.indices), [0, 1, 2, 3, 4, 5, 7, 8, 9], [0, 1, 2, 3, 5, 7, 9],
        ] {
            let fitting = table(columns)
            if fitting.width <= style.width { return fitting.lines(style) }
        }
        return table([0, 1, 2, 5, 7, 9]).lines(style)
    }
}

extension ReportContent {
    /// What is known about the ways that were measured.
    static func networkFacts(_ record: ResultRecord) -> [Fact] {
        (record.network ?? []).flatMap { path in
            [
                Fact(label: "path", phrases: way(path)),
                Fact(label: "interface", phrases: path.interface.map(interface) ?? []),
                Fact(label: "path MTU", phrases: path.mtu.map(mtu) ?? []),
                Fact(label: "TCP", phrases: path.transport.map(transport) ?? []),
                Fact(label: "round trip", phrases: roundTrip(path, record)),
                Fact(label: "per KiB", phrases: path.slopes.map(slope)),
                Fact(label: "streams", phrases: path.streams.map(stream)),
            ]
        }
        .filter { !$0.phrases.isEmpty }
    }

    private static func way(_ path: NetworkPath) -> [String] {
        var phrases = ["\(path.localAddress ?? "?") → \(path.peerAddress ?? path.peer)"]
        phrases.append(path.peerKind)
        if path.isLoopback { phrases.append("loopback: this is no network") }
        return phrases
    }

    private static func interface(_ facts: InterfaceFacts) -> [String] {
        var phrases = [facts.name]
        if let kind = facts.kind, kind != facts.driver { phrases.append(kind) }
        if let driver = facts.driver { phrases.append("driver \(driver)") }
        if let mtu = facts.mtuBytes { phrases.append("MTU \(mtu)") }
        if let speed = facts.speedMbps {
            phrases.append("\(speed) Mb/s\(facts.duplex.map { " \($0) duplex" } ?? "")")
        }
        if let rx = facts.rxQueues, let tx = facts.txQueues {
            phrases.append("\(rx) rx and \(tx) tx queue\(tx == 1 ? "" : "s")")
        }
        let on = facts.offloads.filter(\.value).keys.sorted()
        let off = facts.offloads.filter { !$0.value }.keys.sorted()
        if !on.isEmpty { phrases.append("on: \(on.joined(separator: " "))") }
        if !off.isEmpty { phrases.append("off: \(off.joined(separator: " "))") }
        return phrases
    }

    private static func mtu(_ mtu: PathMTU) -> [String] {
        var phrases: [String] = []
        if let forward = mtu.forwardBytes { phrases.append("\(forward) there") }
        if let reverse = mtu.reverseBytes { phrases.append("\(reverse) back") }
        guard !phrases.isEmpty else { return [] }
        phrases.append(
            mtu.method == "datagrams"
                ? "\(mtu.probes.count) size\(mtu.probes.count == 1 ? "" : "s") tried"
                : "as TCP believes"
        )
        if let told = mtu.toldBytes { phrases.append("a router said \(told)") }
        return phrases
    }

    private static func transport(_ facts: TransportFacts) -> [String] {
        var phrases: [String] = []
        if let again = facts.retransmits, let sent = facts.segmentsSent {
            phrases.append(
                "\(QuantityText.count(again)) of \(QuantityText.count(sent)) segments sent again"
            )
        }
        if let mss = facts.sendMssBytes {
            phrases.append("MSS \(mss)\(facts.receiveMssBytes.map { ", \($0) back" } ?? "")")
        }
        if let mtu = facts.pathMtuBytes { phrases.append("believes in an MTU of \(mtu)") }
        if let window = facts.congestionWindow { phrases.append("window \(window) segments") }
        return phrases
    }

    /// The kernels' round trip beside the processes'.
    private static func roundTrip(_ path: NetworkPath, _ record: ResultRecord) -> [String] {
        var phrases: [String] = []
        if let least = path.transport?.rttMinNs, let smooth = path.transport?.rttNs {
            phrases.append("kernel \(QuantityText.duration(nanoseconds: least)) at least")
            phrases.append("\(QuantityText.duration(nanoseconds: smooth)) smoothed at the end")
        }
        func median(_ operation: OperationClass, _ bytes: UInt64) -> Double? {
            record.phases.last {
                $0.kind == "network" && $0.ladder?.operation == operation.rawValue
                    && $0.ladder?.blockBytes == bytes && $0.ladder?.depth == 1
            }
            .map { $0.pooled([operation]) }.flatMap { $0.count > 0 ? $0.quantile(0.5) : nil }
        }
        if let ping = median(.ping, 0), ping > 0 {
            if let least = path.transport?.rttMinNs, least > 0 {
                let ratio = QuantityText.fixed(ping / Double(least), decimals: 1)
                phrases.append("a ping takes \(ratio) times the kernel's least")
            }
            if let write = median(.write, 4096) {
                let ratio = QuantityText.fixed(write / ping, decimals: 2)
                phrases.append("4 KiB writes \(ratio) times a ping")
            }
        }
        return phrases
    }

    private static func slope(_ slope: NetworkSlope) -> String {
        var text =
            "\(slope.operation)s \(QuantityText.duration(nanoseconds: max(0, slope.nsPerKib)))"
        if let interval = slope.nsPerKibCi95, interval.count == 2 {
            let (low, high) = (max(0, interval[0]), max(0, interval[1]))
            text +=
                " [\(QuantityText.duration(nanoseconds: low)), \(QuantityText.duration(nanoseconds: high))]"
        }
        if let rate = slope.bytesPerSecond {
            text += ", as \(QuantityText.bytesPerSecond(rate)) would take"
        }
        return text
    }

    private static func stream(_ stream: NetworkStream) -> String {
        var text =
            "\(stream.streams) × \(stream.operation) \(QuantityText.bytesPerSecond(stream.bytesPerSecond))"
        if let interval = stream.bytesPerSecondCi95, interval.count == 2, stream.bytesPerSecond > 0
        {
            let half = (interval[1] - interval[0]) / 2 / stream.bytesPerSecond * 100
            if half.isFinite, half < 1000 { text += " ±\(QuantityText.fixed(half, decimals: 0))%" }
        }
        if let again = stream.retransmits, again > 0 {
            text += ", \(QuantityText.count(again)) segments sent again"
        }
        return text
    }
}
