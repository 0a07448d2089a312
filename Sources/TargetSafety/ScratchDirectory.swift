import Glibc
import Units

/// A directory that tbench made inside the user's directory, and the only place there it writes.
///
/// Named `tbench-scratch-XXXXXXXX`, mode 0700, with a marker file that says which process made it. The
/// marker is locked as long as the scratch lives, so another tbench knows it is in use even
/// from another container. It is removed, contents and all, when its owner goes, or by
/// `ScratchRegistry.removeAll` when a signal ends the run.
package struct ScratchDirectory: ~Copyable {
    static let prefix = "tbench-scratch-"
    static let markerName = ".tbench-scratch"
    static let markerMagic = "tbench scratch directory v1"

    /// The absolute path, without symbolic links and without a trailing slash.
    package let path: String
    private let registration: UInt64

    deinit {
        // Nobody is left to tell: a scratch that cannot be removed is found by the next run's
        // `leftovers(in:)`. Callers who want the error call `remove()`.
        try? ScratchRegistry.remove(registration)
    }

    private init(path: String, registration: UInt64) {
        self.path = path
        self.registration = registration
    }

    /// Checks the space and makes the scratch.
    ///
    /// - Parameters:
    ///   - directory: an existing directory.
    ///   - bytes: what the run will write at most; 5 % of it is asked for on top.
    ///   - roots: where /proc is.
    /// - Returns: the scratch, empty but for its marker.
    /// - Throws: `SafetyError`: 66 when too little is free, 77 without permission, 1 otherwise.
    package static func create(
        in directory: String,
        needing bytes: UInt64,
        roots: SystemRoots = SystemRoots()
    ) throws(SafetyError) -> ScratchDirectory {
        try FreeSpace.require(bytes, at: directory)
        do throws(SystemCallFailure) {
            return try make(in: directory, roots: roots)
        } catch {
            throw .scratchNotCreated(directory, error)
        }
    }

    /// Removes the scratch and everything in it.
    ///
    /// - Throws: `SafetyError` naming what could not be removed, or what was not tbench's to remove.
    package consuming func remove() throws(SafetyError) {
        try ScratchRegistry.remove(registration)
    }

    /// What the removal needs, open since the creation so that it works from any mount namespace.
    private final class Handles: Sendable {
        let parent: Descriptor
        let directory: Descriptor
        let marker: Descriptor

        init(
            parent: consuming Descriptor,
            directory: consuming Descriptor,
            marker: consuming Descriptor
        ) {
            self.parent = parent
            self.directory = directory
            self.marker = marker
        }
    }

    private static func make(
        in directory: String,
        roots: SystemRoots
    ) throws(SystemCallFailure) -> ScratchDirectory {
        let realParent = try Paths.real(directory)
        let parent = try Descriptor(realParent, O_RDONLY | O_DIRECTORY)
        let name = try makeUniqueDirectory(in: parent)
        let path = (realParent == "/" ? "" : realParent) + "/" + name
        do throws(SystemCallFailure) {
            let scratch = try Descriptor(name, in: parent, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
            let marker = try Descriptor(
                markerName,
                in: scratch,
                O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW
            )
            do throws(SystemCallFailure) {
                // Without lock support (some network filesystems) the pid and the boot still tell.
                if try !marker.tryLock() {
                    throw SystemCallFailure(call: "flock", errno: EWOULDBLOCK)
                }
            } catch {
                guard error.errno == ENOLCK || error.errno == EOPNOTSUPP else { throw error }
            }
            let identity = ProcessIdentity.current(roots: roots)
            guard let block = MarkBlock.encode(magic: markerMagic, identity) else {
                throw SystemCallFailure(call: "write", errno: EMSGSIZE)
            }
            try marker.write(block, at: 0)
            let handles = Handles(parent: parent, directory: scratch, marker: marker)
            let registration = ScratchRegistry.enter { () throws(SafetyError) in
                try ScratchRemoval.remove(
                    handles.directory,
                    named: name,
                    from: handles.parent,
                    path: path,
                    keepUntilLast: markerName
                )
            }
            return ScratchDirectory(path: path, registration: registration)
        } catch {
            // Ours, made a moment ago, with at most an empty marker in it.
            _ = unlink("\(path)/\(markerName)")
            _ = rmdir(path)
            throw error
        }
    }

    private static func makeUniqueDirectory(
        in parent: borrowing Descriptor
    ) throws(SystemCallFailure) -> String {
        let letters = Array("abcdefghijklmnopqrstuvwxyz234567")
        let number = parent.rawValue
        while true {
            let suffix = (0..<8).map { _ in letters[Int.random(in: 0..<32)] }
            let name = prefix + String(suffix)
            do throws(SystemCallFailure) {
                _ = try retrying("mkdirat") { mkdirat(number, name, 0o700) }
                return name
            } catch {
                if error.errno != EEXIST { throw error }
            }
        }
    }
}
