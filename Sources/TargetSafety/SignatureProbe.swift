import CLibBlkid
import Glibc
import Units

/// Something libblkid recognises on a device.
package struct Signature: Sendable, Equatable {
    /// "ext4", "xfs", "LVM2_member", "crypto_LUKS", "swap", "zfs_member", "ceph_bluestore", "gpt", "dos".
    package let type: String
    /// Its name, where it has one.
    package let label: String?
    package let uuid: String?
    /// "filesystem", "raid", "crypto", "other", or "partition table".
    package let usage: String
    /// Where its magic bytes stand, in bytes from the start of the device; nil when unknown.
    package let offset: UInt64?
}

/// Asks libblkid what is on a device.
enum SignatureProbe {
    /// Every superblock and partition table, also those at the end of the device.
    ///
    /// All of them, as wipefs(8) finds them, and not only the one that wins: a device with a stale
    /// RAID superblock behind a filesystem has two. Superblocks with a wrong checksum count: a
    /// damaged filesystem is somebody's data all the more.
    /// - Parameter descriptor: open for reading, without O_DIRECT, which libblkid cannot use.
    /// - Returns: in the order libblkid finds them; empty when it knows nothing there.
    /// - Throws: `SystemCallFailure` when the device cannot be read; never for what is on it.
    /// - Source: libblkid's low-level probing API, blkid.h.
    static func signatures(
        _ descriptor: borrowing Descriptor
    ) throws(SystemCallFailure) -> [Signature] {
        let probe = try makeProbe(descriptor)
        defer { blkid_free_probe(probe) }
        var found: [Signature] = []
        // libblkid ends by itself; the bound is for a device that changes while it is read.
        for _ in 0..<256 {
            errno = 0
            let result = blkid_do_probe(probe)
            if result == 1 { return found }
            guard result == 0 else {
                throw SystemCallFailure(call: "blkid_do_probe", errno: errno == 0 ? EIO : errno)
            }
            if let signature = current(probe), !found.contains(signature) {
                found.append(signature)
            }
        }
        return found
    }

    private static func makeProbe(
        _ descriptor: borrowing Descriptor
    ) throws(SystemCallFailure) -> blkid_probe {
        guard let probe = blkid_new_probe() else {
            throw SystemCallFailure(call: "blkid_new_probe", errno: ENOMEM)
        }
        let flags =
            BLKID_SUBLKS_LABEL | BLKID_SUBLKS_UUID | BLKID_SUBLKS_TYPE | BLKID_SUBLKS_USAGE
            | BLKID_SUBLKS_MAGIC | BLKID_SUBLKS_BADCSUM
        errno = 0
        guard blkid_probe_set_device(probe, descriptor.rawValue, 0, 0) == 0,
            blkid_probe_enable_superblocks(probe, 1) == 0,
            blkid_probe_set_superblocks_flags(probe, flags) == 0,
            blkid_probe_enable_partitions(probe, 1) == 0,
            blkid_probe_set_partitions_flags(probe, BLKID_PARTS_MAGIC | BLKID_PARTS_FORCE_GPT) == 0
        else {
            let number = errno
            blkid_free_probe(probe)
            throw SystemCallFailure(
                call: "blkid_probe_set_device",
                errno: number == 0 ? EIO : number
            )
        }
        return probe
    }

    private static func current(_ probe: blkid_probe) -> Signature? {
        if let type = value("TYPE", probe) {
            return Signature(
                type: type,
                label: value("LABEL", probe),
                uuid: value("UUID", probe),
                usage: value("USAGE", probe) ?? "other",
                offset: value("SBMAGIC_OFFSET", probe).flatMap { UInt64($0) }
            )
        }
        if let type = value("PTTYPE", probe) {
            return Signature(
                type: type,
                label: nil,
                uuid: nil,
                usage: "partition table",
                offset: value("PTMAGIC_OFFSET", probe).flatMap { UInt64($0) }
            )
        }
        return nil
    }

    private static func value(_ name: String, _ probe: blkid_probe) -> String? {
        var data: UnsafePointer<CChar>?
        var length = 0
        guard blkid_probe_lookup_value(probe, name, &data, &length) == 0, let data else {
            return nil
        }
        // The length counts the terminating zero.
        let bytes = UnsafeRawBufferPointer(start: data, count: length).prefix { $0 != 0 }
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }
}
