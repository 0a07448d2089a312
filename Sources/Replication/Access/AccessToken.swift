import CLibSodium
import Glibc
import IOEngines
import Units

/// The secret that an agent and its clients share; never on the wire, never in an argument.
///
/// - Source: libsodium, crypto_auth_hmacsha256 (HMAC, RFC 2104) and sodium_memcmp.
package struct AccessToken: Sendable {
    /// What a file must hold at least, surrounding white space apart: 16 bytes cannot be guessed over a network.
    package static let leastBytes = 16
    /// And at most.
    package static let mostBytes = 4096
    /// The length of a proof.
    static let proofBytes = Int(crypto_auth_hmacsha256_BYTES)

    private let secret: [UInt8]

    /// - Throws: `ReplicationError` when it is too short or too long.
    package init(_ bytes: [UInt8], named name: String) throws(ReplicationError) {
        let spaces: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
        let start = bytes.firstIndex { !spaces.contains($0) } ?? bytes.endIndex
        let end = (bytes.lastIndex { !spaces.contains($0) } ?? start - 1) + 1
        let secret = Array(bytes[start..<max(start, end)])
        guard (Self.leastBytes...Self.mostBytes).contains(secret.count) else {
            throw .token(
                name,
                "it has \(secret.count) bytes, and a token has \(Self.leastBytes) to \(Self.mostBytes)",
                "make one: head -c 32 /dev/urandom | base64 > \(name)"
            )
        }
        self.secret = secret
    }

    /// Reads a token's file.
    ///
    /// - Throws: `ReplicationError` when it cannot be read, others may read it, or it holds no token.
    package static func read(_ path: String) throws(ReplicationError) -> AccessToken {
        let (bytes, mode) = try contents(path)
        guard mode & S_IFMT == S_IFREG else { throw .token(path, "it is not a regular file", nil) }
        // Who may write it chooses the secret. Reading is not looked at: a secret that Kubernetes mounts is 0644.
        guard mode & 0o022 == 0 else {
            throw .token(path, "others may write to it", "chmod 600 \(path)")
        }
        return try AccessToken(bytes, named: path)
    }

    private static func contents(
        _ path: String
    ) throws(ReplicationError) -> (bytes: [UInt8], mode: mode_t) {
        do throws(EngineError) {
            let file = try FileDescriptor.open(path, [.readOnly, .nonBlocking])
            var status = stat()
            guard fstat(file.rawValue, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
                return ([], status.st_mode)
            }
            let memory = try AlignedBuffer(byteCount: mostBytes + 256, alignment: 64)
            let count = try file.read(into: memory.mutableBytes)
            return (Array(memory.bytes[..<count]), status.st_mode)
        } catch {
            throw ReplicationError(error)
        }
    }

    /// The keyed hash of what both sides have seen of each other.
    func proof(_ parts: [[UInt8]]) -> [UInt8] {
        var state = crypto_auth_hmacsha256_state()
        crypto_auth_hmacsha256_init(&state, secret, secret.count)
        for part in parts {
            crypto_auth_hmacsha256_update(&state, part, UInt64(part.count))
        }
        var result = [UInt8](repeating: 0, count: Self.proofBytes)
        crypto_auth_hmacsha256_final(&state, &result)
        return result
    }

    /// Whether two proofs are equal; takes the same time wherever they differ.
    static func areEqual(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        one.count == other.count && sodium_memcmp(one, other, one.count) == 0
    }

    /// Bytes that nobody can foresee.
    static func nonce() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Handshake.nonceBytes)
        randombytes_buf(&bytes, bytes.count)
        return bytes
    }

    /// Readies the library; any number of times.
    static func prepare() throws(ReplicationError) {
        guard sodium_init() >= 0 else {
            throw .token("libsodium", "the random numbers of this machine are not ready", nil)
        }
    }
}

extension ReplicationError {
    static func token(_ name: String, _ reason: String, _ hint: String?) -> ReplicationError {
        ReplicationError(
            operation: "read token",
            subject: name,
            reason: "\(name) cannot be used as a token: \(reason)",
            hint: hint,
            exitCode: .refused
        )
    }
}
