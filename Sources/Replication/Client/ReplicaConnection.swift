import Glibc
import IOEngines

/// A connection to whatever answers Longhorn's data protocol, ready for its first message.
package struct ReplicaConnection: ~Copyable {
    package let endpoint: Endpoint
    package let socket: StreamSocket
    /// As the agent said; nil where the other end is none of tbench's.
    package let volumeBytes: Int64?
    /// What makes the agent answer datagrams; 0 where there is none.
    package let cookie: UInt64

    /// What a client asks an agent for.
    package struct Wish: Sendable {
        package var mode: SessionMode
        /// A multiple of 4096; 0 in memory.
        package var volumeBytes: UInt64
        /// Connections with the same number share a volume; never 0.
        package var session: UInt64
        package var token: AccessToken?

        package init(
            mode: SessionMode,
            volumeBytes: UInt64 = 0,
            session: UInt64,
            token: AccessToken? = nil
        ) {
            self.mode = mode
            self.volumeBytes = volumeBytes
            self.session = session
            self.token = token
        }

        /// A number that no other run has.
        package static func newSession() -> UInt64 { UInt64.random(in: 1...UInt64.max) }
    }

    /// Connects to a tbench agent and comes to terms with it.
    ///
    /// - Parameters:
    ///   - endpoint: where it listens.
    ///   - wish: what it is asked for.
    ///   - timeout: nanoseconds for the connection, and again for the handshake.
    /// - Returns: a connection of the session.
    /// - Throws: `ReplicationError`: nobody there, no agent, the wrong token, no room.
    package static func agent(
        _ endpoint: Endpoint,
        _ wish: Wish,
        timeout: UInt64 = 5_000_000_000
    ) throws(ReplicationError) -> ReplicaConnection {
        try AccessToken.prepare()
        let socket = try StreamSocket.connect(to: endpoint, timeout: timeout)
        let welcome = try shakeHands(socket.number, endpoint, wish, timeout)
        return ReplicaConnection(
            endpoint: endpoint,
            socket: socket,
            volumeBytes: Int64(clamping: welcome.volumeBytes),
            cookie: welcome.cookie
        )
    }

    /// Connects to what speaks Longhorn's protocol from the first byte: a replica's data port, an engine's socket.
    package static func plain(
        _ endpoint: Endpoint,
        timeout: UInt64 = 5_000_000_000
    ) throws(ReplicationError) -> ReplicaConnection {
        let socket = try StreamSocket.connect(to: endpoint, timeout: timeout)
        return ReplicaConnection(endpoint: endpoint, socket: socket, volumeBytes: nil, cookie: 0)
    }

    private init(
        endpoint: Endpoint,
        socket: consuming StreamSocket,
        volumeBytes: Int64?,
        cookie: UInt64
    ) {
        self.endpoint = endpoint
        self.socket = socket
        self.volumeBytes = volumeBytes
        self.cookie = cookie
    }

    private static func shakeHands(
        _ socket: Int32,
        _ endpoint: Endpoint,
        _ wish: Wish,
        _ timeout: UInt64
    ) throws(ReplicationError) -> Welcome {
        let deadline = MonotonicClock.now() &+ timeout
        let hello = Hello(
            nonce: AccessToken.nonce(),
            mode: wish.mode,
            volumeBytes: wish.volumeBytes,
            session: wish.session
        ).bytes
        try send(socket, hello, endpoint, deadline)
        let challengeBytes = try receive(socket, Handshake.challengeBytes, endpoint, deadline)
        guard let challenge = Challenge(challengeBytes) else {
            throw .handshake(endpoint, "it answered something else than an agent does")
        }
        guard challenge.state != .full else {
            throw .handshake(endpoint, "too many others are connecting at the moment")
        }
        var proof = [UInt8](repeating: 0, count: AccessToken.proofBytes)
        if challenge.state == .tokenNeeded {
            guard let token = wish.token else { throw .tokenMissing(endpoint) }
            proof = Handshake.clientProof(token, hello, challengeBytes)
        }
        try send(socket, proof, endpoint, deadline)
        // Making a volume takes the agent's disk a moment.
        let welcomeBytes = try receive(
            socket,
            Handshake.welcomeBytes,
            endpoint,
            deadline &+ timeout
        )
        guard let welcome = Welcome(welcomeBytes) else {
            throw .handshake(endpoint, "it answered something else than an agent does")
        }
        guard welcome.state == .ready else {
            let count = min(Int(welcome.textBytes), Handshake.mostTextBytes)
            let text = try receive(socket, count, endpoint, deadline)
            throw .unwelcome(endpoint, welcome.state, text)
        }
        if challenge.state == .tokenNeeded, let token = wish.token {
            guard
                AccessToken.areEqual(
                    welcome.proof,
                    Handshake.agentProof(token, hello, challengeBytes)
                )
            else {
                throw .handshake(endpoint, "it does not know the token it asks for")
            }
        } else if wish.token != nil {
            // Somebody who asks for nothing may be anybody.
            throw .handshake(endpoint, "it asks for no token, and --token-file says that it must")
        }
        return welcome
    }

    private static func send(
        _ socket: Int32,
        _ bytes: [UInt8],
        _ endpoint: Endpoint,
        _ deadline: UInt64
    ) throws(ReplicationError) {
        let code = bytes.withUnsafeBytes { SocketIO.send(socket, $0, until: deadline) }
        if code != 0 { throw .handshake(code, endpoint) }
    }

    private static func receive(
        _ socket: Int32,
        _ count: Int,
        _ endpoint: Endpoint,
        _ deadline: UInt64
    ) throws(ReplicationError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let code = bytes.withUnsafeMutableBytes {
            SocketIO.receive(socket, into: $0, until: deadline)
        }
        if code != 0 { throw .handshake(code, endpoint) }
        return bytes
    }
}
