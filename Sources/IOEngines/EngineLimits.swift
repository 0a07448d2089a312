/// What holds for every engine.
enum EngineLimits {
    /// The deepest queue: the kernel's IORING_MAX_ENTRIES.
    static let capacity = 32_768

    static func check(capacity: Int) throws(EngineError) {
        guard 1...Self.capacity ~= capacity else {
            throw .capacity(capacity, limit: Self.capacity)
        }
    }
}

extension IORequest {
    /// The result after which a chain goes on: no error, and not a byte short.
    @inline(__always)
    var fulfilment: Int32 {
        switch operation {
        case .read, .write: Int32(clamping: byteCount)
        case .fdatasync, .fsync: 0
        }
    }

    /// Whether a chain goes on after this result.
    @inline(__always)
    func isFulfilled(by result: Int32) -> Bool { result == fulfilment }
}
