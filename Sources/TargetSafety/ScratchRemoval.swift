import CLinuxShims
import Glibc
import Units

/// Removes what is inside one directory and nothing else.
///
/// Every step is relative to an open directory, so no path can be swapped underneath it. Links are not
/// followed, mounts not entered, and only regular files, directories and sockets are removed: anything else
/// is not tbench's and stays, which makes the removal fail with its name.
enum ScratchRemoval {
    /// Removes the contents of `directory`, then the directory `name` itself from `parent`.
    ///
    /// `path` is for messages only. `keepUntilLast` goes after everything else, so that an interrupted
    /// removal can still be recognised as a scratch and resumed.
    /// - Throws: `SafetyError` naming the entry that could not be, or was not to be, removed.
    static func remove(
        _ directory: borrowing Descriptor,
        named name: String,
        from parent: borrowing Descriptor,
        path: String,
        keepUntilLast: String
    ) throws(SafetyError) {
        do throws(SystemCallFailure) {
            let inside = try directory.status()
            let named = try Paths.status(name, in: parent)
            guard named.kind == .directory, inside.isSameFile(as: named) else {
                throw SystemCallFailure(call: "fstatat", errno: ESTALE)
            }
        } catch {
            // Somebody removed it first, which is what was wanted.
            if error.errno == ENOENT { return }
            throw .notRemoved(path, error)
        }
        // Workers may still create files while a signal ends the run; three passes outlast them.
        for pass in 1... {
            try removeContents(of: directory, path: path, depth: 0, keeping: keepUntilLast)
            do throws(SystemCallFailure) {
                try unlink(keepUntilLast, in: directory, flags: 0)
                try unlink(name, in: parent, flags: AT_REMOVEDIR)
                return
            } catch {
                guard error.errno == ENOTEMPTY, pass < 3 else { throw .notRemoved(path, error) }
            }
        }
    }

    private static func removeContents(
        of directory: borrowing Descriptor,
        path: String,
        depth: Int,
        keeping kept: String?
    ) throws(SafetyError) {
        // tbench nests three deep; the bound keeps a hostile tree from exhausting descriptors.
        guard depth < 32 else { throw .foreignEntry(path, "a directory nested too deeply") }
        let names = try describing(path) { () throws(SystemCallFailure) in
            try Paths.names(in: directory)
        }
        // Everything of ours goes; the first thing that is not is reported at the end.
        var failure: SafetyError?
        for name in names where name != kept {
            do throws(SafetyError) {
                try removeEntry(name, in: directory, path: "\(path)/\(name)", depth: depth)
            } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
    }

    private static func removeEntry(
        _ name: String,
        in directory: borrowing Descriptor,
        path: String,
        depth: Int
    ) throws(SafetyError) {
        let kind: FileStatus.Kind
        do throws(SystemCallFailure) {
            kind = try Paths.status(name, in: directory).kind
        } catch {
            if error.errno == ENOENT { return }
            throw .notRemoved(path, error)
        }
        switch kind {
        case .regular, .socket:
            try unlinkReporting(name, in: directory, path: path, flags: 0)
        case .directory:
            let inner = try openDirectory(name, in: directory, path: path)
            try removeContents(of: inner, path: path, depth: depth + 1, keeping: nil)
            try unlinkReporting(name, in: directory, path: path, flags: AT_REMOVEDIR)
        case .link: throw .foreignEntry(path, "a symbolic link")
        case .blockDevice, .characterDevice: throw .foreignEntry(path, "a device node")
        case .fifo: throw .foreignEntry(path, "a FIFO")
        }
    }

    private static func openDirectory(
        _ name: String,
        in directory: borrowing Descriptor,
        path: String
    ) throws(SafetyError) -> Descriptor {
        do throws(SystemCallFailure) {
            return try openBeneath(name, in: directory)
        } catch {
            if error.errno == EXDEV { throw .foreignEntry(path, "a mount point") }
            throw .notRemoved(path, error)
        }
    }

    /// Opens a subdirectory, refusing links and mount points; EXDEV for the latter.
    private static func openBeneath(
        _ name: String,
        in directory: borrowing Descriptor
    ) throws(SystemCallFailure) -> Descriptor {
        let number = directory.rawValue
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
        do throws(SystemCallFailure) {
            return Descriptor(
                owning: try retrying("openat2") { tbench_safety_open_beneath(number, name, flags) }
            )
        } catch {
            // Before Linux 5.6, or where seccomp does not know the call: compare devices, which sees
            // every mount but a bind mount of the same filesystem.
            guard error.errno == ENOSYS || error.errno == EPERM else { throw error }
        }
        let inner = try Descriptor(name, in: directory, flags)
        guard try inner.status().device == directory.status().device else {
            throw SystemCallFailure(call: "openat", errno: EXDEV)
        }
        return inner
    }

    private static func unlinkReporting(
        _ name: String,
        in directory: borrowing Descriptor,
        path: String,
        flags: Int32
    ) throws(SafetyError) {
        do throws(SystemCallFailure) {
            try unlink(name, in: directory, flags: flags)
        } catch {
            // A worker may have put a file into a directory just emptied; the next pass takes it.
            if flags == AT_REMOVEDIR, error.errno == ENOTEMPTY { return }
            throw .notRemoved(path, error)
        }
    }

    /// Unlinks a name; one that is already gone is fine.
    static func unlink(
        _ name: String,
        in directory: borrowing Descriptor,
        flags: Int32
    ) throws(SystemCallFailure) {
        let number = directory.rawValue
        do throws(SystemCallFailure) {
            _ = try retrying("unlinkat") { unlinkat(number, name, flags) }
        } catch {
            if error.errno != ENOENT { throw error }
        }
    }

    private static func describing<Result>(
        _ path: String,
        _ body: () throws(SystemCallFailure) -> Result
    ) throws(SafetyError) -> Result {
        do throws(SystemCallFailure) {
            return try body()
        } catch {
            throw .notRemoved(path, error)
        }
    }
}
