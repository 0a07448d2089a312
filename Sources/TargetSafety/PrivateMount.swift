import CLinuxShims
import FoundationEssentials
import Glibc
import Units

/// A filesystem of tbench's own on a claimed device, mounted where only this process sees it.
///
/// `mount` takes a claim and `unmount` gives one back: in between, the mount itself is what keeps
/// everybody else off the device. The calling thread gets a mount namespace of its own; only it and
/// threads it starts afterwards see the mount, so call it before the workers start. If the process
/// dies, the kernel unmounts; the mark at the end of the device still names the filesystem by UUID, so
/// that the next run knows the device for its own.
package struct PrivateMount: ~Copyable {
    /// The mounted filesystem's root directory.
    package let path: String
    package let filesystem: ScratchFilesystem
    private let session: Session
    private let registration: UInt64

    deinit {
        // Nobody is left to tell; the next run finds its own filesystem and takes it over.
        try? ScratchRegistry.remove(registration)
    }

    private init(session: Session, registration: UInt64) {
        path = session.mountPoint
        filesystem = session.filesystem
        self.session = session
        self.registration = registration
    }

    /// Formats the claimed device and mounts it.
    ///
    /// - Parameters:
    ///   - claim: is used up; on an error the device is given back, marked.
    ///   - filesystem: what to make; the device's last MiB stays outside it.
    ///   - roots: where /proc is.
    /// - Returns: the mount, visible to this thread and those it starts.
    /// - Throws: `SafetyError`: 69 when mkfs or the kernel's filesystem is missing, 77 without the right to
    ///   mount, 66 when the device is too small, 1 otherwise.
    package static func mount(
        _ claim: consuming DeviceClaim,
        filesystem: ScratchFilesystem,
        roots: SystemRoots = SystemRoots()
    ) throws(SafetyError) -> PrivateMount {
        let inspection = claim.inspection
        guard claim.regionBytes >= filesystem.minimumBytes else {
            throw .deviceTooSmall(
                inspection,
                needed: filesystem.minimumBytes + 2 * DeviceClaim.marginBytes
            )
        }
        let mark = ScratchMark.Filesystem(
            type: filesystem.rawValue,
            uuid: UUID().uuidString.lowercased()
        )
        let unowned = inspection.content != .owned || !inspection.signatures.isEmpty
        try claim.writeMark(filesystem: mark, wiping: unowned)
        // mkfs and mount each claim the device for themselves.
        try claim.release()
        let session: Session
        do throws(SafetyError) {
            let bytes = inspection.sizeBytes - DeviceClaim.marginBytes
            try filesystem.make(on: inspection.realPath, bytes: bytes, uuid: mark.uuid)
            session = try Session.start(inspection, filesystem, roots: roots)
        } catch {
            try restoreMark(inspection, after: error)
            throw error
        }
        let registration = ScratchRegistry.enter { () throws(SafetyError) in
            try session.endFromAnyThread()
        }
        return PrivateMount(session: session, registration: registration)
    }

    /// Unmounts, wipes the filesystem and claims the device again.
    ///
    /// - Parameter direct: open the device with O_DIRECT.
    /// - Returns: the claim, with the device marked.
    /// - Throws: `SafetyError` when something still has a file open there, or the device cannot be marked.
    package consuming func unmount(direct: Bool = false) throws(SafetyError) -> DeviceClaim {
        let inspection = session.inspection
        try ScratchRegistry.remove(registration)
        return try DeviceClaim.reclaim(inspection, direct: direct)
    }

    /// Leaves a device that could not be formatted or mounted as a marked one.
    private static func restoreMark(
        _ inspection: DeviceInspection,
        after failure: SafetyError
    ) throws(SafetyError) {
        do throws(SafetyError) {
            let claim = try DeviceClaim.reclaim(inspection, direct: false)
            try claim.writeMark(filesystem: nil, wiping: true)
            try claim.release()
        } catch {
            throw failure.adding("; afterwards: \(error.reason)")
        }
    }
}

