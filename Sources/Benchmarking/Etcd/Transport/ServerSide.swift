import IOEngines
import Synchronization

/// The member's end of every connection: takes requests, proposes them, answers when apply is done.
///
/// Three threads, one per goroutine that a put passes through in etcd beside the raft loop and apply: the
/// connection's reader, the raft node, and the response's writer.
/// - Source: etcd server/etcdserver/v3_server.go (processInternalRaftRequestOnce), raft/node.go, grpc-go
///   internal/transport.
final class ServerSide: @unchecked Sendable {
    private let connections: LoopbackConnections
    private let proposals: ProposalQueue
    private let control: RunControl
    /// What etcd 3.4.23 refers to of its memory in 7 ms at 150 puts a second, in pages (`Referenced` after `clear_refs`,
    /// proc(5)): 3.4 MiB.
    private static let touchedBytes = 4 << 20

    /// Of the member's process.
    let runtime: GoRuntime
    private let requested: Handoff
    private let applied: Handoff
    /// Of the serving thread alone.
    private let headers: UnsafeMutablePointer<PutHeader>
    /// What the answer gives back; the client's own bytes order it, which no lock of this process shows.
    private let intended: UnsafeMutablePointer<Atomic<UInt64>>
    private let received: UnsafeMutablePointer<Int>
    private var threads: [WorkerThread] = []
    private var serving: RequestWork

    init(connections: LoopbackConnections, proposals: ProposalQueue, control: RunControl) {
        self.connections = connections
        self.proposals = proposals
        self.control = control
        runtime = GoRuntime(touchedBytes: Self.touchedBytes, control: control)
        serving = runtime.work()
        requested = Handoff(capacity: connections.capacity, control: control, runtime: runtime)
        applied = Handoff(capacity: connections.capacity, control: control, runtime: runtime)
        headers = .allocate(capacity: connections.capacity)
        headers.initialize(repeating: PutHeader(), count: connections.capacity)
        intended = .allocate(capacity: connections.capacity)
        for index in 0..<connections.capacity { (intended + index).initialize(to: Atomic(0)) }
        received = .allocate(capacity: connections.capacity)
        received.initialize(repeating: 0, count: connections.capacity)
    }

    deinit {
        headers.deallocate()
        intended.deinitialize(count: connections.capacity)
        intended.deallocate()
        received.deallocate()
    }

    func start() throws(EngineError) {
        try runtime.start(process: "server")
        threads.append(try WorkerThread(name: "serve") { self.serve() })
        threads.append(try WorkerThread(name: "node") { self.propose() })
        threads.append(try WorkerThread(name: "reply") { self.reply() })
    }

    func join() {
        for thread in threads { thread.join() }
        runtime.join()
    }

    /// Has the put of a connection answered; called by apply.
    func answer(_ connection: Int) { applied.push(connection) }

    private func serve() {
        var ready = ReadyConnections()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65536, alignment: 16)
        defer { buffer.deallocate() }
        while !control.isStopping {
            serving.search()
            let count = connections.wait(.server, milliseconds: 100, into: &ready)
            if count > 0 { runtime.wake() }
            for position in 0..<count {
                let connection = ready[position]
                while true {
                    let bytes = connections.receive(.server, connection, into: buffer)
                    if bytes == 0 { break }
                    take(UnsafeRawBufferPointer(rebasing: buffer[..<bytes]), connection, buffer)
                }
            }
        }
    }

    /// Follows one connection's bytes: request, ping answer, window update, next request.
    private func take(
        _ bytes: UnsafeRawBufferPointer,
        _ connection: Int,
        _ scratch: UnsafeMutableRawBufferPointer
    ) {
        var rest = bytes
        while rest.count > 0 {
            let before = received[connection]
            headers[connection].take(rest, at: before)
            let request =
                before + rest.count < PutMessages.header
                ? Int.max : Int(truncatingIfNeeded: headers[connection].requestBytes)
            let answered = request == Int.max ? request : request + PutMessages.pingAnswer
            let total = answered == Int.max ? answered : answered + PutMessages.windowUpdate
            // One stage at a time, so that each message is acted upon once.
            let stage = before < request ? request : before < answered ? answered : total
            let step = min(rest.count, stage - before)
            rest = UnsafeRawBufferPointer(rebasing: rest[step...])
            received[connection] = before + step
            guard before + step == stage else { continue }
            if stage == request {
                serving.perform(.serverRequest)
                runtime.begin()
                intended[connection].store(headers[connection].intended, ordering: .releasing)
                send(connection, scratch, PutMessages.windowUpdate)
                requested.push(connection)
            } else if stage == total {
                received[connection] = 0
                send(connection, scratch, PutMessages.pingAnswer)
            }
        }
    }

    /// Sends so many bytes of no meaning.
    private func send(_ connection: Int, _ bytes: UnsafeMutableRawBufferPointer, _ count: Int) {
        guard let base = bytes.baseAddress else { return }
        _ = connections.send(.server, connection, base, count: count)
    }

    private func propose() {
        var work = runtime.work()
        while let connection = requested.pop(&work) {
            work.perform(.serverProposal)
            _ = proposals.push(intended: UInt64(connection))
        }
    }

    private func reply() {
        let message = UnsafeMutableRawBufferPointer.allocate(
            byteCount: PutMessages.response,
            alignment: 16
        )
        defer { message.deallocate() }
        message.initializeMemory(as: UInt8.self, repeating: 0)
        var work = runtime.work()
        while let connection = applied.pop(&work) {
            work.perform(.serverReply)
            guard let base = message.baseAddress else { return }
            let header = PutHeader(intended: intended[connection].load(ordering: .acquiring))
            base.storeBytes(of: header, as: PutHeader.self)
            _ = connections.send(.server, connection, base, count: message.count)
            runtime.end()
        }
    }
}
