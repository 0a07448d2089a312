import Glibc
import HostFacts
import ResultStore
import Units

// What a network measurement learns about the way itself, before and after the exchanges.
extension NetworkRun {
    // MARK: Before the exchanges

    func lookAround(_ connections: NetworkConnections) {
        let number = connections.first.number
        let local = SocketAddress.filled { getsockname(number, $0, $1) }
        let remote = SocketAddress.filled { getpeername(number, $0, $1) }
        outcome.path.localAddress = local?.numeric.host
        outcome.path.peerAddress = remote?.numeric.host
        // To an address of its own, a machine speaks through loopback, whatever interface has the address.
        let own = remote.flatMap { interfaces.name(ofAddress: $0.numeric.host) }
        outcome.path.isLoopback = remote?.isLoopback == true || own != nil
        let name =
            outcome.path.isLoopback
            ? interfaces.name(ofAddress: "127.0.0.1")
            : local.flatMap { interfaces.name(ofAddress: $0.numeric.host) }
        if let name {
            outcome.path.interface = interfaces.facts(name)
        } else {
            outcome.path.unknown.append("no interface has the address that packets leave from")
        }
    }

    func probe(_ connections: NetworkConnections) {
        guard peer.isAgent else { return }
        let rtt = TransportInfo(of: connections.first.number)?.rttMicroseconds ?? 1000
        guard
            var probe = PathProbe(alongside: connections.first, cookie: connections.cookie),
            let found = probe.run(
                interfaceBytes: outcome.path.interface?.mtuBytes,
                rttNanoseconds: rtt * 1000,
                limitNanoseconds: min(8_000_000_000, plan.limitNanoseconds / 2)
            )
        else {
            outcome.path.unknown.append(
                "path MTU by datagrams: UDP port \(peer.endpoint.port) of the agent does not answer"
            )
            return
        }
        outcome.path.mtu = found
    }

    // MARK: After the exchanges

    /// A real replica gets one large read, whose answer shows whether large packets come back.
    func lookAtLargeReads(_ connections: NetworkConnections) {
        guard let bytes = peer.volumeBytes, bytes >= Int64(NetworkPlan.streamBytes) else { return }
        do throws(ReplicationError) {
            _ = try connections.exchanges.ask(
                connections.exchanges.members[0],
                .read,
                offset: 0,
                size: UInt32(NetworkPlan.streamBytes),
                timeout: plan.timeoutNanoseconds
            )
        } catch {
            outcome.warnings.append(
                Warning(
                    code: "exchange-stalled",
                    severity: .caution,
                    text: "128 KiB read: \(error.reason)",
                    hint:
                        "pings pass: either its disk is slow, or large packets are lost on the way back"
                )
            )
        }
    }

    func finish(_ connections: NetworkConnections) {
        let infos = connections.infos(ofStreams: false) + connections.infos(ofStreams: true)
        var facts = TransportFacts(infos)
        if facts.retransmits != nil { facts.retransmits = retransmits }
        if facts.segmentsSent != nil { facts.segmentsSent = segments }
        outcome.path.transport = facts
        let isSix = outcome.path.peerAddress.map { $0.contains(":") && !$0.contains(".") } ?? false
        // On loopback TCP sends less than fits, for reasons of its own.
        let packet =
            outcome.path.isLoopback
            ? nil : infos.compactMap { $0.packetBytes(isSix: isSix) }.min()
        let isStalled = outcome.warnings.contains { $0.code == "exchange-stalled" }
        if outcome.path.mtu == nil {
            outcome.path.mtu = PathMTU(
                believedBy: packet,
                interfaceBytes: outcome.path.interface?.mtuBytes,
                isStalled: isStalled
            )
        } else {
            outcome.path.mtu?.conclude(packetBytes: packet, isStalled: isStalled)
        }
    }
}
