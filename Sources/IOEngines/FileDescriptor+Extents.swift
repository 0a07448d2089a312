import CLinuxShims
import Glibc

extension FileDescriptor {
    /// Asks the filesystem where a range lies, dirty pages written back first.
    ///
    /// - Parameters:
    ///   - offset: in bytes.
    ///   - length: in bytes, above 0.
    /// - Returns: true when some of the range is allocated, false when all of it is a hole.
    /// - Throws: `EngineError`; its `cause` is EOPNOTSUPP or ENOTTY where the filesystem has no FIEMAP.
    /// - Source: Linux, Documentation/filesystems/fiemap.rst; one extent and FIEMAP_FLAG_SYNC, as Longhorn's replica asks.
    package borrowing func hasExtent(offset: Int64, length: Int64) throws(EngineError) -> Bool {
        let number = rawValue
        var mapped: UInt32 = 0
        let result = retryingInterrupts {
            tbench_first_extent(number, UInt64(offset), UInt64(length), &mapped)
        }
        if case .failure(let failure) = result { throw .transfer("fiemap", path, failure) }
        return mapped > 0
    }
}
