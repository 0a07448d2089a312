import CLinuxShims
import Glibc
import Units

/// Everything that decides whether a block device may be written to.
package struct DeviceInspection: Sendable, Equatable {
    /// The path as given, and without symbolic links.
    package let path: String
    package let realPath: String
    /// The kernel's device number, as in `st_rdev`.
    package let deviceNumber: UInt64
    package let sizeBytes: UInt64
    /// The smallest unit of direct I/O, in bytes.
    package let logicalBlockBytes: Int
    package let readOnly: Bool
    /// Where it or one of its partitions is mounted.
    package let mountedAt: [String]
    /// Kernel names of what is built on it: "dm-0", "md127".
    package let holders: [String]
    /// Kernel names of its partitions.
    package let partitions: [String]
    /// It or one of its partitions is swapped to.
    package let swap: Bool
    /// An exclusive open fails: something in the kernel or another program claims it.
    package let busy: Bool
    /// Other processes that have it open for writing, as far as they can be seen.
    package let openers: [DeviceOpener]
    package let signatures: [Signature]
    package let content: DeviceContent
    /// tbench's own mark, when it is there and whole.
    package let mark: ScratchMark?
    /// Serial numbers that `--destroy-data` may name.
    package let serials: [String]
    /// What could not be found out, and why; each is a sentence fragment for the record.
    package let unknown: [String]
}

/// What is on a device.
package enum DeviceContent: Sendable, Equatable {
    /// No signature, and nothing but zeros or 0xFF wherever it was sampled.
    case blank
    /// tbench's own scratch.
    case owned
    /// Somebody's data: a signature, or bytes that are not blank, first seen at this offset if known.
    case unknownData(offset: UInt64?)
}

extension DeviceClaim {
    /// Looks at a block device without writing to it.
    ///
    /// - Parameters:
    ///   - path: the device or a link to it.
    ///   - roots: where /proc and /sys are; what is missing there is listed in `unknown`.
    /// - Returns: what was found.
    /// - Throws: `SafetyError`: 66 when it is not there or has no medium, 64 when it is no block device,
    ///   77 without permission, 1 when it cannot be read.
    package static func inspect(
        _ path: String,
        roots: SystemRoots = SystemRoots()
    ) throws(SafetyError) -> DeviceInspection {
        try inspect(path, .all, roots: roots)
    }

    /// How much of an inspection is made.
    enum Depth {
        /// Who uses the device; its content is not read.
        case use
        /// What is on it, by a process that has claimed it and so need not ask whether it is free.
        case contentOfClaimed
        case all
    }

    static func inspect(
        _ path: String,
        _ depth: Depth,
        roots: SystemRoots
    ) throws(SafetyError) -> DeviceInspection {
        let target = try TargetResolver.resolve(path)
        guard target.kind == .blockDevice else { throw .notABlockDevice(path, target.kind) }
        do throws(SystemCallFailure) {
            let descriptor = try Descriptor(target.realPath, O_RDONLY | O_NONBLOCK)
            return try inspect(target, descriptor, depth, roots: roots)
        } catch {
            throw .deviceUnreadable(path, error)
        }
    }

    private static func inspect(
        _ target: ResolvedTarget,
        _ descriptor: borrowing Descriptor,
        _ depth: Depth,
        roots: SystemRoots
    ) throws(SystemCallFailure) -> DeviceInspection {
        let status = try descriptor.status()
        let device = status.specialDevice
        var unknown: [String] = []
        var kernel: KernelDevice?
        do throws(SystemCallFailure) {
            kernel = try KernelDevice.read(device, roots: roots)
        } catch {
            unknown.append(
                "holders, partitions: cannot read \(roots.sys)/dev/block (\(error.description))"
            )
        }
        let numbers = Set(
            [KernelDevice.numberText(device)]
                + (kernel?.partitions.map(\.deviceNumber) ?? [])
        )
        let mounts = MountTable.read(roots: roots)
        unknown += mounts.unknown
        var swap = false
        do throws(SystemCallFailure) {
            swap = try SwapTable.uses(numbers, path: target.realPath, roots: roots)
        } catch {
            unknown.append("swap: cannot read \(roots.proc)/swaps (\(error.description))")
        }
        let size = try sizeBytes(of: descriptor)
        let content =
            depth == .use
            ? DeviceContents(signatures: [], content: .unknownData(offset: nil), mark: nil)
            : try DeviceContents.read(descriptor, sizeBytes: size)
        return DeviceInspection(
            path: target.path,
            realPath: target.realPath,
            deviceNumber: device,
            sizeBytes: size,
            logicalBlockBytes: try logicalBlockBytes(of: descriptor),
            readOnly: try isReadOnly(descriptor) || kernel?.readOnly ?? false,
            mountedAt: mounts.table.mountPoints(ofDevices: numbers, path: target.realPath),
            holders: kernel?.holders ?? [],
            partitions: kernel?.partitions.map(\.name) ?? [],
            swap: swap,
            busy: depth == .contentOfClaimed ? false : try isBusy(target.realPath),
            openers: DeviceOpeners.find(device, roots: roots),
            signatures: content.signatures,
            content: content.content,
            mark: content.mark,
            serials: kernel?.serials ?? [],
            unknown: unknown
        )
    }

