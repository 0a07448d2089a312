import Glibc
import Units

/// A scratch directory that an earlier or another run made.
package struct LeftoverScratch: Sendable, Equatable {
    package let path: String
    /// Who made it; nil when its marker is missing or damaged.
    package let owner: ProcessIdentity?
    /// Whether it may be removed, or the reason it may not.
    package let state: State

    /// What is known about the one who made it.
    package enum State: Sendable, Equatable {
        /// Its marker is whole, it belongs to this user and its process is gone: it may be removed.
        case stale
        /// Its process runs, or nothing proves that it does not.
        case inUse
        /// It belongs to another user.
        case otherUser
        /// It is named like a scratch and its marker is missing or damaged, so it may be anything.
        case unmarked
    }
}

extension ScratchDirectory {
    /// The scratch directories in `directory` that this process does not own.
    ///
    /// Reads only.
    /// - Returns: all that are named like a scratch, stale or not, sorted by path.
    /// - Throws: `SafetyError` when the directory cannot be listed.
    package static func stale(
        in directory: String,
        roots: SystemRoots = SystemRoots()
    ) throws(SafetyError) -> [LeftoverScratch] {
        do throws(SystemCallFailure) {
            let realPath = try Paths.real(directory)
            let parent = try Descriptor(realPath, O_RDONLY | O_DIRECTORY)
            var leftovers: [LeftoverScratch] = []
            for name in try Paths.names(in: parent) where name.hasPrefix(prefix) {
                guard
                    let found = try examine(name, in: parent, parentPath: realPath, roots: roots)
                else { continue }
                leftovers.append(found.leftover)
            }
            return leftovers
        } catch {
            throw .unresolvable(directory, error)
        }
    }

    /// Removes the stale ones and nothing else.
    ///
    /// - Returns: what was removed and what was left, with the reason in its state.
    /// - Throws: `SafetyError` when one that is stale cannot be removed.
    package static func removeStale(
        in directory: String,
        roots: SystemRoots = SystemRoots()
    ) throws(SafetyError) -> (removed: [LeftoverScratch], kept: [LeftoverScratch]) {
        var removed: [LeftoverScratch] = []
        var kept: [LeftoverScratch] = []
        for leftover in try stale(in: directory, roots: roots) {
            if try removeIfStale(leftover, roots: roots) {
                removed.append(leftover)
            } else {
                kept.append(leftover)
            }
        }
        return (removed, kept)
    }

    /// Looks again, with the marker locked for the whole removal, so that nobody can take it over.
    private static func removeIfStale(
        _ leftover: LeftoverScratch,
        roots: SystemRoots
    ) throws(SafetyError) -> Bool {
        let (parentPath, name) = TargetResolver.split(leftover.path)
        let parent = try openParent(parentPath)
        let examined: Examined?
        do throws(SystemCallFailure) {
            examined = try examine(name, in: parent, parentPath: parentPath, roots: roots)
        } catch {
            throw .notRemoved(leftover.path, error)
        }
        guard let examined, examined.leftover.state == .stale, let handles = examined.handles else {
            return false
        }
        ScratchHoldings.release(leftover.path, roots: roots)
        try ScratchRemoval.remove(
            handles.directory,
            named: name,
            from: parent,
            path: leftover.path,
            keepUntilLast: markerName
        )
        return true
    }

    private static func openParent(_ path: String) throws(SafetyError) -> Descriptor {
        do throws(SystemCallFailure) {
            return try Descriptor(path, O_RDONLY | O_DIRECTORY)
        } catch {
            throw .unresolvable(path, error)
        }
    }

    private struct Examined {
        let leftover: LeftoverScratch
        let handles: LockedScratch?
    }

    /// A scratch whose marker this process has locked for the moment.
    private final class LockedScratch {
        let directory: Descriptor
        let marker: Descriptor

        init(directory: consuming Descriptor, marker: consuming Descriptor) {
            self.directory = directory
            self.marker = marker
        }
    }

    /// What one entry is; nil for one that vanished meanwhile.
    private static func examine(
        _ name: String,
        in parent: borrowing Descriptor,
        parentPath: String,
        roots: SystemRoots
    ) throws(SystemCallFailure) -> Examined? {
        let path = (parentPath == "/" ? "" : parentPath) + "/" + name
        func verdict(
            _ state: LeftoverScratch.State,
            _ owner: ProcessIdentity? = nil,
            _ handles: LockedScratch? = nil
        ) -> Examined {
            let leftover = LeftoverScratch(path: path, owner: owner, state: state)
            return Examined(leftover: leftover, handles: handles)
        }
        do throws(SystemCallFailure) {
            let entry = try Paths.status(name, in: parent)
            guard entry.kind == .directory else { return verdict(.unmarked) }
            guard entry.owner == geteuid() else { return verdict(.otherUser) }
            let directory = try Descriptor(name, in: parent, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
            // O_NONBLOCK: what stands there may be a FIFO, which would block the open.
            let marker = try Descriptor(
                markerName,
                in: directory,
                O_RDONLY | O_NOFOLLOW | O_NONBLOCK
            )
            let markerStatus = try marker.status()
            guard markerStatus.kind == .regular, markerStatus.owner == geteuid() else {
                return verdict(.unmarked)
            }
            let block = try marker.read(count: MarkBlock.byteCount, at: 0)
            guard
                let owner = MarkBlock.decode(block, magic: markerMagic, as: ProcessIdentity.self)
            else { return verdict(.unmarked) }
            guard lockIsFree(marker), !owner.mayBeRunning(roots: roots) else {
                return verdict(.inUse, owner)
            }
            return verdict(.stale, owner, LockedScratch(directory: directory, marker: marker))
        } catch {
            switch error.errno {
            // The entry, or its marker while it is being made or removed, is gone.
            case ENOENT:
                return (try? Paths.status(name, in: parent)) == nil ? nil : verdict(.unmarked)
            case ELOOP, ENOTDIR: return verdict(.unmarked)
            default: throw error
            }
        }
    }

    /// Where locks are not supported nothing is proved by them; the pid and the boot decide.
    private static func lockIsFree(_ marker: borrowing Descriptor) -> Bool {
        do throws(SystemCallFailure) {
            return try marker.tryLock()
        } catch {
            return error.errno == ENOLCK || error.errno == EOPNOTSUPP
        }
    }
}
