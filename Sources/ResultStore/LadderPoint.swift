/// What a phase measured on the way from a disk to a replicated volume: one step of the ladder, one block size, one depth.
///
/// The step below differs by one component, so the difference of two steps is that component.
package struct LadderPoint: Codable, Sendable, Equatable {
    package var step: LadderStep
    /// The replicas it went to, in the order of the command line: "local" or "host:port"; of `disk`, the one whose disk it is.
    package var replicas: [String]
    /// "ping", "read" or "write".
    package var operation: String
    /// "random" or "sequential"; nil for a ping and for an exchange that touches no disk.
    package var pattern: String?
    /// Bytes of data of one request, 0 for a ping; the header's 26 are not among them.
    package var blockBytes: UInt64
    /// Requests in flight.
    package var depth: Int
    /// TCP connections to each replica; 0 where there is none.
    package var connections: Int
    /// Replicas that were busy with the same at the same moment, as they are in a volume; 1 when it was measured alone.
    package var atOnce: Int

    package init(
        step: LadderStep,
        replicas: [String],
        operation: String,
        pattern: String? = nil,
        blockBytes: UInt64,
        depth: Int,
        connections: Int,
        atOnce: Int = 1
    ) {
        self.step = step
        self.replicas = replicas
        self.operation = operation
        self.pattern = pattern
        self.blockBytes = blockBytes
        self.depth = depth
        self.connections = connections
        self.atOnce = atOnce
    }
}

/// The steps, from the disk upwards; the letters are those of the reports.
package enum LadderStep: String, Codable, Sendable, CaseIterable {
    /// A: a replica's file, with its own system calls, on the machine that holds it; no network.
    case disk
    /// B: a header there and back, which touches no data.
    case ping
    /// B with the bytes of a request and its reply, answered from memory: the network's share and no disk's.
    case exchange
    /// C: one replica, over the wire, waited for.
    case replica
    /// D: every replica at once, all waited for; a read goes to one after the other.
    case fanOut = "fan_out"
    /// E: a real Longhorn engine's socket.
    case engine
    /// F: the volume's block device, with its front end.
    case device
    /// G: fsync in a filesystem on the volume.
    case filesystem
}
