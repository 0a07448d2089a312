package import IOEngines
package import Workloads

/// How puts get from clients to the member.
package enum PutTransport: String, Sendable, CaseIterable {
    /// Over loopback connections, with the messages and wake-ups that etcd's clients cause.
    case tcp
    /// Handed over in memory: the disk alone, on processors that are otherwise idle.
    case memory
}

/// How the etcd workload is reproduced; everything a second run needs to be comparable.
package struct EtcdOptions: Sendable {
    package var compatibility: EtcdCompatibility
    package var payload: PayloadKind
    package var arrivals: EtcdArrivals
    package var transport: PutTransport
    /// 64 000 000 unless a shorter segment was asked for, which is then said aloud.
    package var segmentBytes: UInt64
    /// The engine in use; never `.auto`.
    package var engine: EngineChoice
    package var seed: UInt64
    /// A directory for the log alone; nil keeps log and database together.
    package var walDirectory: String?

    package init(
        compatibility: EtcdCompatibility = .v3_5,
        payload: PayloadKind = .random,
        arrivals: EtcdArrivals = .fixed,
        transport: PutTransport = .tcp,
        segmentBytes: UInt64 = 64_000_000,
        engine: EngineChoice = .sync,
        seed: UInt64 = 0x7462_656E_6368,
        walDirectory: String? = nil
    ) {
        self.compatibility = compatibility
        self.payload = payload
        self.arrivals = arrivals
        self.transport = transport
        self.segmentBytes = segmentBytes
        self.engine = engine
        self.seed = seed
        self.walDirectory = walDirectory
    }

    /// The options as they go into a record and into the workload's identity.
    package var spec: [String: String] {
        [
            "compat": compatibility.rawValue, "data": payload.rawValue,
            "arrivals": arrivals.rawValue, "transport": transport.rawValue,
            "segment_bytes": String(segmentBytes),
            "seed": String(seed), "layout": walDirectory == nil ? "together" : "split",
        ]
    }
}
