import Glibc

/// Sends requests to an NBD server over a Unix socket: a disk as QEMU's block layer gives it to a guest.
///
/// The descriptor of a request is ignored; both kinds of sync are a flush. A request that `linksNext` is
/// waited for before the next one is sent, because the protocol knows no order among requests in flight.
/// Do not mix large reads and large writes at depth: the two sides could wait for each other's full socket.
package struct NBDEngine: IOEngine, ~Copyable {
    package static var name: String { "nbd" }
    /// The most requests in flight; a QEMU server works on 16 at a time.
    package static let capacityMax = 64

    package let features: [String] = []
    package private(set) var systemCalls: UInt64 = 0

    private let connection: NBDConnection
    private let capacity: Int
    private let queued: UnsafeMutablePointer<IORequest>
    private var queuedCount = 0
    /// What is in flight, by cookie.
    private let sent: UnsafeMutablePointer<IORequest>
    /// Bit i is set where cookie i is in flight.
    private var cookies: UInt64 = 0
    private var finished: CompletionRing

    /// Connects to the server at `path`.
    ///
    /// - Parameters:
    ///   - path: a Unix socket.
    ///   - name: the server's name for the export.
    ///   - capacity: 1 ... `capacityMax`.
    /// - Throws: `EngineError` outside that range, or when the server does not answer as one.
    package init(
        connecting path: String,
        export name: String = NBDConnection.exportName,
        capacity: Int
    ) throws(EngineError) {
        guard (1...Self.capacityMax).contains(capacity) else {
            throw .capacity(capacity, limit: Self.capacityMax)
        }
        connection = try NBDConnection(connecting: path, export: name)
        self.capacity = capacity
        queued = .allocate(capacity: capacity)
        sent = .allocate(capacity: capacity)
        finished = CompletionRing(capacity: capacity)
    }

    deinit {
        queued.deallocate()
        sent.deallocate()
    }

    package var inFlight: Int { queuedCount &+ cookies.nonzeroBitCount &+ finished.count }

    package mutating func queue(_ request: IORequest) -> IORequest? {
        if inFlight == capacity { return request }
        (queued + queuedCount).initialize(to: request)
        queuedCount &+= 1
        return nil
    }

    package mutating func commit() throws(EngineError) {
        var cancelling = false
        let count = queuedCount
        queuedCount = 0
        for index in 0..<count {
            let request = queued[index]
            if cancelling || !Self.isPossible(request) {
                let code = cancelling ? ECANCELED : EINVAL
                finish(request, 0 &- code)
                cancelling = request.linksNext
                continue
            }
            let cookie = try send(request)
            guard request.linksNext else { continue }
            cancelling = !request.isFulfilled(by: try wait(for: cookie))
        }
    }

    package mutating func reap(
        minimum: Int,
        into completions: UnsafeMutableBufferPointer<IOCompletion>
    ) throws(EngineError) -> Int {
        precondition(minimum <= inFlight && minimum <= completions.count)
        if queuedCount > 0 { try commit() }
        var index = finished.move(to: completions, from: 0)
        while index < minimum {
            _ = try receive()
            index = finished.move(to: completions, from: index)
        }
        return index
    }

    /// Waits for the answers to what was sent; a server that has gone owes none.
    package mutating func drain() {
        queuedCount = 0
        while cookies != 0 {
            do throws(EngineError) {
                _ = try receive()
            } catch {
                cookies = 0
            }
        }
        finished.removeAll()
    }

    private static func isPossible(_ request: IORequest) -> Bool {
        switch request.operation {
        case .fdatasync, .fsync: true
        case .read, .write:
            request.offset >= 0 && request.byteCount <= NBDProtocol.payloadBytes
                && request.buffer != nil
        }
    }

    private mutating func send(_ request: IORequest) throws(EngineError) -> Int {
        let cookie = (~cookies).trailingZeroBitCount
        let isSync = request.operation == .fdatasync || request.operation == .fsync
        let command: NBDCommand = isSync ? .flush : request.operation == .read ? .read : .write
        let failure = connection.send(
            command,
            cookie: UInt64(cookie),
            isSync ? 0 : UInt64(request.offset),
            isSync ? 0 : request.byteCount,
            request.buffer
        )
        systemCalls &+= 1
        if let failure { throw .unixSocket("send", connection.path, failure) }
        (sent + cookie).initialize(to: request)
        cookies |= 1 &<< UInt64(cookie)
        return cookie
    }

    /// Takes the next answer in, whoever it is for.
    private mutating func receive() throws(EngineError) -> (cookie: Int, result: Int32) {
        let reply = try connection.receiveReply()
        systemCalls &+= 1
        guard reply.cookie < UInt64(capacity), cookies & (1 &<< reply.cookie) != 0 else {
            throw .notNBD(connection.path)
        }
        let cookie = Int(reply.cookie)
        let request = sent[cookie]
        var result = 0 &- Int32(clamping: reply.error)
        if reply.error == 0, request.operation == .read || request.operation == .write {
            result = Int32(truncatingIfNeeded: request.byteCount)
        }
        if reply.error == 0, request.operation == .read {
            let bytes = UnsafeMutableRawBufferPointer(
                start: request.buffer,
                count: request.byteCount
            )
            if let failure = connection.socket.receive(into: bytes) {
                throw .unixSocket("recv", connection.path, failure)
            }
        }
        cookies &= ~(1 &<< UInt64(cookie))
        finish(request, result)
        return (cookie, result)
    }

    private mutating func wait(for cookie: Int) throws(EngineError) -> Int32 {
        while true {
            let answer = try receive()
            if answer.cookie == cookie { return answer.result }
        }
    }

    private mutating func finish(_ request: IORequest, _ result: Int32) {
        finished.append(
            IOCompletion(
                slot: request.slot,
                result: result,
                completedAt: MonotonicClock.now()
            )
        )
    }
}
