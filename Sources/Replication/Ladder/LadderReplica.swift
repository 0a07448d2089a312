import IOEngines

/// A replica on the ladder, and what may be done to it.
package struct LadderReplica: Sendable {
    /// What it is called in the record: "local", or as on the command line.
    package var name: String
    /// Where its data port is.
    package var endpoint: Endpoint
    /// One of tbench's agents: it has a volume of our own and can time its own disk.
    package var isAgent: Bool
    /// False for a replica that was open before: it may be somebody's volume, and gets pings and reads only.
    package var isWritable: Bool
    /// The size of a volume that is not ours to choose; nil for an agent's.
    package var volumeBytes: Int64?

    package init(
        name: String,
        endpoint: Endpoint,
        isAgent: Bool,
        isWritable: Bool,
        volumeBytes: Int64? = nil
    ) {
        self.name = name
        self.endpoint = endpoint
        self.isAgent = isAgent
        self.isWritable = isWritable
        self.volumeBytes = volumeBytes
    }
}