    private static func sizeBytes(
        of descriptor: borrowing Descriptor
    ) throws(SystemCallFailure) -> UInt64 {
        var bytes: UInt64 = 0
        let number = descriptor.rawValue
        _ = try retrying("ioctl BLKGETSIZE64") { tbench_safety_device_size(number, &bytes) }
        return bytes
    }

    private static func logicalBlockBytes(
        of descriptor: borrowing Descriptor
    ) throws(SystemCallFailure) -> Int {
        var bytes: Int32 = 0
        let number = descriptor.rawValue
        _ = try retrying("ioctl BLKSSZGET") { tbench_safety_logical_block(number, &bytes) }
        return Int(bytes)
    }

    private static func isReadOnly(
        _ descriptor: borrowing Descriptor
    ) throws(SystemCallFailure) -> Bool {
        var flag: Int32 = 0
        let number = descriptor.rawValue
        _ = try retrying("ioctl BLKROGET") { tbench_safety_device_read_only(number, &flag) }
        return flag != 0
    }

    /// Tries the exclusive open for a moment, for reading only.
    ///
    /// - Source: open(2): O_EXCL without O_CREAT on a block device fails with EBUSY when it is claimed,
    ///   in whatever namespace.
    private static func isBusy(_ path: String) throws(SystemCallFailure) -> Bool {
        do throws(SystemCallFailure) {
            _ = try Descriptor(path, O_RDONLY | O_EXCL | O_NONBLOCK)
            return false
        } catch {
            guard error.errno == EBUSY else { throw error }
            return true
        }
    }
}

/// The part of an inspection that reads the device itself.
struct DeviceContents {
    let signatures: [Signature]
    let content: DeviceContent
    let mark: ScratchMark?

    static func read(
        _ descriptor: borrowing Descriptor,
        sizeBytes: UInt64
    ) throws(SystemCallFailure) -> DeviceContents {
        let signatures = try SignatureProbe.signatures(descriptor)
        let block = UInt64(MarkBlock.byteCount)
        let head = ScratchMark.decode(try descriptor.read(count: MarkBlock.byteCount, at: 0))
        if signatures.isEmpty, let head {
            return DeviceContents(signatures: [], content: .owned, mark: head)
        }
        if sizeBytes >= 2 * block {
            let bytes = try descriptor.read(count: MarkBlock.byteCount, at: sizeBytes - block)
            if let tail = ScratchMark.decode(bytes), isOwn(signatures, tail.filesystem) {
                return DeviceContents(signatures: signatures, content: .owned, mark: tail)
            }
        }
        if !signatures.isEmpty {
            let offset = signatures.compactMap(\.offset).min()
            return DeviceContents(
                signatures: signatures,
                content: .unknownData(offset: offset),
                mark: nil
            )
        }
        if let offset = try ContentSampler.firstData(descriptor, sizeBytes: sizeBytes) {
            return DeviceContents(
                signatures: [],
                content: .unknownData(offset: offset),
                mark: nil
            )
        }
        return DeviceContents(signatures: [], content: .blank, mark: nil)
    }

    /// Whether all there is, is the very filesystem that tbench made and was not able to wipe.
    private static func isOwn(
        _ signatures: [Signature],
        _ filesystem: ScratchMark.Filesystem?
    ) -> Bool {
        guard let filesystem, !signatures.isEmpty else { return false }
        return signatures.allSatisfy {
            $0.usage == "filesystem" && $0.type == filesystem.type && $0.uuid == filesystem.uuid
        }
    }
}
