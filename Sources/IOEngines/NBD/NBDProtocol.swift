/// The numbers of the NBD protocol that a client needs.
///
/// - Source: NetworkBlockDevice/nbd, doc/proto.md.
enum NBDProtocol {
    static let serverMagic: UInt64 = 0x4e42_444d_4147_4943
    static let optionMagic: UInt64 = 0x4948_4156_454f_5054
    static let optionReplyMagic: UInt64 = 0x0003_e889_0455_65a9
    static let requestMagic: UInt32 = 0x2560_9513
    static let replyMagic: UInt32 = 0x6744_6698
    /// Fixed newstyle, and no 124 zeros after the old way to name an export.
    static let clientFlags: UInt32 = 0b11
    static let optionGo: UInt32 = 7
    static let replyAcknowledged: UInt32 = 1
    static let replyInformation: UInt32 = 3
    static let replyErrorBit: UInt32 = 1 << 31
    /// The longest answer to an option that is read; a server that sends more is not one.
    static let optionReplyBytes = 65536
    /// The longest payload that every server takes.
    static let payloadBytes = 32 << 20

    static let requestBytes = 28
    static let replyBytes = 16
}

/// What a request asks an NBD server to do.
package enum NBDCommand: UInt16, Sendable {
    case read = 0
    case write = 1
    case flush = 3
    case trim = 4
}

/// Big-endian numbers, as they stand on the wire.
extension UnsafeMutableRawBufferPointer {
    func store<Number: FixedWidthInteger>(_ number: Number, at offset: Int) {
        storeBytes(of: number.bigEndian, toByteOffset: offset, as: Number.self)
    }
}

extension UnsafeRawBufferPointer {
    func number<Number: FixedWidthInteger & BitwiseCopyable>(
        at offset: Int,
        as type: Number.Type
    ) -> Number {
        Number(bigEndian: loadUnaligned(fromByteOffset: offset, as: type))
    }
}
