package import ResultStore

/// What QEMU has counted for one disk.
package struct BlockStatistics: Decodable, Sendable, Equatable {
    /// Operations, bytes, and the time they took in QEMU, in nanoseconds.
    package struct Counters: Decodable, Sendable, Equatable {
        package var wr_operations: UInt64
        package var wr_bytes: UInt64
        package var wr_total_time_ns: UInt64
        package var flush_operations: UInt64
        package var flush_total_time_ns: UInt64
        package var rd_operations: UInt64
        package var rd_total_time_ns: UInt64
        /// How long writes and flushes took, sorted into bins; nil unless somebody told QEMU to keep them.
        package var wr_latency_histogram: BinnedLatency?
        package var flush_latency_histogram: BinnedLatency?
    }

    package var device: String?
    package var nodeName: String?
    package var qdev: String?
    package var stats: Counters

    private enum CodingKeys: String, CodingKey {
        case device
        case nodeName = "node-name"
        case qdev
        case stats
    }

    /// What to call it: Proxmox's "drive-scsi0", else the block node.
    package var name: String {
        for text in [device, nodeName, qdev] {
            if let text, !text.isEmpty { return text }
        }
        return "disk"
    }
}
