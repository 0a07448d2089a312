/// Completions that wait to be reaped, oldest first, in memory allocated once.
struct CompletionRing: ~Copyable {
    private let storage: UnsafeMutablePointer<IOCompletion>
    private let capacity: Int
    private var head = 0
    private(set) var count = 0

    init(capacity: Int) {
        self.storage = .allocate(capacity: capacity)
        self.capacity = capacity
    }

    deinit { storage.deallocate() }

    /// Adds one at the end; its engine never holds more completions than it has capacity.
    mutating func append(_ completion: IOCompletion) {
        precondition(count < capacity)
        var index = head &+ count
        if index >= capacity { index &-= capacity }
        (storage + index).initialize(to: completion)
        count &+= 1
    }

    /// Takes the oldest, or nil when there is none.
    mutating func popFirst() -> IOCompletion? {
        if count == 0 { return nil }
        let completion = storage[head]
        head &+= 1
        if head == capacity { head = 0 }
        count &-= 1
        return completion
    }

    /// Moves as many as fit to `destination`, from index `start` on.
    ///
    /// - Returns: The index after the last one written.
    mutating func move(
        to destination: UnsafeMutableBufferPointer<IOCompletion>,
        from start: Int
    ) -> Int {
        var index = start
        while index < destination.count, let completion = popFirst() {
            destination[index] = completion
            index &+= 1
        }
        return index
    }

    mutating func removeAll() {
        head = 0
        count = 0
    }
}
