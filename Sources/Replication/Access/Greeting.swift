import IOEngines
import Units

/// The agent's side of the handshake with one connection.
struct Greeting {
    /// Who has come.
    struct Visitor {
        /// Longhorn's own have none of tbench's words; theirs is made up.
        var hello: Hello
        var isOwn: Bool
        /// Bytes that belong to the first message.
        var rest: [UInt8] = []
        /// What the agent answers to prove itself.
        var proof: [UInt8] = []
    }

    /// Why it is not served.
    struct Rejection: Error {
        var text: String
    }

    /// The session of every client that brings no word of its own.
    static let plainSession: UInt64 = 0

    let token: AccessToken?
    let cookie: UInt64
    let limits: AgentLimits

    /// Hears a connection out; takes no longer than `limits.greetingNanoseconds`.
    func hear(_ socket: Int32) -> Result<Visitor, Rejection> {
        let deadline = MonotonicClock.now() &+ limits.greetingNanoseconds
        var first = [UInt8](repeating: 0, count: MessageHeader.byteCount)
        if let failure = receive(socket, &first, deadline) { return .failure(failure) }
        let magic: UInt16 = first.littleEndian(0)
        if magic == MessageHeader.magic { return plain(socket, first, deadline) }
        guard first.starts(with: Handshake.helloMagic) else {
            return .failure(Rejection(text: "sent something else than a hello"))
        }
        var rest = [UInt8](repeating: 0, count: Handshake.helloBytes - first.count)
        if let failure = receive(socket, &rest, deadline) { return .failure(failure) }
        let bytes = first + rest
        guard let hello = Hello(bytes), hello.session != Self.plainSession else {
            return .failure(Rejection(text: "sent a hello of another version"))
        }
        let challenge = Challenge(
            state: token == nil ? .open : .tokenNeeded,
            nonce: AccessToken.nonce()
        ).bytes
        guard send(socket, challenge, deadline) else {
            return .failure(Rejection(text: "went away"))
        }
        var proof = [UInt8](repeating: 0, count: AccessToken.proofBytes)
        if let failure = receive(socket, &proof, deadline) { return .failure(failure) }
        var visitor = Visitor(hello: hello, isOwn: true)
        if let token {
            guard AccessToken.areEqual(proof, Handshake.clientProof(token, bytes, challenge)) else {
                refuse(socket, visitor, .wrongToken, "the token is another one")
                return .failure(Rejection(text: "does not know the token"))
            }
            visitor.proof = Handshake.agentProof(token, bytes, challenge)
        }
        return .success(visitor)
    }

    /// A client that speaks Longhorn's protocol from the first byte.
    private func plain(
        _ socket: Int32,
        _ first: [UInt8],
        _ deadline: UInt64
    ) -> Result<Visitor, Rejection> {
        guard token == nil else {
            // In its own words, so that its log says why.
            let text = Array("tbench serve asks for a token".utf8)
            let header = MessageHeader(
                sequence: first.littleEndian(2),
                kind: .error,
                size: UInt32(text.count),
                dataLength: UInt32(text.count)
            )
            var bytes = [UInt8](repeating: 0, count: MessageHeader.byteCount)
            bytes.withUnsafeMutableBytes { buffer in
                if let base = buffer.baseAddress { header.write(to: base) }
            }
            _ = send(socket, bytes + text, deadline)
            return .failure(Rejection(text: "speaks Longhorn's protocol and knows no token"))
        }
        let hello = Hello(
            nonce: Array(repeating: 0, count: Handshake.nonceBytes),
            mode: .replica,
            volumeBytes: 0,
            session: Self.plainSession
        )
        return .success(Visitor(hello: hello, isOwn: false, rest: first))
    }

    /// Lets a visitor in.
    ///
    /// - Returns: false when it has gone.
    func welcome(_ socket: Int32, _ visitor: Visitor, volumeBytes: Int64) -> Bool {
        guard visitor.isOwn else { return true }
        var welcome = Welcome(state: .ready)
        welcome.volumeBytes = UInt64(clamping: volumeBytes)
        welcome.cookie = cookie
        if !visitor.proof.isEmpty { welcome.proof = visitor.proof }
        return send(socket, welcome.bytes, MonotonicClock.now() &+ limits.greetingNanoseconds)
    }

    /// Says why not.
    func refuse(_ socket: Int32, _ visitor: Visitor, _ state: Welcome.State, _ text: String) {
        guard visitor.isOwn else { return }
        let bytes = Array(text.utf8.prefix(Handshake.mostTextBytes))
        var welcome = Welcome(state: state)
        welcome.textBytes = UInt32(bytes.count)
        // Only who has proved itself is given a proof, or an impostor could have one made.
        if !visitor.proof.isEmpty { welcome.proof = visitor.proof }
        _ = send(socket, welcome.bytes + bytes, MonotonicClock.now() &+ limits.greetingNanoseconds)
    }

    private func send(_ socket: Int32, _ bytes: [UInt8], _ deadline: UInt64) -> Bool {
        bytes.withUnsafeBytes { SocketIO.send(socket, $0, until: deadline) } == 0
    }

    private func receive(
        _ socket: Int32,
        _ bytes: inout [UInt8],
        _ deadline: UInt64
    ) -> Rejection? {
        let code = bytes.withUnsafeMutableBytes {
            SocketIO.receive(socket, into: $0, until: deadline)
        }
        guard code != 0 else { return nil }
        return Rejection(
            text: ErrnoName.of(code) == "ETIMEDOUT" ? "said too little for too long" : "went away"
        )
    }
}
