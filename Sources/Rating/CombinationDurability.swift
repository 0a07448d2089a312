package import ResultStore

/// What survives which accident, and where a disk can move: what follows from the settings alone.
package enum CombinationDurability {
    /// Which completed writes are still there afterwards.
    ///
    /// A guest's crash leaves QEMU to finish. When QEMU dies, what it handed to the host's kernel is safe there; what
    /// qcow2 keeps in memory until a flush is not. A power cut takes the host's page cache and the disk's own volatile
    /// cache, so only flushed writes are safe, or every write where each is flushed, or none for sure where flushes
    /// are swallowed. All of it takes for granted that the disk itself keeps what it says it has flushed.
    /// - Source: qemu-options.hx, "cache"; docs/interop/qcow2.rst; block/io.c, bdrv_co_flush.
    package static func survival(_ combination: DiskCombination) -> MatrixSurvival {
        let isRaw = combination.format == .raw
        let cache = combination.cache
        return MatrixSurvival(
            guestCrash: "all",
            qemuCrash: isRaw || cache.isWriteThrough ? "all" : "flushed",
            powerCut: cache.ignoresFlushes ? "none" : cache.isWriteThrough ? "all" : "flushed"
        )
    }

    /// Whether a running guest can move to another host with this disk.
    ///
    /// On shared storage two hosts would hold the disk in their page caches at once; QEMU copies a local disk itself.
    /// - Source: libvirt, "Unsafe migration: disks use cache != none"; Proxmox qm(1), "Online migration".
    package static func liveMigration(_ combination: DiskCombination) -> String {
        combination.cache.isDirect ? "yes" : "local disks only"
    }

    /// Whether flushed data is safe in every accident.
    package static func isSafe(_ combination: DiskCombination) -> Bool {
        !combination.cache.ignoresFlushes
    }
}
