import ResultStore
import Testing
import Units

@testable import HostFacts

@Suite("Cache mode hints")
struct CacheModeHintsTests {
    private func host(_ hypervisor: String?) -> HostRecord {
        var host = HostRecord()
        host.hypervisor = hypervisor
        return host
    }

    private func codes(
        _ device: DeviceFacts,
        hypervisor: String? = "kvm"
    ) -> [String] {
        let target = TargetFacts(path: "/dev/x", kind: "block device", stack: [device])
        return CacheModeHints.hints(target: target, host: host(hypervisor)).map(\.code)
    }

    private func disk(_ transport: String, _ cache: String?, fua: Bool? = true) -> DeviceFacts {
        var device = DeviceFacts(name: "vda")
        device.transport = transport
        device.writeCache = cache
        device.fua = fua
        return device
    }

    @Test("a guest's write through names the cache modes behind it and the dropped flushes")
    func writeThrough() throws {
        let target = TargetFacts(
            path: "/dev/vda",
            kind: "block device",
            stack: [disk("virtio-blk", "write through", fua: false)]
        )
        let hints = CacheModeHints.hints(target: target, host: host("kvm"))
        #expect(hints.map(\.code) == ["write-through", "no-fua"])
        let text = try #require(hints.first?.text)
        #expect(text.contains("cache=writethrough or directsync"))
        #expect(text.contains("flushes are dropped"))
    }

    @Test("a guest's write back is ambiguous, on bare metal it is not")
    func writeBack() {
        #expect(
            codes(disk("virtio-blk", "write back", fua: false)).contains("cache-mode-ambiguous")
        )
        #expect(codes(disk("virtio-scsi", "write back")) == ["cache-mode-ambiguous"])
        #expect(codes(disk("nvme", "write back"), hypervisor: "none") == [])
        #expect(codes(disk("nvme", "write through"), hypervisor: "none") == ["no-volatile-cache"])
        #expect(codes(disk("nvme", nil), hypervisor: nil) == [])
    }

    @Test("modes that only QEMU has are not named elsewhere")
    func otherHypervisor() {
        var device = disk("scsi", "write back")
        device.driver = "vmw_pvscsi"
        let target = TargetFacts(path: "/dev/sda", kind: "block device", stack: [device])
        let hints = CacheModeHints.hints(target: target, host: host("vmware"))
        #expect(hints.map(\.code) == ["cache-mode-ambiguous"])
        #expect(hints.allSatisfy { !$0.text.contains("cache=") })
    }

    @Test("Firecracker's own cache types are named, and QEMU's are not")
    func firecracker() throws {
        var machine = host("kvm")
        machine.platform = "Firecracker"
        let disk = disk("virtio-blk", "write back")
        let target = TargetFacts(path: "/dev/vda", kind: "block device", stack: [disk])
        let hint = try #require(CacheModeHints.hints(target: target, host: machine).first)
        #expect(hint.code == "cache-mode-ambiguous")
        #expect(hint.text.contains("cache_type Writeback and Unsafe"))
        #expect(!hint.text.contains("cache=none"))
    }

    @Test("a rotating virtual disk is worth a hint only where ssd=1 can be set")
    func rotational() {
        var device = disk("virtio-scsi", "write back")
        device.rotational = true
        #expect(codes(device).contains("virtual-rotational"))
        device.transport = "virtio-blk"
        #expect(!codes(device).contains("virtual-rotational"))
    }

    @Test("a Proxmox disk is traced to its line in the configuration, libvirt's is not")
    func slot() {
        var device = disk("virtio-scsi", "write back")
        device.byId = "scsi-0QEMU_QEMU_HARDDISK_drive-scsi1"
        #expect(codes(device).contains("proxmox-slot"))
        device.byId = "scsi-0QEMU_QEMU_HARDDISK_drive-scsi0-0-0-1"
        #expect(!codes(device).contains("proxmox-slot"))
    }

    @Test(
        "layers and memory are named",
        arguments: [
            ("zram", nil, "memory-device"), ("pmem", nil, "memory-device"),
            ("loop", nil, "loop-device"), ("device-mapper", "crypt", "encrypted"),
            ("md", "raid5", "parity-raid"), ("nbd", nil, "network-disk"),
            ("nvme-tcp", nil, "network-disk"),
        ]
    )
    func layers(transport: String, driver: String?, code: String) {
        var device = disk(transport, nil)
        device.driver = driver
        #expect(codes(device, hypervisor: "none") == [code])
    }

    @Test(
        "filesystems and mount options are named",
        arguments: [
            ("ext4", ["rw", "relatime"], nil, []),
            ("ext4", ["rw", "noatime"], "data=ordered", []),
            ("ext4", ["rw", "nobarrier"], nil, ["no-barrier"]),
            ("ext4", ["rw", "barrier=0"], nil, ["no-barrier"]),
            ("ext4", ["rw"], "data=journal", ["data-journal"]),
            ("ext4", ["rw", "data=writeback"], "data=writeback", ["data-writeback"]),
            ("ext4", ["rw", "discard"], "none", ["no-journal", "online-discard"]),
            ("xfs", ["rw", "sync"], nil, ["mounted-sync"]),
            ("xfs", ["ro"], nil, ["read-only"]),
            ("tmpfs", ["rw"], nil, ["memory-filesystem"]),
            ("overlay", ["rw"], nil, ["overlay"]),
            ("nfs4", ["rw", "sync"], nil, ["remote-filesystem", "mounted-sync"]),
            ("fuse.rclone", ["rw"], nil, ["fuse"]),
            ("zfs", ["rw"], nil, ["zfs"]),
        ] as [(String, [String], String?, [String])]
    )
    func filesystems(type: String, options: [String], journal: String?, expected: [String]) {
        let filesystem = FilesystemFacts(type: type, mountOptions: options, journal: journal)
        let target = TargetFacts(path: "/x", kind: "directory", filesystem: filesystem)
        let hints = CacheModeHints.hints(target: target, host: host("kvm"))
        #expect(hints.map(\.code) == expected)
        #expect(hints.allSatisfy { $0.hint != nil })
    }
}