extension PrivateMount {
    /// The mount and what it takes to end it, from any thread.
    final class Session: Sendable {
        let inspection: DeviceInspection
        let filesystem: ScratchFilesystem
        let mountPoint: String
        /// The mount namespace; nil where /proc is missing, and then only its own threads can unmount.
        private let namespace: Descriptor?

        private init(
            _ inspection: DeviceInspection,
            _ filesystem: ScratchFilesystem,
            mountPoint: String,
            namespace: consuming Descriptor?
        ) {
            self.inspection = inspection
            self.filesystem = filesystem
            self.mountPoint = mountPoint
            self.namespace = namespace
        }

        static func start(
            _ inspection: DeviceInspection,
            _ filesystem: ScratchFilesystem,
            roots: SystemRoots
        ) throws(SafetyError) -> Session {
            let mountPoint = try makeMountPoint()
            do throws(SystemCallFailure) {
                _ = try retrying("unshare") { tbench_safety_unshare_mounts() }
                // Otherwise the mount would travel to every namespace that shares with this one.
                _ = try retrying("mount") { tbench_safety_make_mounts_private() }
                _ = try retrying("mount") {
                    tbench_safety_mount(inspection.realPath, mountPoint, filesystem.rawValue)
                }
            } catch {
                rmdir(mountPoint)
                throw .mountFailed(inspection.path, filesystem, error)
            }
            let namespace = try? Descriptor("\(roots.proc)/thread-self/ns/mnt", O_RDONLY)
            return Session(inspection, filesystem, mountPoint: mountPoint, namespace: namespace)
        }

        /// Ends the mount in a thread of its own that enters the namespace first.
        ///
        /// The thread that receives signals was started before the namespace was made.
        func endFromAnyThread() throws(SafetyError) {
            let outcome = Outcome()
            let body: @Sendable () -> Void = {
                outcome.run { () throws(SafetyError) in try self.end() }
            }
            do throws(SystemCallFailure) {
                try OneShotThread.run(body)
            } catch {
                throw .unmountFailed(mountPoint, error)
            }
            try outcome.get()
        }

        private func end() throws(SafetyError) {
            do throws(SystemCallFailure) {
                try enterNamespace()
                _ = try retrying("umount2") { tbench_safety_unmount(mountPoint, 0) }
            } catch {
                throw .unmountFailed(mountPoint, error)
            }
            // At worst an empty directory stays in /tmp, which is not worth failing a run for.
            rmdir(mountPoint)
            let claim = try DeviceClaim.reclaim(inspection, direct: false)
            try claim.writeMark(filesystem: nil, wiping: true)
            try claim.release()
        }

        private func enterNamespace() throws(SystemCallFailure) {
            guard let number = namespaceNumber else { return }
            _ = try retrying("unshare") { tbench_safety_unshare_fs() }
            _ = try retrying("setns") { tbench_safety_join_mounts(number) }
        }

        private var namespaceNumber: Int32? {
            switch namespace {
            case .some(let descriptor): descriptor.rawValue
            case .none: nil
            }
        }

        private static func makeMountPoint() throws(SafetyError) -> String {
            let named = getenv("TMPDIR").map { String(cString: $0) }
            var failure = SystemCallFailure(call: "mkdir", errno: ENOENT)
            // A container made from scratch has no /tmp.
            for root in [named, "/tmp", "/run", "/dev/shm", "."].compactMap({ $0 }) {
                do throws(SystemCallFailure) {
                    let parent = try Paths.real(root)
                    let path = "\(parent)/tbench-mount-\(UUID().uuidString.prefix(8))"
                    _ = try retrying("mkdir") { mkdir(path, 0o700) }
                    return path
                } catch {
                    failure = error
                }
            }
            throw .noMountPoint(failure)
        }
    }
}
