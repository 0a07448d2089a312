import CLinuxShims
import Glibc

/// Stream connections with both ends in this process, each end with its own epoll set.
///
/// TCP over 127.0.0.1; Unix socket pairs where loopback is down or forbidden. Nobody else can get in: the
/// listening socket exists only while a pair is made, and an end that is not our own is refused.
/// `grow` belongs to one thread; `send`, `receive` and `wait` may run on others, one at a time per end and index.
/// - Source: tcp(7), unix(7), epoll(7).
package final class LoopbackConnections: @unchecked Sendable {
    /// One of the two sides.
    package enum End: Int, Sendable {
        case client, server
    }

    /// How the ends are connected.
    package enum Kind: String, Sendable {
        case tcp
        case unix
    }

    /// More than this many connections are not possible.
    package let capacity: Int
    /// Connections made so far.
    package private(set) var count = 0
    /// TCP until it was refused once.
    package private(set) var kind: Kind

    private let sockets: (UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Int32>)
    private let polls: (Int32, Int32)

    /// Makes an empty set.
    ///
    /// - Parameters:
    ///   - capacity: connections at most.
    ///   - kind: what to try first.
    /// - Throws: `EngineError` when the kernel has no epoll descriptor for us.
    package init(capacity: Int, kind: Kind = .tcp) throws(EngineError) {
        let first = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard first >= 0 else { throw .connection("epoll_create1", .last) }
        let second = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard second >= 0 else {
            let failure = Errno.last
            close(first)
            throw .connection("epoll_create1", failure)
        }
        self.capacity = capacity
        self.kind = kind
        polls = (first, second)
        sockets = (.allocate(capacity: capacity), .allocate(capacity: capacity))
        sockets.0.initialize(repeating: -1, count: capacity)
        sockets.1.initialize(repeating: -1, count: capacity)
    }

    deinit {
        for index in 0..<count {
            close(sockets.0[index])
            close(sockets.1[index])
        }
        close(polls.0)
        close(polls.1)
        sockets.0.deallocate()
        sockets.1.deallocate()
    }

    /// Connections this process may have, its limit of open files raised as far as allowed.
    ///
    /// - Parameter wanted: connections asked for.
    /// - Returns: at most `wanted` and `capacity`; 0 when the limit cannot be read.
    package func possible(_ wanted: Int) -> Int {
        // Both ends of each, and what the run itself holds open.
        let others = 128
        var granted: UInt64 = 0
        let asked = UInt64(2 * min(wanted, capacity) + others)
        guard tbench_raise_open_files(asked, &granted) == 0 else { return 0 }
        return max(0, (Int(clamping: min(granted, asked)) - others) / 2)
    }

    /// Makes connections until there are this many.
    ///
    /// - Throws: `EngineError` at the first that cannot be made; those before it stay.
    package func grow(to wanted: Int) throws(EngineError) {
        while count < min(wanted, capacity) {
            let pair = try makePair()
            sockets.0[count] = pair.client
            sockets.1[count] = pair.server
            count += 1
            try watch(polls.0, pair.client, UInt64(count - 1))
            try watch(polls.1, pair.server, UInt64(count - 1))
        }
    }

    /// Sends all bytes, waiting for room.
    ///
    /// - Returns: false when the connection has been shut down.
    package func send(_ end: End, _ index: Int, _ bytes: UnsafeRawPointer, count: Int) -> Bool {
        let socket = socket(end, index)
        var sent = 0
        while sent < count {
            let result = Glibc.send(socket, bytes + sent, count - sent, Int32(MSG_NOSIGNAL))
            if result > 0 {
                sent += result
            } else if result == 0 || errno != EINTR {
                return false
            }
        }
        return true
    }

    /// Takes what has arrived.
    ///
    /// - Returns: bytes stored; 0 when there is nothing now, or never will be.
    package func receive(
        _ end: End,
        _ index: Int,
        into buffer: UnsafeMutableRawBufferPointer
    ) -> Int {
        let socket = socket(end, index)
        let flags = Int32(MSG_DONTWAIT)
        while true {
            let result = recv(socket, buffer.baseAddress, buffer.count, flags)
            if result >= 0 { return result }
            if errno != EINTR { return 0 }
        }
    }

    /// Waits until something has arrived at an end; edge-triggered, so receive until there is nothing.
    ///
    /// - Parameters:
    ///   - end: the side.
    ///   - milliseconds: waits no longer than this.
    ///   - indices: filled with the connections concerned.
    /// - Returns: how many; 0 after the time or a signal.
    package func wait(
        _ end: End,
        milliseconds: Int32,
        into indices: inout ReadyConnections
    ) -> Int {
        let poll = end == .client ? polls.0 : polls.1
        return Int(max(0, epoll_wait(poll, indices.events, indices.capacity, milliseconds)))
    }

    /// Ends every connection, so that nobody waits in `send` or `wait`.
    package func shutDown() {
        for index in 0..<count {
            shutdown(sockets.0[index], Int32(SHUT_RDWR))
            shutdown(sockets.1[index], Int32(SHUT_RDWR))
        }
    }

    private func socket(_ end: End, _ index: Int) -> Int32 {
        end == .client ? sockets.0[index] : sockets.1[index]
    }

    private func watch(_ poll: Int32, _ socket: Int32, _ index: UInt64) throws(EngineError) {
        var event = epoll_event()
        event.events = EPOLLIN.rawValue | tbench_EPOLLET
        event.data.u64 = index
        guard epoll_ctl(poll, EPOLL_CTL_ADD, socket, &event) == 0 else {
            throw .connection("epoll_ctl", .last)
        }
    }

    private func makePair() throws(EngineError) -> (client: Int32, server: Int32) {
        if kind == .tcp {
            do throws(Errno) {
                return try LoopbackPair.tcp()
            } catch  where error.code != EMFILE && error.code != ENFILE {
                kind = .unix
            } catch {
                throw .connection("socket", error)
            }
        }
        do throws(Errno) {
            return try LoopbackPair.unix()
        } catch {
            throw .connection("socketpair", error)
        }
    }
}

/// Room for the connections that one `wait` reports.
package struct ReadyConnections: ~Copyable {
    fileprivate let events: UnsafeMutablePointer<epoll_event>
    fileprivate let capacity: Int32 = 64

    package init() { events = .allocate(capacity: Int(capacity)) }

    deinit { events.deallocate() }

    /// The connection at a position below what `wait` returned.
    package subscript(position: Int) -> Int { Int(events[position].data.u64) }
}
