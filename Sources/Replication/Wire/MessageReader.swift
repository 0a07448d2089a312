/// Turns a stream of bytes, however it is cut, into messages; fixed memory.
///
/// Receive into `space`, say how much came with `advance`, then take messages with `next` until it has none. A message's data
/// lies in the reader's own memory and is valid until `makeSpace`, which moves what is left to the front.
package struct MessageReader: ~Copyable {
    /// A message and where its data lies.
    package struct Message {
        package var header: MessageHeader
        package var data: UnsafeRawBufferPointer
    }

    private let memory: UnsafeMutableRawBufferPointer
    /// The first byte that no message has taken.
    private var start = 0
    /// The end of what has been received.
    private var end = 0

    /// - Parameter capacity: bytes; room for the largest message that is expected, a header at least.
    package init(capacity: Int) {
        precondition(capacity >= MessageHeader.byteCount, "room for a header")
        memory = .allocate(byteCount: capacity, alignment: 64)
        // Touched now, so that no page fault falls into a measurement.
        memory.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit { memory.deallocate() }

    /// Bytes received and not yet taken.
    package var pending: Int { end - start }

    /// Where to receive next; empty when the memory is full: then call `makeSpace`.
    package var space: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(rebasing: memory[end...])
    }

    /// So many bytes were received into `space`.
    package mutating func advance(by count: Int) {
        precondition(count >= 0 && count <= memory.count - end, "no more than there was space")
        end += count
    }

    /// Moves what is left to the front; the data of messages taken before is gone.
    package mutating func makeSpace() {
        guard start > 0 else { return }
        let left = end - start
        if left > 0, let base = memory.baseAddress {
            base.copyMemory(from: base + start, byteCount: left)
        }
        start = 0
        end = left
    }

    /// The next whole message; nil while bytes of it are missing.
    ///
    /// - Throws: `WireError`; then the stream has lost its place and must be closed.
    package mutating func next() throws(WireError) -> Message? {
        guard pending >= MessageHeader.byteCount, let base = memory.baseAddress else { return nil }
        let header = try MessageHeader(UnsafeRawPointer(base + start))
        guard header.wireBytes <= memory.count else {
            throw .noRoom(needed: header.wireBytes, capacity: memory.count)
        }
        guard pending >= header.wireBytes else { return nil }
        let first = start + MessageHeader.byteCount
        start += header.wireBytes
        return Message(
            header: header,
            data: UnsafeRawBufferPointer(rebasing: memory[first..<start])
        )
    }

    /// The header of a message whose data is not all here yet; nil where not even the header is.
    ///
    /// - Throws: `WireError`, as `next`.
    package func beginning() throws(WireError) -> MessageHeader? {
        guard pending >= MessageHeader.byteCount, let base = memory.baseAddress else { return nil }
        return try MessageHeader(UnsafeRawPointer(base + start))
    }

    /// Takes that header and what has come of its data out, so that the rest can be received where it is wanted.
    ///
    /// - Returns: what has come of the data; empty where nothing has.
    package mutating func takeBeginning() -> UnsafeRawBufferPointer {
        precondition(pending >= MessageHeader.byteCount, "there is a beginning")
        let first = start + MessageHeader.byteCount
        start = end
        return UnsafeRawBufferPointer(rebasing: memory[first..<end])
    }

    /// The stream has ended.
    ///
    /// - Throws: `WireError.truncated` when it ended within a message.
    package func finish() throws(WireError) {
        guard pending > 0 else { return }
        guard pending >= MessageHeader.byteCount, let base = memory.baseAddress else {
            throw .truncated(missing: MessageHeader.byteCount - pending)
        }
        let header = try MessageHeader(UnsafeRawPointer(base + start))
        throw .truncated(missing: header.wireBytes - pending)
    }
}
