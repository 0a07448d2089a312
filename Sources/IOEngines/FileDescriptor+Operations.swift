import CLinuxShims
import Glibc

extension FileDescriptor {
    /// Writes all the bytes, going on after short writes.
    ///
    /// A short write on a full disk goes on and so surfaces as ENOSPC.
    /// - Parameters:
    ///   - bytes: what to write.
    ///   - offset: in bytes; nil writes at the file's own position and advances it.
    /// - Returns: `bytes.count`; less only where the kernel takes no more and gives no reason.
    /// - Throws: `EngineError`; some of the bytes may have been written.
    /// - Source: write(2), pwrite(2).
    @discardableResult
    package borrowing func write(
        _ bytes: UnsafeRawBufferPointer,
        at offset: Int64? = nil
    ) throws(EngineError) -> Int {
        let number = rawValue
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let moved = retryingInterrupts {
                if let offset {
                    pwrite(number, rest.baseAddress, rest.count, Int(offset) + done)
                } else {
                    Glibc.write(number, rest.baseAddress, rest.count)
                }
            }
            switch moved {
            case .success(0): return done
            case .success(let count): done += count
            case .failure(let failure): throw .transfer("write", path, failure)
            }
        }
        return done
    }

    /// Reads until the buffer is full or the file ends.
    ///
    /// - Parameters:
    ///   - buffer: where the bytes go.
    ///   - offset: in bytes; nil reads at the file's own position and advances it.
    /// - Returns: The bytes read: 0 ... `buffer.count`, less only at the end of the file.
    /// - Throws: `EngineError` when any part cannot be read.
    /// - Source: read(2), pread(2).
    package borrowing func read(
        into buffer: UnsafeMutableRawBufferPointer,
        at offset: Int64? = nil
    ) throws(EngineError) -> Int {
        let number = rawValue
        var done = 0
        while done < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
            let moved = retryingInterrupts {
                if let offset {
                    pread(number, rest.baseAddress, rest.count, Int(offset) + done)
                } else {
                    Glibc.read(number, rest.baseAddress, rest.count)
                }
            }
            switch moved {
            case .success(0): return done
            case .success(let count): done += count
            case .failure(let failure): throw .transfer("read", path, failure)
            }
        }
        return done
    }

    /// Waits until the data is durable, and what is needed to find it again.
    ///
    /// - Source: fdatasync(2).
    package borrowing func fdatasync() throws(EngineError) {
        let number = rawValue
        if case .failure(let failure) = retryingInterrupts({ Glibc.fdatasync(number) }) {
            throw .transfer("fdatasync", path, failure)
        }
    }

    /// Waits until data and metadata are durable.
    ///
    /// - Source: fsync(2).
    package borrowing func fsync() throws(EngineError) {
        let number = rawValue
        if case .failure(let failure) = retryingInterrupts({ Glibc.fsync(number) }) {
            throw .transfer("fsync", path, failure)
        }
    }

    /// Reserves space and extends the file to `offset + length`, as etcd does with its WAL.
    ///
    /// The space reads as zeroes. Not emulated by writing where the filesystem cannot do it.
    /// - Throws: `EngineError`; its `cause` is EOPNOTSUPP where the filesystem cannot.
    /// - Source: fallocate(2) with mode 0.
    package borrowing func allocate(offset: Int64, length: Int64) throws(EngineError) {
        let number = rawValue
        let result = retryingInterrupts { tbench_fallocate(number, 0, Int(offset), Int(length)) }
        if case .failure(let failure) = result { throw .transfer("fallocate", path, failure) }
    }

    /// Gives the space of a range back; it reads as zeros, and the file keeps its length.
    ///
    /// - Throws: `EngineError`; its `cause` is EOPNOTSUPP where the filesystem cannot.
    /// - Source: fallocate(2), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE.
    package borrowing func punchHole(offset: Int64, length: Int64) throws(EngineError) {
        let number = rawValue
        let mode: Int32 = 0x02 | 0x01
        let result = retryingInterrupts { tbench_fallocate(number, mode, Int(offset), Int(length)) }
        if case .failure(let failure) = result { throw .transfer("fallocate", path, failure) }
    }

    /// Makes the file exactly this long; a longer one is extended by a hole.
    ///
    /// - Source: ftruncate(2).
    package borrowing func truncate(to byteCount: Int64) throws(EngineError) {
        let number = rawValue
        let result = retryingInterrupts { ftruncate(number, Int(byteCount)) }
        if case .failure(let failure) = result { throw .transfer("ftruncate", path, failure) }
    }

    /// The length in bytes of a file or block device; leaves the position alone.
    ///
    /// - Source: fstat(2); lseek(2) with SEEK_END for block devices, whose st_size is 0.
    package borrowing func size() throws(EngineError) -> Int64 {
        var status = stat()
        guard fstat(rawValue, &status) == 0 else { throw .transfer("fstat", path, .last) }
        if status.st_mode & S_IFMT != S_IFBLK { return Int64(status.st_size) }
        let before = try seek(to: 0, from: .current)
        let end = try seek(to: 0, from: .end)
        _ = try seek(to: before)
        return end
    }

    /// Where a `seek` counts from.
    package enum SeekOrigin: Sendable {
        case start
        case current
        case end
    }

    /// Moves the file's own position.
    ///
    /// - Returns: The new position in bytes from the start.
    /// - Source: lseek(2).
    @discardableResult
    package borrowing func seek(
        to offset: Int64,
        from origin: SeekOrigin = .start
    ) throws(EngineError) -> Int64 {
        let whence =
            switch origin {
            case .start: SEEK_SET
            case .current: SEEK_CUR
            case .end: SEEK_END
            }
        let position = lseek(rawValue, Int(offset), whence)
        guard position >= 0 else { throw .transfer("lseek", path, .last) }
        return Int64(position)
    }

    /// Takes an exclusive advisory lock, held until the last copy of the descriptor is closed.
    ///
    /// - Returns: false when somebody else holds it; never waits.
    /// - Source: flock(2) with LOCK_EX | LOCK_NB.
    package borrowing func lock() throws(EngineError) -> Bool {
        let number = rawValue
        switch retryingInterrupts({ flock(number, LOCK_EX | LOCK_NB) }) {
        case .success: return true
        case .failure(Errno(code: EWOULDBLOCK)): return false
        case .failure(let failure): throw .transfer("flock", path, failure)
        }
    }
}
