import CLinuxShims
import Glibc
import ResultStore

/// TCP_INFO of one connection, as far as this kernel fills it in.
///
/// - Source: tcp(7); include/uapi/linux/tcp.h, whose fields only ever are added to.
struct TransportInfo: Equatable {
    var retransmits: UInt64?
    var segmentsSent: UInt64?
    var rttMicroseconds: UInt64?
    var rttVariationMicroseconds: UInt64?
    var rttMinMicroseconds: UInt64?
    var sendMss: UInt64?
    var receiveMss: UInt64?
    var pathMtu: UInt64?
    var congestionWindow: UInt64?
    var lost: UInt64?
    /// Whether each segment carries twelve bytes of time.
    var hasTimestamps = false

    /// The IP packets that full segments travel in; nil when unknown.
    func packetBytes(isSix: Bool) -> UInt64? {
        sendMss.map { $0 + (isSix ? 60 : 40) + (hasTimestamps ? 12 : 0) }
    }

    /// Asks the kernel; nil for a socket that is no TCP connection.
    init?(of socket: Int32) {
        var bytes = [UInt8](repeating: 0, count: 512)
        var length = socklen_t(bytes.count)
        guard getsockopt(socket, Int32(IPPROTO_TCP), TCP_INFO, &bytes, &length) == 0 else {
            return nil
        }
        self.init(Array(bytes.prefix(Int(length))))
    }

    /// - Parameter bytes: as many as the kernel filled in; in the machine's byte order.
    init(_ bytes: [UInt8]) {
        func field(_ offset: Int) -> UInt64? {
            guard offset + 4 <= bytes.count else { return nil }
            return bytes.withUnsafeBytes {
                UInt64($0.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
            }
        }
        retransmits = field(tbench_tcpi_total_retrans)
        segmentsSent = field(tbench_tcpi_segs_out)
        rttMicroseconds = field(tbench_tcpi_rtt)
        rttVariationMicroseconds = field(tbench_tcpi_rttvar)
        // Before the first measurement it is all ones.
        rttMinMicroseconds = field(tbench_tcpi_min_rtt).flatMap { $0 < 0xFFFF_FFFF ? $0 : nil }
        sendMss = field(tbench_tcpi_snd_mss)
        receiveMss = field(tbench_tcpi_rcv_mss)
        pathMtu = field(tbench_tcpi_pmtu)
        congestionWindow = field(tbench_tcpi_snd_cwnd)
        lost = field(tbench_tcpi_lost)
        // tcpi_options follows five other bytes; TCPI_OPT_TIMESTAMPS is 1.
        hasTimestamps = bytes.count > 5 && bytes[5] & 1 != 0
    }
}

extension TransportFacts {
    /// Several connections as one: sums of what is counted, the worst of everything else.
    init(_ infos: [TransportInfo]) {
        self.init(connections: infos.count)
        func sum(_ path: KeyPath<TransportInfo, UInt64?>) -> UInt64? {
            let values = infos.compactMap { $0[keyPath: path] }
            return values.count == infos.count && !values.isEmpty ? values.reduce(0, &+) : nil
        }
        func most(_ path: KeyPath<TransportInfo, UInt64?>) -> UInt64? {
            infos.compactMap { $0[keyPath: path] }.max()
        }
        func least(_ path: KeyPath<TransportInfo, UInt64?>) -> UInt64? {
            infos.compactMap { $0[keyPath: path] }.min()
        }
        retransmits = sum(\.retransmits)
        segmentsSent = sum(\.segmentsSent)
        lost = sum(\.lost)
        rttNs = most(\.rttMicroseconds).map { $0 * 1000 }
        rttVariationNs = most(\.rttVariationMicroseconds).map { $0 * 1000 }
        rttMinNs = least(\.rttMinMicroseconds).map { $0 * 1000 }
        sendMssBytes = least(\.sendMss)
        // An estimate that begins small: where only headers came in, it stays so.
        receiveMssBytes = most(\.receiveMss)
        pathMtuBytes = least(\.pathMtu)
        congestionWindow = least(\.congestionWindow)
    }
}
