import Glibc

/// Memory for I/O, aligned as O_DIRECT demands, zeroed and resident; freed when it goes out of scope.
package struct AlignedBuffer: ~Copyable, @unchecked Sendable {
    /// The first byte.
    package let pointer: UnsafeMutableRawPointer
    /// Its length in bytes.
    package let byteCount: Int

    /// Allocates and touches the memory, so that no page fault falls into a measurement.
    ///
    /// - Parameters:
    ///   - byteCount: at least 1.
    ///   - alignment: in bytes, a power of two and at least 8; 4096 suits every disk.
    /// - Throws: `EngineError` when there is not that much memory.
    /// - Source: posix_memalign(3).
    package init(byteCount: Int, alignment: Int = 4096) throws(EngineError) {
        precondition(alignment >= 8 && alignment & (alignment - 1) == 0)
        guard byteCount > 0 else { throw .memory(byteCount, Errno(code: EINVAL)) }
        var memory: UnsafeMutableRawPointer?
        let code = posix_memalign(&memory, alignment, byteCount)
        guard code == 0, let memory else { throw .memory(byteCount, Errno(code: code)) }
        memset(memory, 0, byteCount)
        self.pointer = memory
        self.byteCount = byteCount
    }

    deinit { free(pointer) }

    /// The bytes, to read from; valid as long as this value lives.
    package var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: pointer, count: byteCount)
    }

    /// The bytes, to write to; valid as long as this value lives.
    package var mutableBytes: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(start: pointer, count: byteCount)
    }
}
