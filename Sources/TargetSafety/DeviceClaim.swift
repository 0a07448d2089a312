import CLinuxShims
import Glibc
import Units

/// Exclusive use of a block device that holds nothing of value, or whose owner agreed to lose it.
///
/// While it lives nobody can mount, swap to or claim the device, in any namespace. The first and the
/// last MiB belong to tbench's mark; a run writes only to the region between them.
package struct DeviceClaim: ~Copyable {
    /// Kept free at each end of the device: for the mark, and so that what lies there of an old RAID or
    /// partition table can be wiped without touching the region.
    package static let marginBytes: UInt64 = 1 << 20

    /// What was found at the time of the claim.
    package let inspection: DeviceInspection
    private let descriptor: Descriptor

    private init(inspection: DeviceInspection, descriptor: consuming Descriptor) {
        self.inspection = inspection
        self.descriptor = descriptor
    }

    /// The device without symbolic links.
    package var path: String { inspection.realPath }
    /// Open O_RDWR|O_EXCL, and O_DIRECT when asked for; valid as long as this value lives.
    package var fileDescriptor: Int32 { descriptor.rawValue }
    /// Where the region a run may write to begins, in bytes; a multiple of 1 MiB.
    package var regionOffset: UInt64 { Self.marginBytes }
    /// Its length, in bytes; a multiple of 4096.
    package var regionBytes: UInt64 { Self.regionBytes(deviceBytes: inspection.sizeBytes) }

    static func regionBytes(deviceBytes: UInt64) -> UInt64 {
        deviceBytes > 2 * marginBytes ? (deviceBytes - 2 * marginBytes) / 4096 * 4096 : 0
    }

    /// Checks the device and opens it exclusively; nothing is written yet.
    ///
    /// In this order: it is a block device, writable, not mounted, without holders, not swap, not open
    /// elsewhere, large enough; then the exclusive open; then, with the claim held so that nobody can
    /// change the answer, signatures and content. Only the last two yield to `destroyData`.
    /// - Parameters:
    ///   - path: the device or a link to it.
    ///   - destroyData: what the user agreed to lose.
    ///   - minimumBytes: how large the region has to be.
    ///   - direct: open with O_DIRECT.
    ///   - command: how the user calls this, for hints that can be pasted.
    ///   - roots: where /proc and /sys are.
    /// - Returns: the claim, which holds until it is released or goes.
    /// - Throws: `SafetyError`: 77 refused, 66 missing or too small, 64 not a block device or a consent
    ///   that names another device.
    package static func claim(
        _ path: String,
        destroyData: DestroyConsent,
        minimumBytes: UInt64,
        direct: Bool = false,
        command: String = "tbench etcd",
        roots: SystemRoots = SystemRoots()
    ) throws(SafetyError) -> DeviceClaim {
        let first = try inspectSettled(path, roots: roots)
        let consent = try destroyData.covers(first)
        try refuseIfUnusable(first, command: command)
        try requireSize(first, minimumBytes)
        let descriptor = try openExclusively(first, direct: direct)
        let held = try inspect(path, .contentOfClaimed, roots: roots)
        guard held.deviceNumber == first.deviceNumber else { throw .deviceChanged(path) }
        if !consent { try refuseIfInhabited(held, command: command) }
        return DeviceClaim(inspection: held, descriptor: descriptor)
    }

    /// Gives the device back; the mark stays, so that the next run just works.
    ///
    /// - Throws: `SafetyError` when what was written cannot be brought to the device.
    package consuming func release() throws(SafetyError) {
        do throws(SystemCallFailure) {
            try descriptor.sync()
        } catch {
            throw .deviceWriteFailed(path, error)
        }
    }

    /// Opens a device that this process had claimed before, without looking at its content.
    static func reclaim(
        _ inspection: DeviceInspection,
        direct: Bool
    ) throws(SafetyError) -> DeviceClaim {
        let descriptor = try openExclusively(inspection, direct: direct)
        return DeviceClaim(inspection: inspection, descriptor: descriptor)
    }

    private static func openExclusively(
        _ inspection: DeviceInspection,
        direct: Bool
    ) throws(SafetyError) -> Descriptor {
        do throws(SystemCallFailure) {
            let flags = O_RDWR | O_EXCL | (direct ? tbench_O_DIRECT : 0)
            let descriptor = try Descriptor(inspection.realPath, flags)
            guard try descriptor.status().specialDevice == inspection.deviceNumber else {
                throw SystemCallFailure(call: "open", errno: ESTALE)
            }
            return descriptor
        } catch {
            switch error.errno {
            case EBUSY: throw .deviceBusy(inspection)
            case ESTALE: throw .deviceChanged(inspection.path)
            case EROFS: throw .deviceReadOnly(inspection)
            default: throw .deviceUnreadable(inspection.path, error)
            }
        }
    }

    /// Looks at who uses the device, and again for half a second while somebody seems to.
    ///
    /// Device managers and tools such as losetup open every device for a moment; we have seen a claim
    /// refused because of one that was gone a millisecond later.
    private static func inspectSettled(
        _ path: String,
        roots: SystemRoots
    ) throws(SafetyError) -> DeviceInspection {
        var found = try inspect(path, .use, roots: roots)
        for _ in 0..<5 {
            let explained = !found.mountedAt.isEmpty || !found.holders.isEmpty || found.swap
            if explained || !(found.busy || !found.openers.isEmpty) { break }
            usleep(100_000)
            found = try inspect(path, .use, roots: roots)
        }
        return found
    }

    /// What no consent can overrule: somebody is using the device at this moment.
    private static func refuseIfUnusable(
        _ found: DeviceInspection,
        command: String
    ) throws(SafetyError) {
        if found.readOnly { throw .deviceReadOnly(found) }
        if !found.mountedAt.isEmpty { throw .deviceMounted(found, command: command) }
        if !found.holders.isEmpty { throw .deviceHeld(found) }
        if found.swap { throw .deviceIsSwap(found) }
        if found.busy { throw .deviceBusy(found) }
        if let opener = found.openers.first { throw .deviceOpen(found, by: opener) }
    }

    private static func requireSize(
        _ found: DeviceInspection,
        _ minimumBytes: UInt64
    ) throws(SafetyError) {
        let region = regionBytes(deviceBytes: found.sizeBytes)
        guard region > 0, region >= minimumBytes else {
            throw .deviceTooSmall(found, needed: minimumBytes + 2 * marginBytes)
        }
    }

    private static func refuseIfInhabited(
        _ found: DeviceInspection,
        command: String
    ) throws(SafetyError) {
        switch found.content {
        case .unknownData(let offset):
            throw .deviceHasData(found, offset: offset, command: command)
        case .blank, .owned:
            // Partitions the kernel still knows after their table went are somebody's until it forgets.
            if !found.partitions.isEmpty { throw .devicePartitioned(found, command: command) }
        }
    }
}
