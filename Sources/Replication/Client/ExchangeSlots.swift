import IOEngines

/// The requests of a closed loop that are on their way: headers, data, and who has still to answer.
final class ExchangeSlots {
    private struct Slot {
        var sequence: UInt32 = 0
        var isInUse = false
        var isSpoilt = false
        /// A bit for each replica that has still to answer.
        var waiting: UInt32 = 0
        var start: UInt64 = 0
    }

    private let count: Int
    private let replicas: Int
    private let blockBytes: Int
    private let stride: Int
    private let memory: AlignedBuffer
    private let headers: UnsafeMutableRawPointer
    private let slots: UnsafeMutablePointer<Slot>

    init(count: Int, replicas: Int, blockBytes: Int) throws(EngineError) {
        self.count = count
        self.replicas = max(1, replicas)
        self.blockBytes = blockBytes
        stride = (blockBytes + 63) / 64 * 64
        memory = try AlignedBuffer(byteCount: stride * count, alignment: 4096)
        headers = .allocate(
            byteCount: MessageHeader.byteCount * count * self.replicas,
            alignment: 8
        )
        slots = .allocate(capacity: count)
        slots.initialize(repeating: Slot(), count: count)
    }

    deinit {
        headers.deallocate()
        slots.deallocate()
    }

    /// A free slot.
    func take() -> Int? {
        for slot in 0..<count where !slots[slot].isInUse {
            slots[slot] = Slot(isInUse: true)
            return slot
        }
        return nil
    }

    func give(_ slot: Int) { slots[slot].isInUse = false }

    func begin(_ slot: Int, _ sequence: UInt32, at start: UInt64) {
        slots[slot].sequence = sequence
        slots[slot].start = start
    }

    func data(_ slot: Int) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(start: memory.pointer + slot * stride, count: blockBytes)
    }

    /// Writes the header for one replica; it stays as it is until the slot is begun again.
    func header(_ slot: Int, _ replica: Int, _ header: MessageHeader) -> UnsafeRawBufferPointer {
        let start = headers + (slot * replicas + replica) * MessageHeader.byteCount
        header.write(to: start)
        return UnsafeRawBufferPointer(start: start, count: MessageHeader.byteCount)
    }

    /// When the request was made.
    func start(_ slot: Int) -> UInt64 { slots[slot].start }

    func wait(_ slot: Int, for replica: Int) { slots[slot].waiting |= 1 << UInt32(replica) }

    func isWaiting(_ slot: Int, for replica: Int) -> Bool {
        slots[slot].waiting & (1 << UInt32(replica)) != 0
    }

    func answered(_ slot: Int, by replica: Int) { slots[slot].waiting &= ~(1 << UInt32(replica)) }

    /// The replica will not answer any more.
    func spoil(_ slot: Int, _ replica: Int) {
        answered(slot, by: replica)
        slots[slot].isSpoilt = true
    }

    func isSpoilt(_ slot: Int) -> Bool { slots[slot].isSpoilt }

    func isInUse(_ slot: Int) -> Bool { slots[slot].isInUse }

    func isDone(_ slot: Int) -> Bool { slots[slot].waiting == 0 }

    /// The slot of a request that this replica has still to answer; nil when there is none.
    func find(_ sequence: UInt32, from replica: Int) -> Int? {
        for slot in 0..<count
        where slots[slot].isInUse && slots[slot].sequence == sequence
            && isWaiting(slot, for: replica)
        {
            return slot
        }
        return nil
    }
}
