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
    /// Whether a chain goes on after this result: no error, and not a byte short.
    @inline(__always)
    func isFulfilled(by result: Int32) -> Bool {
        switch operation {
        case .read, .write: Int(result) == byteCount
        case .fdatasync, .fsync: result >= 0
        }
    }
}
