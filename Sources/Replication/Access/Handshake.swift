/// What a tbench client and a tbench agent say to each other before the first message of Longhorn's protocol.
///
/// | from | message | bytes |
/// |---|---|---|
/// | client | hello: "TBENCHR1", nonce 32, mode 4, 4 unused, volume's size 8, session 8 | 64 |
/// | agent | challenge: "TBENCHA1", state 4, 4 unused, nonce 32 | 48 |
/// | client | proof: HMAC(token, "tbench client", hello, challenge), zeros where no token is asked for | 32 |
/// | agent | welcome: "TBENCHW1", state 4, length of the text 4, volume's size 8, cookie 8, proof 32 | 64 |
///
/// Numbers are little-endian. A client that begins with Longhorn's magic instead is a Longhorn engine: it gets a replica
/// without further ado where no token is asked for. Both sides prove that they know the token, over both nonces, so
/// neither a recorded proof nor an impostor helps. What follows is neither encrypted nor signed: the token keeps strangers
/// from using the disk, and the data mean nothing.
enum Handshake {
    static let nonceBytes = 32
    static let helloBytes = 64
    static let challengeBytes = 48
    static let welcomeBytes = 64
    /// The longest text of a welcome that is none.
    static let mostTextBytes = 512

    static let helloMagic = Array("TBENCHR1".utf8)
    static let challengeMagic = Array("TBENCHA1".utf8)
    static let welcomeMagic = Array("TBENCHW1".utf8)

    /// What the client proves, and what the agent does.
    static func clientProof(_ token: AccessToken, _ hello: [UInt8], _ challenge: [UInt8]) -> [UInt8]
    {
        token.proof([Array("tbench client".utf8), hello, challenge])
    }

    static func agentProof(_ token: AccessToken, _ hello: [UInt8], _ challenge: [UInt8]) -> [UInt8]
    {
        token.proof([Array("tbench agent".utf8), hello, challenge])
    }
}

/// What a session's requests are answered from.
package enum SessionMode: UInt32, Sendable, CaseIterable {
    /// A sparse file, with a replica's own system calls.
    case replica = 0
    /// Nothing: writes are dropped and reads are zeros, so that only the network is timed.
    case memory = 1

    /// Set in an offset that asks for an answer to be held back; no volume is so large.
    static let holdMark: Int64 = 1 << 62
}

/// The client's first message.
struct Hello: Equatable {
    var nonce: [UInt8]
    var mode: SessionMode
    /// Bytes of the volume; 0 in a memory session.
    var volumeBytes: UInt64
    /// Connections of one session share a volume.
    var session: UInt64

    init(nonce: [UInt8], mode: SessionMode, volumeBytes: UInt64, session: UInt64) {
        self.nonce = nonce
        self.mode = mode
        self.volumeBytes = volumeBytes
        self.session = session
    }

    /// Nil for bytes that are no hello.
    init?(_ bytes: [UInt8]) {
        guard bytes.count == Handshake.helloBytes, bytes.starts(with: Handshake.helloMagic),
            let mode = SessionMode(rawValue: bytes.littleEndian(40))
        else { return nil }
        nonce = Array(bytes[8..<40])
        self.mode = mode
        volumeBytes = bytes.littleEndian(48)
        session = bytes.littleEndian(56)
    }

    var bytes: [UInt8] {
        Handshake.helloMagic + nonce.prefix(Handshake.nonceBytes) + mode.rawValue.bytes
            + UInt32(0).bytes + volumeBytes.bytes + session.bytes
    }
}

/// The agent's first message.
struct Challenge: Equatable {
    /// Whether, and how, the agent goes on.
    enum State: UInt32 {
        /// Anybody may.
        case open = 0
        /// Who proves to know the token.
        case tokenNeeded = 1
        /// Nobody more for now; the connection is closed.
        case full = 2
    }

    var state: State
    var nonce: [UInt8]

    init(state: State, nonce: [UInt8]) {
        self.state = state
        self.nonce = nonce
    }

    /// Nil for bytes that are no challenge.
    init?(_ bytes: [UInt8]) {
        guard bytes.count == Handshake.challengeBytes,
            bytes.starts(with: Handshake.challengeMagic),
            let state = State(rawValue: bytes.littleEndian(8))
        else { return nil }
        self.state = state
        nonce = Array(bytes[16..<48])
    }

    var bytes: [UInt8] {
        Handshake.challengeMagic + state.rawValue.bytes + UInt32(0).bytes
            + nonce.prefix(Handshake.nonceBytes)
    }
}

/// The agent's second message, and its last before Longhorn's protocol begins.
struct Welcome: Equatable {
    /// Why not, where not; a text follows.
    enum State: UInt32 {
        case ready = 0
        case wrongToken = 1
        case noSpace = 2
        case tooLarge = 3
        case failed = 4
    }

    var state: State
    /// Bytes of the text that follows.
    var textBytes: UInt32 = 0
    var volumeBytes: UInt64 = 0
    /// What a datagram must carry for the agent to answer it.
    var cookie: UInt64 = 0
    var proof: [UInt8] = Array(repeating: 0, count: AccessToken.proofBytes)

    init(state: State) { self.state = state }

    /// Nil for bytes that are no welcome.
    init?(_ bytes: [UInt8]) {
        guard bytes.count == Handshake.welcomeBytes, bytes.starts(with: Handshake.welcomeMagic),
            let state = State(rawValue: bytes.littleEndian(8))
        else { return nil }
        self.state = state
        textBytes = bytes.littleEndian(12)
        volumeBytes = bytes.littleEndian(16)
        cookie = bytes.littleEndian(24)
        proof = Array(bytes[32..<64])
    }

    var bytes: [UInt8] {
        Handshake.welcomeMagic + state.rawValue.bytes + textBytes.bytes + volumeBytes.bytes
            + cookie.bytes + proof.prefix(AccessToken.proofBytes)
    }
}

extension FixedWidthInteger {
    /// Little-endian.
    var bytes: [UInt8] { withUnsafeBytes(of: littleEndian) { Array($0) } }
}

extension [UInt8] {
    /// The number at an offset; the caller has checked the length.
    func littleEndian<Value: FixedWidthInteger>(_ offset: Int) -> Value {
        withUnsafeBytes { bytes in
            Value(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Value.self))
        }
    }
}
