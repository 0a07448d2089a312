import Glibc
import Units

/// What is said about block devices.
extension SafetyError {
    static func notABlockDevice(_ path: String, _ kind: TargetKind) -> SafetyError {
        SafetyError(
            operation: "claim",
            subject: path,
            reason: "\(path) is a \(kind.rawValue), not a block device",
            exitCode: .usage
        )
    }

    /// Why a device could not be opened or read.
    ///
    /// - Source: open(2), read(2).
    static func deviceUnreadable(_ path: String, _ cause: SystemCallFailure) -> SafetyError {
        let (reason, hint, exitCode): (String, String?, ExitCode) =
            switch cause.errno {
            case EACCES, EPERM:
                (
                    "this user may not open \(path)",
                    "run as root; in Kubernetes, in a privileged pod", .refused
                )
            case ENOENT, ENXIO, ENODEV:
                ("the device \(path) is not there", "list the devices: lsblk", .missing)
            case ENOMEDIUM:
                ("there is no medium in \(path)", nil, .missing)
            case EBUSY:
                ("\(path) is in use", "see by whom: lsblk \(path); fuser -v \(path)", .refused)
            default:
                (
                    "\(path) cannot be read, so what is on it is unknown and it is left alone",
                    "see what the kernel says: dmesg | tail", .failure
                )
            }
        return SafetyError(
            operation: "open",
            subject: path,
            reason: reason,
            cause: cause,
            hint: hint,
            exitCode: exitCode
        )
    }

    static func deviceWriteFailed(_ path: String, _ cause: SystemCallFailure) -> SafetyError {
        let partitions = cause.call == "ioctl BLKRRPART"
        return SafetyError(
            operation: "mark",
            subject: path,
            reason: partitions
                ? "the kernel does not let go of the old partitions of \(path)"
                : "cannot write tbench's mark to \(path)",
            cause: cause,
            hint: partitions ? "tell it: blockdev --rereadpt \(path)" : "see dmesg | tail"
        )
    }

    static func deviceChanged(_ path: String) -> SafetyError {
        refusal(path, "\(path) became another device while it was being checked", hint: "run again")
    }

    static func deviceReadOnly(_ found: DeviceInspection) -> SafetyError {
        refusal(
            found.path,
            "\(found.path) is read-only",
            hint: "see why: blockdev --getro \(found.realPath); make it writable: "
                + "blockdev --setrw \(found.realPath)"
        )
    }

    static func deviceMounted(_ found: DeviceInspection, command: String) -> SafetyError {
        let first = found.mountedAt.first ?? "/"
        let more = found.mountedAt.count - 1
        return refusal(
            found.path,
            "\(found.path) is mounted at \(first)" + (more > 0 ? " and \(more) more places" : ""),
            hint: "use a directory on it instead: \(command) \(first)"
        )
    }

    static func deviceHeld(_ found: DeviceInspection) -> SafetyError {
        refusal(
            found.path,
            "\(found.path) is part of \(found.holders.joined(separator: ", ")) "
                + "(LVM, RAID, encryption or multipath)",
            hint: "see what is built on it: lsblk \(found.realPath); "
                + "use a directory on that instead"
        )
    }

    static func deviceIsSwap(_ found: DeviceInspection) -> SafetyError {
        refusal(
            found.path,
            "\(found.path) is in use as swap",
            hint: "see swapon --show; if it is to be used here: swapoff \(found.realPath)"
        )
    }

    static func deviceBusy(_ found: DeviceInspection) -> SafetyError {
        let opener = found.openers.first
        let by = opener.map { ", probably by \($0.command) (pid \($0.pid))" } ?? ""
        return refusal(
            found.path,
            "\(found.path) is in use: something holds it exclusively\(by)",
            cause: SystemCallFailure(call: "open O_EXCL", errno: EBUSY),
            hint: "it may be mounted on the node, outside this container; see by whom: "
                + "lsblk \(found.realPath); fuser -v \(found.realPath)"
        )
    }

    static func deviceOpen(_ found: DeviceInspection, by opener: DeviceOpener) -> SafetyError {
        refusal(
            found.path,
            "\(found.path) is open for writing in \(opener.command) (pid \(opener.pid))",
            hint: "end that program first; it may be a virtual machine using the disk"
        )
    }

    static func deviceTooSmall(_ found: DeviceInspection, needed: UInt64) -> SafetyError {
        SafetyError(
            operation: "claim",
            subject: found.path,
            reason: "\(found.path) is too small: it has \(QuantityText.bytes(found.sizeBytes)), "
                + "and the run needs \(QuantityText.bytes(needed))",
            hint: "give a larger device, or a directory",
            exitCode: .missing
        )
    }

    static func deviceHasData(
        _ found: DeviceInspection,
        offset: UInt64?,
        command: String
    ) -> SafetyError {
        let what: String
        if found.signatures.isEmpty {
            let place = offset.map { " (first seen at byte \($0))" } ?? ""
            what = "holds data that no known signature explains\(place)"
        } else {
            what = found.signatures.map(description).joined(separator: " and ")
        }
        return refusal(
            found.path,
            "\(found.path) \(what)",
            hint: erasing(found, command)
        )
    }

    static func devicePartitioned(_ found: DeviceInspection, command: String) -> SafetyError {
        refusal(
            found.path,
            "\(found.path) has the partitions \(found.partitions.joined(separator: ", "))",
            hint: erasing(found, command)
        )
    }

    static func consentNamesAnother(_ name: String, target: String) -> SafetyError {
        SafetyError(
            operation: "claim",
            subject: target,
            reason: "--destroy-data names \(name), which is not the target \(target)",
            hint: "name the target itself: --destroy-data=\(target)",
            exitCode: .usage
        )
    }

    private static func erasing(_ found: DeviceInspection, _ command: String) -> String {
        "to erase it: \(command) \(found.path) --destroy-data=\(found.path)"
    }

    private static func description(_ signature: Signature) -> String {
        let label = signature.label.map { " labelled '\($0)'" } ?? ""
        return switch (signature.usage, signature.type) {
        case ("filesystem", let type): "holds \(article(type)) \(type) filesystem\(label)"
        case ("partition table", "dos"): "has an MBR partition table"
        case ("partition table", let type): "has a \(type.uppercased()) partition table"
        case (_, "LVM2_member"): "is an LVM physical volume"
        case ("crypto", "crypto_LUKS"): "is encrypted with LUKS\(label)"
        case (_, "swap"): "holds a swap area\(label)"
        case ("raid", let type): "is a RAID or volume member (\(type))\(label)"
        case (_, let type): "carries the signature '\(type)'\(label)"
        }
    }

    private static func article(_ word: String) -> String {
        // "an ext4", "an XFS" by sound; "a btrfs".
        guard let first = word.first else { return "a" }
        return "aeiox".contains(first) ? "an" : "a"
    }

    private static func refusal(
        _ path: String,
        _ reason: String,
        cause: SystemCallFailure? = nil,
        hint: String
    ) -> SafetyError {
        SafetyError(
            operation: "claim",
            subject: path,
            reason: reason,
            cause: cause,
            hint: hint,
            exitCode: .refused
        )
    }
}
