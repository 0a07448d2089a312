import ResultStore

/// What is known about one replica.
package struct ReplicaTerms: Sendable, Equatable {
    /// "local", "host:port", or what the user calls it.
    package var name: String
    /// True where the engine's own machine holds it: no network on the way.
    package var isLocal: Bool
    /// L_io_r, by kind of request.
    package var disk: [RequestKind: Component] = [:]
    /// RTT_r with the bytes of such a request, by kind.
    package var exchange: [RequestKind: Component] = [:]
    /// The same while all replicas of a volume did it at the same moment; nil where nobody tried.
    package var busy: BusyTerms?
    /// A header there and back; says how much of `exchange` is not bytes.
    package var ping: Component?
    /// How long the sender is busy with one copy of a 4 KiB write; nil where nobody knows.
    package var sending: Component?
    /// What the revision counter of old versions adds on its disk; nil where there is none.
    package var revisionCounter: RevisionCounter?
    /// Steps that bound throughput: deeper, larger, streaming.
    package var others: [LadderSeries] = []

    /// True where requests to it travel over a connection, as those to an agent on the engine's own machine do too.
    var isWired: Bool { !isLocal || !exchange.isEmpty }

    package init(name: String, isLocal: Bool) {
        self.name = name
        self.isLocal = isLocal
    }

    /// Reads the terms of `name` from what was measured.
    ///
    /// - Parameters:
    ///   - name: as the ladder has it.
    ///   - isLocal: whether the engine's own machine holds it; nil where the name says so.
    ///   - ladder: every step of the files that speak of it.
    ///   - connections: to each replica, where there is a choice.
    init(
        name: String,
        isLocal: Bool? = nil,
        from ladder: [LadderSeries],
        connections: Int = 2
    ) {
        self.init(name: name, isLocal: isLocal ?? (name == "local"))
        let exact = ladder.filter { $0.point.replicas == [name] }
        // `tbench net HOST` speaks of the host alone: its larger round trips and streams are this replica's, too.
        let trips = ladder.filter { one in
            [.ping, .exchange].contains(one.point.step) && one.point.replicas.count == 1
                && one.point.replicas != [name]
                && Self.host(of: one.point.replicas[0]) == Self.host(of: name)
        }
        let names = Set(trips.map { $0.point.replicas[0] })
        let isHost = names.count == 1 && names.first.map { Self.host(of: $0) == $0 } ?? false
        let own =
            exact
            + (isHost ? trips : []).map { trip in
                var copy = trip
                copy.point.replicas = [name]
                return copy
            }
        (disk, exchange) = Self.alone(name, own, connections, atOnce: 1)
        let most = own.map(\.point.atOnce).max() ?? 1
        if most > 1 {
            let terms = Self.alone(name, own, connections, atOnce: most)
            busy = BusyTerms(count: most, disk: terms.disk, exchange: terms.exchange)
        }
        ping = own.first(
            .ping,
            [name],
            RequestKind("ping", 0),
            pattern: nil,
            connections: connections
        ).map { Component(TermRole(.network, name), $0.series) }
        sending = Self.sending(name, exchange)
        others = own.filter { $0.point.depth > 1 || $0.point.blockBytes > 4096 }
    }

    /// Disk and way at depth 1, measured while so many replicas did the same.
    private static func alone(
        _ name: String,
        _ own: [LadderSeries],
        _ connections: Int,
        atOnce: Int
    ) -> (disk: [RequestKind: Component], exchange: [RequestKind: Component]) {
        var disk: [RequestKind: Component] = [:]
        var exchange: [RequestKind: Component] = [:]
        for one in own where one.point.depth == 1 && one.point.atOnce == atOnce {
            let kind = RequestKind(one.point.operation, one.point.blockBytes)
            switch one.point.step {
            case .disk where disk[kind] == nil:
                disk[kind] = own.first(.disk, [name], kind, atOnce: atOnce).map {
                    Component(TermRole(.disk, name), $0.series)
                }
            case .exchange where exchange[kind] == nil:
                exchange[kind] = own.first(
                    .exchange,
                    [name],
                    kind,
                    pattern: nil,
                    connections: connections,
                    atOnce: atOnce
                ).map { Component(TermRole(.network, name), $0.series) }
            default: break
            }
        }
        if atOnce > 1 {
            let note = "while all \(atOnce) were busy"
            for kind in disk.keys { disk[kind]?.note = note }
            for kind in exchange.keys {
                exchange[kind]?.note = "\(note); the copies sent before are in it"
            }
        }
        return (disk, exchange)
    }

    /// What one more copy costs the sender: measured by the exchange, or derived from how round trips grow with size.
    private static func sending(
        _ name: String,
        _ exchange: [RequestKind: Component]
    ) -> Component? {
        guard let write = exchange[.write], let series = write.series else { return nil }
        let role = TermRole(.uplink, name)
        if let nanoseconds = series.counters["send_ns"], nanoseconds >= 0, nanoseconds < 1e10 {
            return Component(
                role,
                constant: nanoseconds,
                provenance: .measured,
                source: series.source,
                note: "mean time in the call that sends one copy"
            )
        }
        guard let (slope, larger) = slope(exchange) else { return nil }
        return Component(
            role,
            constant: max(0, slope * wireBytes(4096)),
            provenance: .derived,
            source: larger,
            note: "from how much longer a larger round trip takes"
        )
    }

    /// Nanoseconds per byte of a round trip that grows, from the largest write that was measured, and where that stands.
    static func slope(_ exchange: [RequestKind: Component]) -> (Double, String)? {
        guard let small = exchange[.write] else { return nil }
        let larger = exchange.filter { $0.key.operation == "write" && $0.key.blockBytes > 4096 }
            .max { $0.key.blockBytes < $1.key.blockBytes }
        guard let larger else { return nil }
        let bytes = Double(larger.key.blockBytes - 4096)
        let time = larger.value.distribution.quantile(0.5) - small.distribution.quantile(0.5)
        return time > 0 ? (time / bytes, larger.value.source) : nil
    }

    /// A request of so many bytes and its header.
    static func wireBytes(_ blockBytes: UInt64) -> Double { Double(blockBytes) + 26 }
}

