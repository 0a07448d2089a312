/// A block that says what it is, so that what comes back can be told from what was meant.
package struct VerifyBlock: Sendable {
    /// Bytes of its header; no block is smaller.
    package static let headerBytes = 48
}
