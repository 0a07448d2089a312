/// The way from this machine to one other: interface, TCP connection, path MTU, cost per byte, streams.
///
/// What is unknown is nil, never guessed.
package struct NetworkPath: Codable, Sendable, Equatable {
    /// As on the command line, with its port: "10.0.0.2:9650".
    package var peer: String
    /// What answers there: "tbench agent" or "longhorn replica".
    package var peerKind: String
    /// Numeric.
    package var peerAddress: String?
    /// Numeric; the address that this machine sends from.
    package var localAddress: String?
    /// Whether peer and sender are one machine, so that no network was measured.
    package var isLoopback: Bool
    /// Where packets leave.
    package var interface: InterfaceFacts?
    /// The connections at the end of the run, the worst of them where they differ.
    package var transport: TransportFacts?
    package var mtu: PathMTU?
    /// What a request costs for each KiB of its data: one for writes, one for reads.
    package var slopes: [NetworkSlope]
    package var streams: [NetworkStream]
    /// What is not known and why.
    package var unknown: [String]

    package init(peer: String, peerKind: String, isLoopback: Bool) {
        self.peer = peer
        self.peerKind = peerKind
        self.isLoopback = isLoopback
        slopes = []
        streams = []
        unknown = []
    }
}

/// A network interface, as `/sys/class/net` and ethtool show it.
package struct InterfaceFacts: Codable, Sendable, Equatable {
    /// "eth0".
    package var name: String
    /// "ethernet", "loopback", "veth", "bridge", "bond", "vlan", "vxlan", "wireguard", "tun", "tap", …; nil when nothing says.
    package var kind: String?
    /// The kernel driver: "ixgbe", "virtio_net", "veth".
    package var driver: String?
    /// Bytes of an IP packet.
    package var mtuBytes: UInt64?
    /// Megabits a second as negotiated; virtual interfaces may claim any number or none.
    package var speedMbps: UInt64?
    /// "full" or "half".
    package var duplex: String?
    package var carrier: Bool?
    package var rxQueues: UInt64?
    package var txQueues: UInt64?
    /// "tso", "gso", "gro", "lro", "tx_checksum", "rx_checksum" and whether each is on.
    package var offloads: [String: Bool]
    /// Counted while the run went on: "rx_errors", "tx_errors", "rx_dropped", "tx_dropped", "rx_missed", "collisions".
    package var counted: [String: UInt64]

    package init(name: String) {
        self.name = name
        offloads = [:]
        counted = [:]
    }
}

/// What the kernel says about TCP connections.
///
/// - Source: TCP_INFO, tcp(7); include/uapi/linux/tcp.h.
package struct TransportFacts: Codable, Sendable, Equatable {
    /// Connections that were looked at.
    package var connections: Int
    /// Segments sent again, all connections together.
    package var retransmits: UInt64?
    /// Segments sent.
    package var segmentsSent: UInt64?
    /// Smoothed round trip; includes waiting for the other side's delayed acknowledgements.
    package var rttNs: UInt64?
    package var rttVariationNs: UInt64?
    /// The smallest round trip that was seen: the wire and both kernels, no process.
    package var rttMinNs: UInt64?
    /// The most data of one segment that leaves.
    package var sendMssBytes: UInt64?
    /// The same of segments that arrive, as estimated by the kernel.
    package var receiveMssBytes: UInt64?
    /// What TCP believes the path to carry.
    package var pathMtuBytes: UInt64?
    /// Segments that may be on their way.
    package var congestionWindow: UInt64?
    /// Segments thought lost at that moment.
    package var lost: UInt64?

    package init(connections: Int) { self.connections = connections }
}

/// The largest packet that the path carries whole.
package struct PathMTU: Codable, Sendable, Equatable {
    /// How it was found: "datagrams" that must not be fragmented, or what "tcp" believes.
    package var method: String
    /// What this machine's interface would send.
    package var interfaceBytes: UInt64?
    /// The largest IP packet that arrived at the peer; nil when it is not known.
    package var forwardBytes: UInt64?
    /// The largest that arrived here, looked for up to `forwardBytes` only.
    package var reverseBytes: UInt64?
    /// What a router on the way said it carries; nil when none said anything.
    package var toldBytes: UInt64?
    package var state: State
    /// One sentence; nil when all is well.
    package var diagnosis: String?
    /// Every size that was tried, in order.
    package var probes: [PathProbeRecord]

    /// What becomes of a packet as large as the interface sends.
    package enum State: String, Codable, Sendable {
        /// It arrives.
        case whole
        /// A router refuses it and says so, and TCP adapts.
        case told
        /// It vanishes without a word: large writes stall.
        case blackHole = "black_hole"
        case unknown
    }

    package init(method: String, state: State) {
        self.method = method
        self.state = state
        probes = []
    }
}

/// One size that was tried.
package struct PathProbeRecord: Codable, Sendable, Equatable {
    /// Of the IP packet.
    package var bytes: UInt64
    /// "forward" or "reverse".
    package var direction: String
    /// "arrived", "told", "silent".
    package var answer: String

    package init(bytes: UInt64, direction: String, answer: String) {
        self.bytes = bytes
        self.direction = direction
        self.answer = answer
    }
}

/// The straight line through the median round trips of requests of several sizes, one at a time.
package struct NetworkSlope: Codable, Sendable, Equatable {
    /// "write" or "read".
    package var operation: String
    /// Nanoseconds for each KiB.
    package var nsPerKib: Double
    package var nsPerKibCi95: [Double]?
    /// Nanoseconds of a request without data.
    package var interceptNs: Double
    /// What the slope would carry in a second; nil when it is not positive.
    package var bytesPerSecond: Double?
    /// The share of the sizes' variation that the line explains, 0 to 1.
    package var rSquared: Double?

    package init(operation: String, nsPerKib: Double, interceptNs: Double) {
        self.operation = operation
        self.nsPerKib = nsPerKib
        self.interceptNs = interceptNs
    }
}

/// 128 KiB requests with sixteen in flight, over one or several connections.
package struct NetworkStream: Codable, Sendable, Equatable {
    /// "write": away from here; "read": towards here.
    package var operation: String
    /// Connections, each with a thread of its own.
    package var streams: Int
    /// Data only, all streams together.
    package var bytesPerSecond: Double
    package var bytesPerSecondCi95: [Double]?
    /// Segments sent again by this side; nil when unknown.
    package var retransmits: UInt64?

    package init(operation: String, streams: Int, bytesPerSecond: Double) {
        self.operation = operation
        self.streams = streams
        self.bytesPerSecond = bytesPerSecond
    }
}
