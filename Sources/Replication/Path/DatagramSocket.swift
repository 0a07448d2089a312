import CLinuxShims
import Glibc
import IOEngines
import Units

/// A datagram socket whose packets are never fragmented, whatever the kernel has learned about the path.
///
/// - Source: udp(7); ip(7), IP_MTU_DISCOVER with IP_PMTUDISC_PROBE; ipv6(7).
struct DatagramSocket: ~Copyable, Sendable {
    let number: Int32
    /// AF_INET or AF_INET6.
    let family: Int32

    private init(taking number: Int32, family: Int32) {
        self.number = number
        self.family = family
    }

    deinit { _ = close(number) }

    /// Bytes of the IP and UDP headers.
    ///
    /// An IPv4 address in IPv6's clothes travels in IPv4.
    static func headerBytes(family: Int32, isMapped: Bool) -> Int {
        family == AF_INET6 && !isMapped ? 48 : 28
    }

    /// A socket at an agent's address and port, which says for each datagram where it was sent to.
    static func bound(to endpoint: Endpoint) throws(ReplicationError) -> DatagramSocket {
        var failure: Int32 = EADDRNOTAVAIL
        for address in try SocketAddress.resolve(endpoint, passive: true) {
            guard let made = open(address.family) else {
                failure = errno
                continue
            }
            let number = made.number
            if made.family == AF_INET {
                made.set(Int32(IPPROTO_IP), Int32(tbench_IP_PKTINFO), 1)
            } else {
                made.set(Int32(IPPROTO_IPV6), Int32(tbench_IPV6_RECVPKTINFO), 1)
            }
            if address.with({ bind(number, $0, $1) }) == 0 { return made }
            failure = errno
        }
        throw .socket("bind", endpoint, failure)
    }

    /// A socket that speaks to the other end of a TCP connection only.
    ///
    /// - Returns: nil when the connection is gone, or no IP connection.
    static func connected(asPeerOf socket: Int32) -> DatagramSocket? {
        guard let peer = SocketAddress.filled({ getpeername(socket, $0, $1) }),
            peer.family == AF_INET || peer.family == AF_INET6, let made = open(peer.family)
        else { return nil }
        let number = made.number
        guard peer.with({ connect(number, $0, $1) }) == 0 else { return nil }
        return made
    }

    private static func open(_ family: Int32) -> DatagramSocket? {
        let type = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let number = socket(family, type, 0)
        guard number >= 0 else { return nil }
        let made = DatagramSocket(taking: number, family: family)
        // On an IPv6 socket too: for IPv4 addresses in IPv6's clothes.
        made.set(
            Int32(IPPROTO_IP),
            Int32(tbench_IP_MTU_DISCOVER),
            Int32(tbench_IP_PMTUDISC_PROBE)
        )
        if family == AF_INET6 {
            made.set(
                Int32(IPPROTO_IPV6),
                Int32(tbench_IPV6_MTU_DISCOVER),
                Int32(tbench_IPV6_PMTUDISC_PROBE)
            )
            made.set(Int32(IPPROTO_IPV6), Int32(tbench_IPV6_DONTFRAG), 1)
        }
        // Room for a jumbo datagram and its bookkeeping; the kernel takes what it allows.
        made.set(SOL_SOCKET, SO_SNDBUF, 262_144)
        made.set(SOL_SOCKET, SO_RCVBUF, 262_144)
        return made
    }

    @discardableResult
    private func set(_ level: Int32, _ option: Int32, _ value: Int32) -> Bool {
        var value = value
        return setsockopt(number, level, option, &value, socklen_t(MemoryLayout<Int32>.size)) == 0
    }

    /// What the kernel now believes the path to carry; nil when it does not say.
    var believedMTU: Int? {
        var value: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        let isSix = family == AF_INET6 && !isMapped
        let code =
            isSix
            ? getsockopt(number, Int32(IPPROTO_IPV6), Int32(tbench_IPV6_MTU), &value, &size)
            : getsockopt(number, Int32(IPPROTO_IP), Int32(tbench_IP_MTU), &value, &size)
        return code == 0 && value > 0 ? Int(value) : nil
    }

    var isMapped: Bool {
        SocketAddress.filled { getpeername(number, $0, $1) }?.numeric.host
            .hasPrefix("::ffff:") ?? false
    }

    var localPort: UInt16? { SocketAddress.filled { getsockname(number, $0, $1) }?.numeric.port }
}