/// Disk and way of a replica while so many replicas were busy with the same request.
///
/// Disks on one machine, links on one adapter and the processors of the sender are shared, and alone they do not show it.
package struct BusyTerms: Sendable, Equatable {
    /// How many replicas at the same moment.
    package var count: Int
    package var disk: [RequestKind: Component]
    /// From the moment the request was made: what the copies sent before it cost is in it.
    package var exchange: [RequestKind: Component]
}

/// The 4 KiB write to `revision.counter` that goes with each write, by one writer.
///
/// - Source: longhorn-engine pkg/replica/revision_counter.go; since v1.7.0 it overlaps the data's write.
package struct RevisionCounter: Sendable, Equatable {
    package var write: Component
    /// True before 1.7: the counter is written when the data has been.
    package var isSerial: Bool
}

extension ReplicaTerms {
    /// The disk that a request to so many replicas meets: busy with them where that was measured.
    func disk(_ kind: RequestKind, among count: Int) -> Component? {
        (busy?.count == count ? busy?.disk[kind] : nil) ?? disk[kind]
    }

    /// The way, likewise; a read's bytes travel the other way, and where only the write was timed, it stands in.
    func exchange(_ kind: RequestKind, among count: Int) -> Component? {
        if let found = busyExchange(kind, among: count) ?? exchange[kind] { return found }
        let other = RequestKind(kind.operation == "read" ? "write" : "read", kind.blockBytes)
        guard var component = exchange[other] else { return nil }
        component.provenance = .derived
        component.note = "the same bytes the other way round"
        return component
    }

    /// The way with the copies sent before in it; nil where it was only measured alone.
    func busyExchange(_ kind: RequestKind, among count: Int) -> Component? {
        busy?.count == count ? busy?.exchange[kind] : nil
    }

    /// A request's way to this replica and back; nil where no part of it is known.
    ///
    /// - Parameters:
    ///   - kind: what is asked.
    ///   - count: how many replicas it goes to at the same moment.
    /// - Returns: The path, and the names of the terms that belong to it and are not known.
    func path(_ kind: RequestKind, among count: Int) -> (path: Path?, missing: [String]) {
        var parts: [Path] = []
        var missing: [String] = []
        if isWired {
            if let found = exchange(kind, among: count) {
                parts.append(.component(found))
            } else {
                missing.append("RTT \(name)")
            }
        }
        if let disk = disk(kind, among: count) {
            parts.append(diskPath(disk, kind))
        } else {
            missing.append("L_io \(name)")
        }
        return (parts.isEmpty ? nil : .sum(parts), missing)
    }

    /// The disk, and the revision counter beside or behind it.
    private func diskPath(_ disk: Component, _ kind: RequestKind) -> Path {
        guard kind.operation == "write", let counter = revisionCounter else {
            return .component(disk)
        }
        let parts: [Path] = [.component(disk), .component(counter.write)]
        return counter.isSerial ? .sum(parts) : .largest(parts)
    }

    /// "b" of "b:9502" and "longhorn://b:9502".
    static func host(of name: String) -> String {
        var rest = name[...]
        if let scheme = name.range(ofText: "://") { rest = name[scheme...] }
        guard let colon = rest.lastIndex(of: ":"), !rest.hasSuffix("]"),
            rest[..<colon].last == "]" || !rest[..<colon].contains(":")
        else { return String(rest) }
        return String(rest[..<colon])
    }
}

extension String {
    /// Where `text` ends for the first time; nil where it does not occur.
    fileprivate func range(ofText text: String) -> String.Index? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}
