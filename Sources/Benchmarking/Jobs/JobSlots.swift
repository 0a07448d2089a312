import IOEngines

/// One I/O in flight.
struct JobSlot {
    enum Kind: UInt8 {
        case read, write, sync
    }

    /// Just before it was handed to the kernel.
    var submitted: UInt64 = 0
    /// When an open loop meant to begin it; 0 in a closed loop.
    var intended: UInt64 = 0
    var offset: Int64 = 0
    var byteCount: Int32 = 0
    var kind = Kind.read
}

/// The slots of a queue depth with a buffer each, in fixed memory.
///
/// Belongs to one thread. Taking and giving back cost two loads and a store.
struct JobSlots: ~Copyable {
    let depth: Int
    /// The bytes that every slot's buffer has.
    let blockBytes: Int
    private let slots: UnsafeMutablePointer<JobSlot>
    private let free: UnsafeMutablePointer<UInt32>
    private var freeCount: Int
    private let buffers: AlignedBuffer
    private let stride: Int

    /// - Throws: `EngineError` when there is no memory for so many blocks.
    init(depth: Int, blockBytes: Int) throws(EngineError) {
        let stride = (blockBytes + 4095) / 4096 * 4096
        let buffers = try AlignedBuffer(byteCount: stride * depth, alignment: 4096)
        self.stride = stride
        self.buffers = buffers
        self.depth = depth
        self.blockBytes = blockBytes
        slots = .allocate(capacity: depth)
        slots.initialize(repeating: JobSlot(), count: depth)
        free = .allocate(capacity: depth)
        for index in 0..<depth {
            (free + index).initialize(to: UInt32(truncatingIfNeeded: depth - 1 - index))
        }
        freeCount = depth
    }

    deinit {
        slots.deallocate()
        free.deallocate()
    }

    var hasFree: Bool { freeCount > 0 }
    var inUse: Int { depth &- freeCount }

    /// Takes a free slot; there must be one.
    @inline(__always)
    mutating func take() -> UInt32 {
        freeCount &-= 1
        return free[freeCount]
    }

    /// Gives a slot back.
    @inline(__always)
    mutating func give(_ slot: UInt32) {
        free[freeCount] = slot
        freeCount &+= 1
    }

    @inline(__always)
    subscript(slot: UInt32) -> JobSlot {
        get { slots[Int(slot)] }
        nonmutating set { slots[Int(slot)] = newValue }
    }

    /// Notes when a slot was handed over.
    @inline(__always)
    func stamp(_ slot: UInt32, _ now: UInt64) { slots[Int(slot)].submitted = now }

    /// The buffer of a slot, aligned to 4096.
    @inline(__always)
    func buffer(_ slot: UInt32) -> UnsafeMutableRawPointer {
        buffers.pointer + Int(slot) &* stride
    }

    /// The buffers of all slots.
    var memory: UnsafeMutableRawBufferPointer { buffers.mutableBytes }

    /// The buffer of a slot as bytes.
    func bytes(_ slot: UInt32, count: Int) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(start: buffer(slot), count: count)
    }
}
