import Statistics

/// A real Longhorn replica for the length of a run: opened if it was closed, and left as it was found.
///
/// A replica that was open already may be part of somebody's volume: it gets pings and reads and nothing else, unless the
/// user has named it as one whose data may go. One that was closed is written to when it is blank, and unmapped afterwards.
package final class OpenedReplica {
    private static let timeout: UInt64 = 10_000_000_000
    private static let sampleBytes = 65_536
    private static let samples = 64

    private let control: ReplicaControl
    private var wasClosed = false
    private var wasBlank = false
    /// As the ladder takes it.
    package let replica: LadderReplica

    /// Finds out what state the replica is in, and opens it if need be.
    ///
    /// - Parameters:
    ///   - endpoint: its control port.
    ///   - mayDestroy: whether the user has named it in --destroy-data.
    /// - Throws: `ReplicationError`: it has no volume, it is rebuilding, it is in error.
    package init(_ endpoint: Endpoint, mayDestroy: Bool) throws(ReplicationError) {
        control = ReplicaControl(endpoint)
        var status = try control.status()
        switch status.state {
        case "closed":
            // A closed replica may hold a volume that is detached: opening it changes nothing, writing would.
            status = try control.open()
            wasClosed = true
        case "open", "dirty":
            break
        case "initial":
            throw .control(
                endpoint,
                "it has no volume yet; start it with --size, as in 'longhorn replica DIR --size 1g'"
            )
        default:
            throw .control(endpoint, "its state is '\(status.state.prefix(40))'")
        }
        if wasClosed, !mayDestroy, let bytes = status.volumeBytes {
            wasBlank = try Self.isBlank(control.dataEndpoint, bytes)
        }
        replica = LadderReplica(
            name: endpoint.description,
            endpoint: control.dataEndpoint,
            isAgent: false,
            isWritable: status.volumeBytes != nil && (mayDestroy || wasBlank),
            volumeBytes: status.volumeBytes
        )
    }

    /// Whether what is looked at holds nothing but zeros: the beginning, the end, and places between.
    private static func isBlank(
        _ endpoint: Endpoint,
        _ volumeBytes: Int64
    ) throws(ReplicationError) -> Bool {
        let set = try plainSet(endpoint)
        let places = volumeBytes / Int64(sampleBytes)
        var random = SplitMix64(seed: UInt64(volumeBytes))
        for number in 0..<min(Int64(samples), places) {
            let place =
                number == 0
                ? 0 : number == 1 ? places - 1 : Int64(random.index(below: Int(places)))
            let data = try set.ask(
                set.members[0],
                .read,
                offset: place * Int64(sampleBytes),
                size: UInt32(sampleBytes),
                timeout: timeout
            )
            if data.contains(where: { $0 != 0 }) { return false }
        }
        return true
    }

    private static func plainSet(_ endpoint: Endpoint) throws(ReplicationError) -> ReplicaSet {
        try ReplicaSet([endpoint], connections: 1) { (endpoint) throws(ReplicationError) in
            try .plain(endpoint)
        }
    }

    /// Takes back what was written to a blank replica, and closes it if it was closed before.
    ///
    /// - Parameter usedBytes: what the run wrote to, from the beginning.
    /// - Throws: `ReplicationError` when that fails; the replica stays open then.
    package func leave(usedBytes: Int64) throws(ReplicationError) {
        guard wasClosed else { return }
        wasClosed = false
        if wasBlank, usedBytes > 0 {
            // Releases before 1.4 know no unmap and say nothing at all: their data stays, which only costs space.
            try? Self.unmap(control.dataEndpoint, usedBytes)
        }
        _ = try control.close()
    }

    private static func unmap(_ endpoint: Endpoint, _ bytes: Int64) throws(ReplicationError) {
        let set = try plainSet(endpoint)
        let step: Int64 = 1 << 30
        for start in stride(from: 0, to: bytes, by: Int64.Stride(step)) {
            _ = try set.ask(
                set.members[0],
                .unmap,
                offset: start,
                size: UInt32(min(step, bytes - start)),
                timeout: timeout
            )
        }
    }

    // Who wants to hear of a failure has called `leave`.
    deinit { try? leave(usedBytes: 0) }
}
