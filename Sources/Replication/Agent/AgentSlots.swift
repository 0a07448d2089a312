import IOEngines

/// Room for the requests of one connection that are being worked on; allocated once, touched when first used.
///
/// Not thread-safe by itself: the connection's lock guards `take` and `give`; a slot's content belongs to who took it.
final class AgentSlots: @unchecked Sendable {
    /// Before the data lies room for a header, so that an answer is one piece of memory.
    private static let headroom = 4096

    let count: Int
    private let stride: Int
    private let memory: UnsafeMutableRawPointer
    private let headers: UnsafeMutablePointer<MessageHeader>
    private let free: UnsafeMutablePointer<Int>
    private(set) var freeCount: Int

    init(count: Int, dataBytes: Int) {
        self.count = count
        // Two slots never share a page, and O_DIRECT takes whole ones.
        stride = Self.headroom + (dataBytes + 4095) / 4096 * 4096
        memory = .allocate(byteCount: stride * count, alignment: 4096)
        headers = .allocate(capacity: count)
        headers.initialize(
            repeating: MessageHeader(sequence: 0, kind: .ping),
            count: count
        )
        free = .allocate(capacity: count)
        // The slot that was given back last is taken first: its memory is still in the cache.
        for index in 0..<count { (free + index).initialize(to: count - 1 - index) }
        freeCount = count
    }

    deinit {
        memory.deallocate()
        headers.deallocate()
        free.deallocate()
    }

    /// A slot; nil when all are taken.
    func take() -> Int? {
        guard freeCount > 0 else { return nil }
        freeCount -= 1
        return free[freeCount]
    }

    func give(_ slot: Int) {
        free[freeCount] = slot
        freeCount += 1
    }

    /// The request, then the answer.
    func header(_ slot: Int) -> UnsafeMutablePointer<MessageHeader> { headers + slot }

    /// Page-aligned.
    func data(_ slot: Int, _ count: Int) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(
            start: memory + slot * stride + Self.headroom,
            count: min(count, stride - Self.headroom)
        )
    }

    /// Header and data of the answer in one piece.
    func message(_ slot: Int) -> UnsafeRawBufferPointer {
        let start = memory + slot * stride + Self.headroom - MessageHeader.byteCount
        headers[slot].write(to: start)
        return UnsafeRawBufferPointer(start: start, count: headers[slot].wireBytes)
    }
}
