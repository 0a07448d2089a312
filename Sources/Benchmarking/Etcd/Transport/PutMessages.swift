/// What one put sends over its connection, each way in this order.
///
/// Six messages: the request, the server's window update with a ping and the ping's answer, the response, and the
/// same pair the other way. They matter to a disk benchmark because they keep the processors busy while the log is
/// synced: a sync then ends later than on an idle machine.
/// - Source: `strace -e trace=read,write` of etcd 3.4.23 and etcdctl under `etcdctl check perf`; the sizes are of HTTP/2
///   frames as grpc-go sends them (RFC 9113).
enum PutMessages {
    /// Bytes of a request besides key and value.
    static let requestOverhead = 37
    /// WINDOW_UPDATE and PING in one write.
    static let windowUpdate = 30
    /// The answer to a PING.
    static let pingAnswer = 17
    static let response = 63
    /// Bytes at the front of request and response that carry `PutHeader`.
    static let header = 16
    /// Offset in the server's bytes of a put at which the response begins, and ends.
    static let responseStart = windowUpdate
    static let responseEnd = windowUpdate + response
    static let serverTotal = windowUpdate + response + pingAnswer
}

/// What tbench itself needs to find in a message: when the put was meant to start, and the request's length.
struct PutHeader {
    var intended: UInt64 = 0
    var requestBytes: UInt64 = 0

    /// Takes the part of a header out of bytes that begin at `position` of the message.
    mutating func take(_ bytes: UnsafeRawBufferPointer, at position: Int) {
        withUnsafeMutableBytes(of: &self) { own in
            for offset in 0..<min(bytes.count, max(0, PutMessages.header - position)) {
                own[position + offset] = bytes[offset]
            }
        }
    }
}
