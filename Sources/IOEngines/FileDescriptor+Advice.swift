import Glibc

extension FileDescriptor {
    /// Drops the file's clean pages from the page cache, so that the next read goes to the disk.
    ///
    /// Advice only: pages that others have mapped stay. Write back first with `fsync`.
    /// - Throws: `EngineError` when the kernel refuses, as it does for pipes.
    /// - Source: posix_fadvise(2), POSIX_FADV_DONTNEED.
    package borrowing func adviseDontNeed() throws(EngineError) {
        let code = posix_fadvise(rawValue, 0, 0, POSIX_FADV_DONTNEED)
        guard code == 0 else { throw .transfer("posix_fadvise", path, Errno(code: code)) }
    }
}
