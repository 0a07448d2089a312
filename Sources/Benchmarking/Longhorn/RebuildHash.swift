import CLibSodium

/// SHA-512 of a rebuild's batch, with which source and target see that they hold the same.
///
/// libsodium's; Go's, which Longhorn uses, may be faster or slower on the same processor.
enum RebuildHash {
    static let byteCount = 64

    /// Writes the digest of `bytes`, which are not none, to `digest`, which holds `byteCount`.
    static func digest(
        of bytes: UnsafeRawBufferPointer,
        into digest: UnsafeMutableRawPointer
    ) {
        guard let start = bytes.baseAddress else { return }
        crypto_hash_sha512(
            digest.assumingMemoryBound(to: UInt8.self),
            start.assumingMemoryBound(to: UInt8.self),
            UInt64(bytes.count)
        )
    }
}
