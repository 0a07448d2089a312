/// The slowest operations of one thread, with when, what and where, in fixed memory.
///
/// Owned by the thread that does the I/O. A heap whose root is the fastest operation kept: an operation
/// that is not among the slowest costs one comparison, and nothing is allocated after `init`.
@usableFromInline
package struct SlowestOperations: ~Copyable {
    /// One operation, as the caller described it.
    package struct Entry: Sendable, Equatable {
        package var latencyNanoseconds: UInt64
        /// On the caller's clock.
        package var startNanoseconds: UInt64
        package var offsetBytes: UInt64
        /// The caller's number for the kind of operation.
        package var kind: UInt8

        package init(
            latencyNanoseconds: UInt64,
            startNanoseconds: UInt64,
            offsetBytes: UInt64,
            kind: UInt8
        ) {
            self.latencyNanoseconds = latencyNanoseconds
            self.startNanoseconds = startNanoseconds
            self.offsetBytes = offsetBytes
            self.kind = kind
        }
    }

    private let heap: UnsafeMutablePointer<Entry>
    private var count = 0
    private let floor: UInt64
    /// How many operations are kept at most.
    package let capacity: Int
    /// The smallest latency that is still taken.
    @usableFromInline
    private(set) var entrance: UInt64

    /// An empty table; all its memory is allocated here.
    ///
    /// - Parameters:
    ///   - capacity: how many to keep; anything below 1 keeps one.
    ///   - floor: nanoseconds below which an operation is of no interest.
    package init(capacity: Int = 64, floor: UInt64 = 0) {
        self.capacity = max(1, capacity)
        self.floor = floor
        entrance = floor
        heap = .allocate(capacity: self.capacity)
        let nothing = Entry(latencyNanoseconds: 0, startNanoseconds: 0, offsetBytes: 0, kind: 0)
        // Touched now, so that no page fault falls into a measured I/O.
        heap.initialize(repeating: nothing, count: self.capacity)
    }

    deinit {
        heap.deallocate()
    }

    /// Keeps an operation if it is among the slowest so far; of two equally slow ones the earlier stays.
    ///
    /// Any values are accepted. Nothing is allocated.
    /// - Parameters:
    ///   - latency: nanoseconds.
    ///   - start: when it began, in nanoseconds on the caller's clock.
    ///   - offset: where, in bytes.
    ///   - kind: the caller's number for the kind of operation.
    /// - Complexity: O(1) when not kept, O(log capacity) when kept, which is rare after the first moments.
    @inlinable
    @inline(__always)
    package mutating func record(latency: UInt64, start: UInt64, offset: UInt64, kind: UInt8) {
        guard latency >= entrance else { return }
        insert(latency, start, offset, kind)
    }

    /// Forgets everything; keeps the memory.
    package mutating func reset() {
        count = 0
        entrance = floor
    }

    /// What is kept, slowest first, equally slow ones by their start.
    ///
    /// Allocates; call it after the window.
    package func entries() -> [Entry] {
        UnsafeBufferPointer(start: heap, count: count).sorted(by: Self.isSlower)
    }

    /// The slowest of several threads' entries, slowest first.
    ///
    /// - Parameters:
    ///   - parts: entries in any order.
    ///   - capacity: how many to keep; anything below 1 keeps none.
    /// - Returns: at most `capacity` entries.
    package static func merged(_ parts: [[Entry]], capacity: Int = 64) -> [Entry] {
        Array(parts.joined().sorted(by: isSlower).prefix(max(0, capacity)))
    }

    private static func isSlower(_ one: Entry, _ other: Entry) -> Bool {
        one.latencyNanoseconds != other.latencyNanoseconds
            ? one.latencyNanoseconds > other.latencyNanoseconds
            : one.startNanoseconds < other.startNanoseconds
    }

    @usableFromInline
    @inline(never)
    mutating func insert(_ latency: UInt64, _ start: UInt64, _ offset: UInt64, _ kind: UInt8) {
        let entry = Entry(
            latencyNanoseconds: latency,
            startNanoseconds: start,
            offsetBytes: offset,
            kind: kind
        )
        if count < capacity {
            siftUp(entry, from: count)
            count += 1
        } else {
            siftDown(entry)
        }
        guard count == capacity else { return }
        // A tie with UInt64.max is let in and replaces its equal; there is no larger entrance.
        let fastest = heap[0].latencyNanoseconds
        entrance = max(floor, fastest == .max ? .max : fastest + 1)
    }

    private func siftUp(_ entry: Entry, from end: Int) {
        var hole = end
        while hole > 0 {
            let parent = (hole - 1) / 2
            if heap[parent].latencyNanoseconds <= entry.latencyNanoseconds { break }
            heap[hole] = heap[parent]
            hole = parent
        }
        heap[hole] = entry
    }

    /// Replaces the root.
    private func siftDown(_ entry: Entry) {
        var hole = 0
        while true {
            var child = 2 * hole + 1
            guard child < count else { break }
            if child + 1 < count,
                heap[child + 1].latencyNanoseconds < heap[child].latencyNanoseconds
            {
                child += 1
            }
            if heap[child].latencyNanoseconds >= entry.latencyNanoseconds { break }
            heap[hole] = heap[child]
            hole = child
        }
        heap[hole] = entry
    }
}

// One owner at a time is what `~Copyable` guarantees, and the memory has no other alias.
extension SlowestOperations: @unchecked Sendable {}
