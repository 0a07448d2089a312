/// Cache modes and asynchronous I/O of a VM's disks: what reaches the disk, and when.
enum DiskCacheRules {
    static let all: [Rule] = [unsafe, writeback, writethrough, directsync, native, threads]

    static let unsafe = Rule.drive(
        "PVE-CACHE-UNSAFE",
        .error,
        "flushes are thrown away",
        why:
            "With cache=unsafe QEMU answers a flush without doing it, so a power cut of the host loses what etcd or Longhorn believed to be safe.",
        fix: "Use cache=none, the default.",
        sources: [Authority.qemuCache, "pve-manager, www/manager6/form/CacheTypeSelector.js"]
    ) { drive, _, _ in
        guard drive.cache == "unsafe" else { return nil }
        return drive.observed("cache=unsafe", set: [("cache", "none")])
    }

    static let writeback = Rule.drive(
        "PVE-CACHE-WRITEBACK",
        .warning,
        "writes pile up in the host's memory",
        why:
            "Flushed data is as safe as with cache=none, but each flush pays for all that piled up, memory is used twice, and latency has spikes.",
        fix: "Use cache=none for disks of etcd and Longhorn.",
        sources: [Authority.qemuCache, Authority.qm]
    ) { drive, _, _ in
        guard drive.cache == "writeback" else { return nil }
        return drive.observed("cache=writeback", set: [("cache", "none")])
    }

    static let writethrough = Rule.drive(
        "PVE-CACHE-WRITETHROUGH",
        .disputed,
        "every write waits for the disk",
        why:
            "Each write is committed before it is acknowledged, whether the guest asked for that or not, which multiplies the latency of data that needs no flush.",
        fix: "Measure both on this host, then choose; flushed data is equally safe either way.",
        sources: [Authority.talosProxmox, Authority.qm, Authority.qemuFUA],
        positions: [
            "Talos' Proxmox guide: Write Through, or None for clustered use.",
            "Proxmox: none is the default; QEMU: none is safe where the guest flushes, as etcd and Linux filesystems do.",
        ],
        settle: "tbench matrix --format raw --cache none,writethrough"
    ) { drive, _, _ in
        guard drive.cache == "writethrough" else { return nil }
        return drive.observed("cache=writethrough")
    }

    static let directsync = Rule.drive(
        "PVE-CACHE-DIRECTSYNC",
        .warning,
        "every write waits for the disk",
        why:
            "Each write is committed before it is acknowledged; that is no safer than cache=writethrough, and slower than cache=none for data that needs no flush.",
        fix: "Use cache=none; what etcd flushes is safe with it.",
        sources: [Authority.qemuCache, Authority.virtioBlk]
    ) { drive, _, _ in
        guard drive.cache == "directsync" else { return nil }
        return drive.observed("cache=directsync", set: [("cache", "none")])
    }

    static let native = Rule.drive(
        "PVE-AIO-NATIVE-CACHED",
        .error,
        "QEMU refuses to start",
        why:
            "aio=native needs O_DIRECT, which this cache mode does not use, and QEMU then ends with \"aio=native was specified, but it requires cache.direct=on\".",
        fix: "Use cache=none with it, or aio=io_uring.",
        sources: ["QEMU, block/file-posix.c, raw_open_common", Authority.driveModule]
    ) { drive, _, evidence in
        guard drive.option("aio") == "native" else { return nil }
        let buffered = ["writeback", "writethrough", "unsafe"]
        if buffered.contains(drive.cache) {
            return drive.observed(
                "aio=native with cache=\(drive.cache)",
                set: [("aio", "io_uring")]
            )
        }
        guard
            drive.option("cache") == nil, let storage = evidence.storage(of: drive),
            storage.type == "btrfs", ConfigText.truth(storage.values["nocow"]) != true
        else { return nil }
        return drive.observed(
            "aio=native on btrfs storage '\(storage.id)', which is not opened with O_DIRECT",
            set: [("aio", "io_uring")]
        )
    }

    static let threads = Rule.drive(
        "PVE-AIO-THREADS",
        .info,
        "aio=threads",
        why:
            "Each request goes to a thread and back, and a write that has to be durable becomes a write and a separate fdatasync, where io_uring and native need one operation.",
        fix: "Leave aio out: io_uring is the default where it works.",
        sources: [Authority.driveModule, Authority.qemuFUA]
    ) { drive, _, _ in
        guard drive.option("aio") == "threads" else { return nil }
        return drive.observed("aio=threads", set: [("aio", nil)])
    }
}
