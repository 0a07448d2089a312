import Glibc
import IOEngines
package import ResultStore

/// Finds the path MTU to an agent by datagrams that must not be fragmented.
package struct PathProbe: ~Copyable {
    /// Sent as often before a size counts as lost.
    private static let attempts = 3

    private let socket: DatagramSocket
    private let cookie: UInt64
    private let headerBytes: Int
    private let memory: UnsafeMutableRawBufferPointer
    private var sequence: UInt32 = 0
    /// How long an answer may take.
    private var timeout: UInt64 = 200_000_000

    /// Nil when there is no IP connection, or no agent at its end.
    ///
    /// - Parameters:
    ///   - connection: to the agent; the datagrams go where it goes.
    ///   - cookie: as the agent said.
    package init?(alongside connection: borrowing StreamSocket, cookie: UInt64) {
        guard cookie != 0, let socket = DatagramSocket.connected(asPeerOf: connection.number)
        else { return nil }
        self.init(socket: socket, cookie: cookie)
    }

    init?(alongside link: ReplicaLink, cookie: UInt64) {
        guard cookie != 0, let socket = DatagramSocket.connected(asPeerOf: link.number)
        else { return nil }
        self.init(socket: socket, cookie: cookie)
    }

    private init(socket: consuming DatagramSocket, cookie: UInt64) {
        headerBytes = DatagramSocket.headerBytes(
            family: socket.family,
            isMapped: socket.isMapped
        )
        self.cookie = cookie
        self.socket = socket
        memory = .allocate(byteCount: 65_535, alignment: 64)
        memory.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit { memory.deallocate() }

    /// Looks for the largest packet in both directions.
    ///
    /// - Parameters:
    ///   - interfaceBytes: the MTU of the interface that the connection leaves by; nil when unknown.
    ///   - rttNanoseconds: of the connection, so that no answer is missed or waited for in vain.
    ///   - limitNanoseconds: what it may take; then the sizes found so far are lower bounds.
    /// - Returns: nil when not even a small datagram is answered: a firewall, or a peer without an echo.
    package mutating func run(
        interfaceBytes: UInt64?,
        rttNanoseconds: UInt64,
        limitNanoseconds: UInt64 = 8_000_000_000
    ) -> PathMTU? {
        let end = MonotonicClock.now() &+ limitNanoseconds
        timeout = min(max(4 &* rttNanoseconds &+ 20_000_000, 40_000_000), 1_000_000_000)
        guard attempt(headerBytes + PathDatagram.byteCount, .short) == .arrived else { return nil }
        let most = min(Int(clamping: interfaceBytes ?? 1500), 65_535)
        // What IPv6 promises, and what IPv4 does.
        let least = headerBytes > 28 ? 1280 : PathSearch.floor
        let forward = search(most, least, .short, end)
        var result = PathMTU(method: "datagrams", state: .unknown)
        result.interfaceBytes = interfaceBytes
        result.forwardBytes = forward.largest.map { UInt64($0) }
        result.toldBytes = forward.told.map { UInt64($0) }
        result.probes = Self.records(forward, "forward")
        if let largest = forward.largest {
            let reverse = search(largest, least, .whole, end)
            result.reverseBytes = reverse.largest.map { UInt64($0) }
            result.probes += Self.records(reverse, "reverse")
        }
        result.conclude()
        return result
    }

    private mutating func search(
        _ most: Int,
        _ least: Int,
        _ reply: PathDatagram.Reply,
        _ end: UInt64
    ) -> PathSearch {
        // A closure cannot change a value that is not copied, so the sequence is taken out and put back.
        var sequence = sequence
        defer { self.sequence = sequence }
        return PathSearch(
            most: most,
            least: min(least, most),
            isOver: { MonotonicClock.now() > end },
            attempt: { attempt($0, reply, &sequence) }
        )
    }

    private static func records(_ search: PathSearch, _ direction: String) -> [PathProbeRecord] {
        search.tries.map { entry in
            let answer =
                switch entry.answer {
                case .arrived: "arrived"
                case .told: "told"
                case .silent: "silent"
                }
            return PathProbeRecord(
                bytes: UInt64(entry.bytes),
                direction: direction,
                answer: answer
            )
        }
    }

    private mutating func attempt(_ bytes: Int, _ reply: PathDatagram.Reply) -> PathSearch.Answer {
        var sequence = sequence
        defer { self.sequence = sequence }
        return attempt(bytes, reply, &sequence)
    }

    /// Sends a packet of this size, up to three times.
    private borrowing func attempt(
        _ bytes: Int,
        _ reply: PathDatagram.Reply,
        _ sequence: inout UInt32
    ) -> PathSearch.Answer {
        let count = bytes - headerBytes
        guard count >= PathDatagram.byteCount, count <= memory.count else { return .told(nil) }
        for _ in 0..<Self.attempts {
            // Wraps: old answers are long gone by then.
            sequence &+= 1
            let question = PathDatagram.Question(
                cookie: cookie,
                sequence: sequence,
                reply: reply
            )
            memory.copyBytes(from: question.bytes)
            let sent = send(
                socket.number,
                memory.baseAddress,
                count,
                Int32(MSG_NOSIGNAL | MSG_DONTWAIT)
            )
            if sent < 0, errno == EMSGSIZE, let answer = told(bytes) { return answer }
            if let answer = answer(to: sequence, bytes, reply) { return answer }
        }
        return .silent
    }

    /// Nil when nothing came in time.
    private borrowing func answer(
        to sequence: UInt32,
        _ bytes: Int,
        _ reply: PathDatagram.Reply
    ) -> PathSearch.Answer? {
        let deadline = MonotonicClock.now() &+ timeout
        let count = bytes - headerBytes
        while SocketIO.wait(socket.number, for: Int16(POLLIN), until: deadline) {
            let received = recv(
                socket.number,
                memory.baseAddress,
                memory.count,
                Int32(MSG_DONTWAIT)
            )
            if received < 0 {
                if errno == EMSGSIZE, let answer = told(bytes) { return answer }
                // Refused: nobody there. Anything else: as good as silence.
                if errno != EINTR, errno != EAGAIN, errno != EMSGSIZE { return nil }
                continue
            }
            let data = UnsafeRawBufferPointer(rebasing: memory[..<received])
            guard let answer = PathDatagram.Answer(data), answer.cookie == cookie,
                answer.sequence == sequence, Int(answer.received) == count
            else { continue }
            return reply == .short || received == count ? .arrived : nil
        }
        return nil
    }

    /// The kernel has refused a packet, or has heard that somebody did.
    ///
    /// What it heard late is about an earlier and larger packet.
    /// - Returns: nil for what says nothing about this size.
    private borrowing func told(_ bytes: Int) -> PathSearch.Answer? {
        guard let believed = socket.believedMTU else { return .told(nil) }
        return believed < bytes ? .told(believed) : nil
    }
}
