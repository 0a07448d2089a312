import ResultStore

// What the sizes that were found mean.
extension PathMTU {
    /// What TCP itself says, where datagrams are not answered.
    ///
    /// - Parameters:
    ///   - packetBytes: the packets that TCP fills; nil when unknown.
    ///   - interfaceBytes: what the interface would send.
    ///   - isStalled: whether a large message got stuck while small ones passed.
    init(believedBy packetBytes: UInt64?, interfaceBytes: UInt64?, isStalled: Bool) {
        self.init(method: "tcp", state: .unknown)
        self.interfaceBytes = interfaceBytes
        guard !isStalled else {
            state = .blackHole
            diagnosis =
                "small messages pass and large ones stall: a path that loses packets as large as TCP's\(packetBytes.map { " of \($0) bytes" } ?? "")"
            return
        }
        guard let packetBytes, let interfaceBytes else { return }
        forwardBytes = packetBytes
        state = packetBytes >= interfaceBytes ? .whole : .told
        if state == .told {
            diagnosis =
                "NIC \(interfaceBytes), and TCP sends packets of \(packetBytes): the peer's interface, a route or a router allows no more"
        }
    }

    /// Says what the sizes mean.
    ///
    /// - Parameters:
    ///   - packetBytes: the packets that TCP fills; nil before that is known.
    ///   - isStalled: whether a large message got stuck while small ones passed.
    mutating func conclude(packetBytes: UInt64? = nil, isStalled: Bool = false) {
        guard let interfaceBytes, let forwardBytes else {
            state = .unknown
            diagnosis = forwardBytes.map { "the path carries \($0), and the NIC's MTU is unknown" }
            return
        }
        let answers = probes.filter { $0.direction == "forward" }.map(\.answer)
        // A datagram is no longer than that, whatever loopback would carry.
        if forwardBytes >= min(interfaceBytes, 65_535) {
            state = .whole
            diagnosis = nil
            if let packetBytes, packetBytes < forwardBytes {
                diagnosis =
                    "NIC and path carry \(forwardBytes), and TCP sends packets of \(packetBytes): a route or the peer allows no more"
            }
        } else {
            // Who speaks once is heard for good: one byte more than allowed may be lost for other reasons.
            state =
                answers.contains("told")
                ? .told : answers.contains("silent") ? .blackHole : .unknown
        }
        let sizes = "NIC \(interfaceBytes), path \(forwardBytes)"
        switch state {
        case .whole: break
        case .told:
            diagnosis =
                "\(sizes): a router refuses larger packets and says so; TCP adapts, datagrams and tunnels are fragmented or lost"
        case .blackHole:
            let isSpared = !isStalled && packetBytes.map { $0 <= forwardBytes } == true
            diagnosis =
                isSpared
                ? "\(sizes): larger packets vanish without a word; TCP is spared, because its packets have \(packetBytes ?? 0)"
                : "\(sizes): larger packets vanish without a word, so large writes stall"
        case .unknown: diagnosis = "\(sizes) at least: there was no time to learn more"
        }
        if let reverseBytes, reverseBytes < forwardBytes {
            let back =
                "the way back carries \(reverseBytes), and larger packets vanish, so large reads may stall"
            diagnosis = diagnosis.map { "\($0); \(back)" } ?? "\(sizes); \(back)"
            state = .blackHole
        }
    }
}
