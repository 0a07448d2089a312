import CLibAIO
import Synchronization

/// What the engine must remember of a request that the kernel has.
struct LibAIORequest {
    var slot: UInt32
    /// The block that follows in the chain, or -1.
    var successor: Int32
    /// The result with which the chain goes on.
    var success: Int32
}

/// The ring in which the kernel leaves libaio's completions, read in user space.
///
/// The context handle is the ring's address; the layout is `struct aio_ring`, which has not changed since 2.6. One
/// thread reads: the engine's own.
/// - Source: fs/aio.c, struct aio_ring; fio's `userspace_reap`.
struct LibAIORing: @unchecked Sendable {
    private static let magic: UInt32 = 0xA10A_10A1
    private static let headerBytes = 32

    private let base: UnsafeMutableRawPointer

    /// Nil where what is there is not such a ring.
    init?(_ context: io_context_t) {
        base = UnsafeMutableRawPointer(context)
        let isKnown =
            base.load(fromByteOffset: 16, as: UInt32.self) == Self.magic
            && base.load(fromByteOffset: 24, as: UInt32.self) == 0
            && base.load(fromByteOffset: 28, as: UInt32.self) == UInt32(Self.headerBytes)
        if !isKnown { return nil }
    }

    private var head: UnsafeMutablePointer<Atomic<UInt32>> {
        (base + 8).assumingMemoryBound(to: Atomic<UInt32>.self)
    }

    private var tail: UnsafeMutablePointer<Atomic<UInt32>> {
        (base + 12).assumingMemoryBound(to: Atomic<UInt32>.self)
    }

    /// Takes completions that are there already; never waits.
    ///
    /// - Returns: How many were written to `events`: 0 ... `limit`.
    func take(into events: UnsafeMutablePointer<io_event>, atMost limit: Int) -> Int {
        let count = base.load(fromByteOffset: 4, as: UInt32.self)
        let entries = (base + Self.headerBytes).assumingMemoryBound(to: io_event.self)
        let end = tail.pointee.load(ordering: .acquiring)
        var next = head.pointee.load(ordering: .relaxed)
        var taken = 0
        while next != end, taken < limit {
            (events + taken).initialize(to: entries[Int(next)])
            taken &+= 1
            next &+= 1
            if next == count { next = 0 }
        }
        if taken > 0 { head.pointee.store(next, ordering: .releasing) }
        return taken
    }
}
