import Units

/// The check that a run will fit.
enum FreeSpace {
    /// Asks for `bytes` and 5 % more, because the filesystem needs room for its own metadata.
    ///
    /// - Throws: `SafetyError`, 66, with what is free and what is needed.
    static func require(_ bytes: UInt64, at path: String) throws(SafetyError) {
        let free: (bytes: UInt64, inodes: UInt64?)
        do throws(SystemCallFailure) {
            free = try Paths.freeSpace(path)
        } catch {
            throw .scratchNotCreated(path, error)
        }
        let reserve = bytes / 20
        guard free.bytes >= bytes, free.bytes - bytes >= reserve else {
            throw .notEnoughSpace(path, needed: bytes, reserve: reserve, free: free.bytes)
        }
        if free.inodes == 0 { throw .noFreeInodes(path) }
    }
}
