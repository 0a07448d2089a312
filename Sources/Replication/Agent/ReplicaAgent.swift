import Glibc
import IOEngines
import Synchronization
import Units

/// The other end of a replicated volume: answers Longhorn's data protocol over a sparse file of its own, or over nothing.
///
/// Binds to loopback unless it has a token. Whatever arrives, it goes on serving: every connection, request, file, wait and
/// answer is bounded by `AgentLimits`, and one connection's end is no other's.
package final class ReplicaAgent: @unchecked Sendable {
    private let listener: Listener
    private let token: AccessToken?
    private let limits: AgentLimits
    private let volumes: VolumeTable
    private let notes: AgentNotes
    private let isStopping = Atomic<Bool>(false)
    private let lock = Signal()
    // Under the lock.
    private var strangers = 0
    private var sessions = 0
    private var nextID: UInt64 = 0
    private var threads: [UInt64: WorkerThread] = [:]
    private var connections: [UInt64: AgentConnection] = [:]
    private var acceptor: WorkerThread?

    /// Where it listens: an address and a port.
    package let host: String
    package let port: UInt16
    /// What a datagram must carry to be answered.
    package let cookie: UInt64

    /// Binds, and does not answer yet.
    ///
    /// - Parameters:
    ///   - endpoint: where to listen; port 0 lets the kernel choose.
    ///   - token: what clients must know; nil on loopback only.
    ///   - directory: of tbench's own, for volumes; nil for an agent of memory sessions only.
    ///   - limits: what it gives away.
    ///   - note: gets one line for what happens; at most some a second.
    /// - Throws: `ReplicationError`: refused without a token off loopback; the address is in use, or not this machine's.
    package init(
        at endpoint: Endpoint,
        token: AccessToken?,
        directory: String?,
        limits: AgentLimits = AgentLimits(),
        note: @escaping @Sendable (String) -> Void
    ) throws(ReplicationError) {
        try AccessToken.prepare()
        let listener = try Listener.open(at: endpoint)
        guard token != nil || listener.isLoopback else {
            throw ReplicationError(
                operation: "serve",
                subject: endpoint.description,
                reason:
                    "an agent at \(endpoint) can be reached from other machines, and it has no token",
                hint:
                    "head -c 32 /dev/urandom | base64 > token; then --token-file token here and for the client",
                exitCode: .refused
            )
        }
        host = listener.local?.host ?? endpoint.host
        port = listener.local?.port ?? endpoint.port
        cookie = AccessToken.nonce().littleEndian(0)
        self.listener = listener
        self.token = token
        self.limits = limits
        volumes = VolumeTable(directory: directory, limits: limits)
        notes = AgentNotes(note)
    }

    /// Begins to answer, in threads of its own.
    package func start() throws(ReplicationError) {
        do throws(EngineError) {
            acceptor = try WorkerThread(name: "accept") { self.acceptAll() }
        } catch {
            throw ReplicationError(error)
        }
    }

    /// Connections that have been let in and are there now.
    package var sessionCount: Int {
        lock.lock()
        defer { lock.unlock() }
        return sessions
    }

    /// Ends every connection and waits for the threads.
    package func stop() {
        isStopping.store(true, ordering: .releasing)
        acceptor?.join()
        lock.lock()
        for connection in connections.values { connection.shutDown() }
        while !threads.isEmpty { lock.wait() }
        lock.unlock()
        notes.finish()
    }

    private func acceptAll() {
        while !isStopping.load(ordering: .acquiring) {
            guard let socket = listener.accept(milliseconds: 200) else { continue }
            lock.lock()
            let isFull = strangers >= limits.strangers
            if !isFull { strangers += 1 }
            nextID += 1
            let id = nextID
            lock.unlock()
            if isFull {
                let answer = Challenge(state: .full, nonce: AccessToken.nonce()).bytes
                _ = answer.withUnsafeBytes { SocketIO.send(socket.number, $0, until: 0) }
                notes.add(
                    "turned a connection away: \(limits.strangers) others have yet to say who they are"
                )
                continue
            }
            start(id, socket)
        }
    }

    private func start(_ id: UInt64, _ socket: consuming StreamSocket) {
        let held = HeldSocket(socket)
        lock.lock()
        do throws(EngineError) {
            threads[id] = try WorkerThread(name: "session") {
                if let socket = held.take() { self.meet(id, socket) }
                self.lock.lock()
                // The thread lets itself go: nobody else waits for it but `stop`.
                self.threads[id] = nil
                self.lock.signalAll()
                self.lock.unlock()
            }
        } catch {
            strangers -= 1
            notes.add("no thread for a connection: \(error.description)")
        }
        lock.unlock()
    }

    /// Hears what a new connection wants, and serves it if it may have it.
    private func meet(_ id: UInt64, _ socket: consuming StreamSocket) {
        let peer = socket.peer.map { $0.port == 0 ? "this machine" : $0.host } ?? "somebody"
        let greeting = Greeting(token: token, cookie: cookie, limits: limits)
        let result = greeting.hear(socket.number)
        lock.lock()
        strangers -= 1
        let isFull = sessions >= limits.sessions
        if !isFull { sessions += 1 }
        lock.unlock()
        defer {
            if !isFull {
                lock.lock()
                sessions -= 1
                lock.unlock()
            }
        }
        switch result {
        case .failure(let reason):
            notes.add("\(peer): \(reason.text)")
        case .success(let visitor):
            guard !isFull else {
                greeting.refuse(
                    socket.number,
                    visitor,
                    .failed,
                    "all \(limits.sessions) sessions are in use"
                )
                notes.add("\(peer): turned away, all \(limits.sessions) sessions are in use")
                return
            }
            let bytes = visitor.isOwn ? visitor.hello.volumeBytes : limits.plainVolumeBytes
            do throws(VolumeTable.Refusal) {
                let volume = try volumes.join(
                    visitor.hello.session,
                    visitor.hello.mode,
                    bytes: bytes
                )
                serve(id, socket, visitor, volume, greeting, peer)
                volumes.leave(visitor.hello.session)
            } catch {
                greeting.refuse(socket.number, visitor, error.state, error.text)
                notes.add("\(peer): refused, \(error.text)")
            }
        }
    }

    private func serve(
        _ id: UInt64,
        _ socket: consuming StreamSocket,
        _ visitor: Greeting.Visitor,
        _ volume: AgentVolume,
        _ greeting: Greeting,
        _ peer: String
    ) {
        guard greeting.welcome(socket.number, visitor, volumeBytes: volume.store.byteCount) else {
            return
        }
        let connection = AgentConnection(
            socket: socket,
            volume: volume,
            limits: limits,
            isOwn: visitor.isOwn
        )
        lock.lock()
        connections[id] = connection
        lock.unlock()
        // `stop` may have looked before this connection was there to be seen.
        if isStopping.load(ordering: .acquiring) { connection.shutDown() }
        let end = connection.run(after: visitor.rest)
        lock.lock()
        connections[id] = nil
        lock.unlock()
        if let end {
            notes.add("\(peer): closed after \(connection.served) requests: \(end)")
        }
    }
}

/// Hands a socket to a new thread.
private final class HeldSocket: @unchecked Sendable {
    private var number: Int32

    init(_ socket: consuming StreamSocket) {
        number = dup(socket.number)
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
    }

    func take() -> StreamSocket? {
        guard number >= 0 else { return nil }
        defer { number = -1 }
        return StreamSocket(taking: number)
    }

    deinit { if number >= 0 { _ = close(number) } }
}
