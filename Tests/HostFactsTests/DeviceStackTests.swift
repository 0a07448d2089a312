import ResultStore
import Testing
import Units

@testable import HostFacts

@Suite("Device stack")
struct DeviceStackTests {
    private func lines(_ mounts: String...) -> String { mounts.joined(separator: "\n") + "\n" }

    @Test("an NVMe disk on bare metal is read with its queue, firmware and hashed serial")
    func nvmeBareMetal() throws {
        var files = [
            "dev/disk/by-id/nvme-SAMSUNG_MZQL2960_S64FNE0R500001": "-> ../../nvme0n1",
            "dev/disk/by-id/nvme-eui.36344630525000010025384300000001": "-> ../../nvme0n1",
        ]
        files.addBlockDevice(
            "pci0000:00/0000:01:00.0/nvme/nvme0/nvme0n1",
            number: "259:0",
            files: [
                "size": "1875385008\n", "ro": "0\n",
                "queue/scheduler": "[none] mq-deadline\n", "queue/nr_requests": "1023\n",
                "queue/write_cache": "write through\n", "queue/fua": "0\n",
                "queue/rotational": "0\n", "queue/logical_block_size": "512\n",
                "queue/physical_block_size": "4096\n",
                "queue/discard_max_bytes": "2199023255040\n", "queue/max_sectors_kb": "128\n",
                "queue/wbt_lat_usec": "2000\n",
                "device": "-> ../../nvme0",
            ]
        )
        let controller = "sys/devices/pci0000:00/0000:01:00.0/nvme/nvme0"
        files["\(controller)/model"] = "SAMSUNG MZQL2960HCJR-00A07              \n"
        files["\(controller)/serial"] = "S64FNE0R500001      \n"
        files["\(controller)/firmware_rev"] = "GDC5602Q\n"
        files["\(controller)/transport"] = "pcie\n"
        files["\(controller)/device/driver"] = "-> ../../../../bus/pci/drivers/nvme"
        let tree = try FixtureTree(files)
        let target = tree.probe(paths: ["/dev/nvme0n1": .blockDevice("259:0")])
            .target(path: "/dev/nvme0n1")

        #expect(target.kind == "block device")
        #expect(target.filesystem == nil)
        #expect(target.unknown == [])
        let disk = try #require(target.stack.first)
        #expect(target.stack.count == 1)
        #expect(disk.name == "nvme0n1")
        #expect(disk.model == "SAMSUNG MZQL2960HCJR-00A07")
        #expect(disk.firmware == "GDC5602Q")
        #expect(disk.transport == "nvme")
        #expect(disk.driver == "nvme")
        #expect(disk.sizeBytes == 960_197_124_096)
        #expect(disk.scheduler == "none")
        #expect(disk.requests == 1023)
        #expect(disk.writeCache == "write through")
        #expect(disk.fua == false)
        #expect(disk.rotational == false)
        #expect(disk.readOnly == false)
        #expect(disk.logicalBlockBytes == 512)
        #expect(disk.physicalBlockBytes == 4096)
        #expect(disk.discardMaxBytes == 2_199_023_255_040)
        #expect(disk.maxSectorsKib == 128)
        #expect(disk.writebackThrottleUsec == 2000)
        // printf S64FNE0R500001 | sha256sum | cut -c1-16
        #expect(disk.serialHash == "3e448774db1df4f1")
        #expect(disk.byId == "nvme-SAMSUNG_MZQL2960_3e448774db1df4f1")
    }

    @Test("a partition of a virtio-scsi disk leads to its disk and shows the disk's queue")
    func virtioScsiPartition() throws {
        var files = [
            "dev/disk/by-id/scsi-0QEMU_QEMU_HARDDISK_drive-scsi1": "-> ../../sda",
            "dev/disk/by-id/scsi-0QEMU_QEMU_HARDDISK_drive-scsi1-part1": "-> ../../sda1",
            "sys/class/scsi_host/host2/proc_name": "Virtio SCSI HBA\n",
            "proc/self/mountinfo": lines(
                "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw",
                "40 27 8:1 / /var/lib/etcd rw,noatime shared:7 - xfs /dev/sda1 rw,attr2,noquota"
            ),
        ]
        let disk = "pci0000:00/0000:06:02.0/virtio3/host2/target2:0:1/2:0:1:0/block/sda"
        files.addBlockDevice(
            disk,
            number: "8:0",
            files: [
                "size": "67108864\n", "queue/write_cache": "write back\n", "queue/fua": "1\n",
                "queue/scheduler": "none [mq-deadline]\n", "device": "-> ../../../2:0:1:0",
            ]
        )
        files["sys/devices/pci0000:00/0000:06:02.0/virtio3/host2/target2:0:1/2:0:1:0/vendor"] =
            "QEMU    \n"
        files["sys/devices/pci0000:00/0000:06:02.0/virtio3/host2/target2:0:1/2:0:1:0/model"] =
            "QEMU HARDDISK   \n"
        files["sys/devices/pci0000:00/0000:06:02.0/virtio3/host2/target2:0:1/2:0:1:0/rev"] =
            "2.5+\n"
        files["sys/devices/pci0000:00/0000:06:02.0/virtio3/host2/target2:0:1/2:0:1:0/vpd_pg80"] =
            "\u{0}\u{0}\u{0}\u{C}drive-scsi1"
        files.addBlockDevice(
            "\(disk)/sda1",
            number: "8:1",
            files: ["partition": "1\n", "size": "67104768\n"]
        )
        let tree = try FixtureTree(files)
        let probe = tree.probe(paths: [
            "/var/lib/etcd": .directory(on: "8:1", at: "/var/lib/etcd")
        ])
        let target = probe.target(path: "/var/lib/etcd")

        #expect(target.unknown == [])
        #expect(target.filesystem?.type == "xfs")
        #expect(target.filesystem?.mountPoint == "/var/lib/etcd")
        #expect(target.filesystem?.source == "/dev/sda1")
        #expect(target.filesystem?.mountOptions == ["rw", "noatime", "attr2", "noquota"])
        #expect(target.stack.map(\.name) == ["sda1", "sda"])
        #expect(target.stack.map(\.transport) == ["partition", "virtio-scsi"])
        #expect(target.stack.map(\.writeCache) == ["write back", "write back"])
        #expect(target.stack.map(\.scheduler) == ["mq-deadline", "mq-deadline"])
        #expect(target.stack.map(\.sizeBytes) == [34_357_641_216, 34_359_738_368])
        #expect(target.stack.last?.model == "QEMU HARDDISK")
        #expect(target.stack.last?.driver == "virtio_scsi")
        #expect(target.stack.last?.byId == "scsi-0QEMU_QEMU_HARDDISK_drive-scsi1")
        #expect(ConditionsSampler.deviceNames(for: target) == ["sda"])
    }

    @Test("a logical volume on a mirror lists each layer and each disk once")
    func volumeOnMirror() throws {
        var files: [String: String] = [
            "proc/self/mountinfo": lines(
                "27 1 253:0 / / rw,relatime - ext4 /dev/mapper/vg-root rw"
            )
        ]
        files.addBlockDevice(
            "virtual/block/dm-0",
            number: "253:0",
            files: [
                "dm/name": "vg-root\n", "dm/uuid": "LVM-abcdef\n", "slaves/md0": "-> ../../md0",
                "queue/write_cache": "write back\n",
            ]
        )
        files.addBlockDevice(
            "virtual/block/md0",
            number: "9:0",
            files: [
                "md/level": "raid1\n", "slaves/sda1": "-> ../../../../ata1/host0/block/sda/sda1",
                "slaves/sdb1": "-> ../../../../ata2/host1/block/sdb/sdb1",
            ]
        )
        for (disk, port) in [("sda", "ata1/host0"), ("sdb", "ata2/host1")] {
            let minor = disk == "sda" ? 0 : 16
            files.addBlockDevice("\(port)/block/\(disk)", number: "8:\(minor)")
            files.addBlockDevice(
                "\(port)/block/\(disk)/\(disk)1",
                number: "8:\(minor + 1)",
                files: ["partition": "1\n"]
            )
        }
        let tree = try FixtureTree(files)
        let target = tree.probe(paths: ["/srv": .directory(on: "253:0", at: "/srv")])
            .target(path: "/srv")

        #expect(target.stack.map(\.name) == ["dm-0", "md0", "sda1", "sda", "sdb1", "sdb"])
        #expect(
            target.stack.map(\.transport)
                == ["device-mapper", "md", "partition", "sata", "partition", "sata"]
        )
        #expect(target.stack.map(\.driver).prefix(2) == ["lvm", "raid1"])
        #expect(target.stack.first?.byId == "dm-name-vg-root")
        #expect(target.unknown == [])
        #expect(ConditionsSampler.deviceNames(for: target) == ["dm-0"])
    }

    @Test("a loop device leads into the filesystem that holds its file")
    func loopOverFile() throws {
        var files: [String: String] = [
            "proc/self/mountinfo": lines(
                "27 1 254:1 / / rw,relatime - ext4 /dev/vda1 rw,errors=remount-ro",
                "50 27 7:3 / /mnt/scratch rw,relatime - xfs /dev/loop3 rw"
            ),
            "proc/fs/ext4/vda1/options": "rw\nbarrier\ndata=ordered\n",
        ]
        files.addBlockDevice(
            "virtual/block/loop3",
            number: "7:3",
            files: [
                "loop/backing_file": "/var/my images/a.img\n", "loop/dio": "0\n",
                "loop/offset": "1048576\n", "mq/0/nr_tags": "128\n",
            ]
        )
        files.addBlockDevice("pci0/virtio1/block/vda", number: "254:0")
        files.addBlockDevice(
            "pci0/virtio1/block/vda/vda1",
            number: "254:1",
            files: ["partition": "1\n"]
        )
        let tree = try FixtureTree(files)
        let probe = tree.probe(paths: [
            "/mnt/scratch": .directory(on: "7:3", at: "/mnt/scratch"),
            "/var/my images/a.img": .file(on: "254:1", at: "/var/my images/a.img"),
            "/var": .directory(on: "254:1", at: "/var"),
        ])
        let target = probe.target(path: "/mnt/scratch")

        #expect(target.stack.map(\.name) == ["loop3", "vda1", "vda"])
        #expect(target.stack.map(\.transport) == ["loop", "partition", "virtio-blk"])
        #expect(
            target.stack.first?.backing
                == "/var/my images/a.img (direct I/O off, offset 1048576) on ext4"
        )
        #expect(target.unknown == [])
        #expect(ConditionsSampler.deviceNames(for: target) == ["loop3"])
        #expect(probe.target(path: "/var").filesystem?.journal == "data=ordered")
    }

    @Test("a LUKS volume is recognised by its device-mapper uuid")
    func luks() throws {
        var files: [String: String] = [:]
        files.addBlockDevice(
            "virtual/block/dm-3",
            number: "253:3",
            files: [
                "dm/name": "luks-data\n", "dm/uuid": "CRYPT-LUKS2-0123-luks-data\n",
                "slaves/nvme0n1": "-> ../../../../pci0/nvme0/nvme0n1",
            ]
        )
        files.addBlockDevice("pci0/nvme0/nvme0n1", number: "259:0")
        let tree = try FixtureTree(files)
        let target = tree.probe(paths: ["/dev/mapper/luks-data": .blockDevice("253:3")])
            .target(path: "/dev/mapper/luks-data")

        #expect(target.stack.map(\.name) == ["dm-3", "nvme0n1"])
        #expect(target.stack.first?.driver == "crypt")
        #expect(target.stack.first?.transport == "device-mapper")
        #expect(ConditionsSampler.deviceNames(for: target) == ["nvme0n1"])
        let hints = CacheModeHints.hints(target: target, host: HostRecord())
        #expect(hints.contains { $0.code == "encrypted" })
    }

    @Test("btrfs over two disks lists both, though stat(2) gives an anonymous number")
    func btrfs() throws {
        var files: [String: String] = [
            "proc/self/mountinfo": lines(
                "27 1 0:40 /@data /data rw,relatime - btrfs /dev/sdb rw,subvol=/@data"
            ),
            "sys/fs/btrfs/1234/devices/sdb": "-> ../../../../devices/a/sdb",
            "sys/fs/btrfs/1234/devices/sdc": "-> ../../../../devices/a/sdc",
        ]
        files.addBlockDevice("a/sdb", number: "8:16")
        files.addBlockDevice("a/sdc", number: "8:32")
        let tree = try FixtureTree(files)
        let target = tree.probe(paths: ["/data": .directory(on: "0:57", at: "/data")])
            .target(path: "/data")
        #expect(target.filesystem?.type == "btrfs")
        #expect(target.stack.map(\.name) == ["sdb", "sdc"])
    }

    @Test(
        "filesystems without a visible device say why there is no stack",
        arguments: [
            ("tmpfs", "tmpfs", "rw", "in memory"),
            ("nfs4", "server:/export", "rw", "served from elsewhere"),
            ("zfs", "tank/data", "rw", "disks of a pool"),
            ("fuse.sshfs", "host:/x", "rw", "device behind it is unknown"),
        ]
    )
    func withoutDevice(type: String, source: String, options: String, reason: String) throws {
        let tree = try FixtureTree([
            "proc/self/mountinfo": lines("27 1 0:40 / /x rw - \(type) \(source) \(options)")
        ])
        let target = tree.probe(paths: ["/x": .directory(on: "0:40", at: "/x")]).target(path: "/x")
        #expect(target.filesystem?.type == type)
        #expect(target.stack == [])
        #expect(target.unknown.count == 1)
        #expect(target.unknown.first?.contains(reason) == true)
    }

    @Test("an overlay in a container does not take the host's path for its own")
    func overlayInContainer() throws {
        let tree = try FixtureTree([
            "proc/self/mountinfo": lines(
                "27 1 0:40 / / rw - overlay overlay rw,lowerdir=/a,upperdir=/var/u,workdir=/w"
            )
        ])
        let target = tree.probe(paths: ["/tmp": .directory(on: "0:40", at: "/tmp")])
            .target(path: "/tmp")
        #expect(target.stack == [])
        #expect(target.unknown.first?.contains("/var/u") == true)
    }

    @Test("a loop over a file on itself ends")
    func cycle() throws {
        var files: [String: String] = [
            "proc/self/mountinfo": lines("50 27 7:3 / /mnt rw - xfs /dev/loop3 rw")
        ]
        files.addBlockDevice(
            "virtual/block/loop3",
            number: "7:3",
            files: ["loop/backing_file": "/mnt/a\n"]
        )
        let tree = try FixtureTree(files)
        let probe = tree.probe(paths: [
            "/mnt": .directory(on: "7:3", at: "/mnt"), "/mnt/a": .file(on: "7:3", at: "/mnt/a"),
        ])
        #expect(probe.target(path: "/mnt").stack.map(\.name) == ["loop3"])
    }

    @Test("a stack of twenty layers is cut and says so")
    func tooDeep() throws {
        var files: [String: String] = [:]
        for layer in 0..<20 {
            files.addBlockDevice(
                "virtual/block/dm-\(layer)",
                number: "253:\(layer)",
                files: [
                    "slaves/dm-\(layer + 1)": "-> ../../dm-\(layer + 1)",
                    "dm/name": "layer\(layer)\n",
                ]
            )
        }
        let tree = try FixtureTree(files)
        let target = tree.probe(paths: ["/dev/dm-0": .blockDevice("253:0")])
            .target(path: "/dev/dm-0")
        #expect(target.stack.count == 8)
        #expect(target.unknown == ["more than 8 layers or 64 devices: stack cut"])
    }

    @Test("a path that does not exist is described by its nearest parent")
    func missingPath() throws {
        let tree = try FixtureTree([
            "proc/self/mountinfo": lines("27 1 0:30 / / rw - tmpfs none rw")
        ])
        let target = tree.probe(paths: ["/srv": .directory(on: "0:30", at: "/srv")])
            .target(path: "/srv/not/there")
        #expect(target.kind == "missing")
        #expect(target.filesystem?.type == "tmpfs")
        #expect(target.unknown.first == "the path does not exist: the facts are those of /srv")
    }

    @Test("a serial number inside a by-id name is replaced, a slot name is not")
    func masking() {
        #expect(
            DeviceReader.masked("ata-DISK_WD-12_34", serial: "WD-12 34")
                == "ata-DISK_b4633a9b366bfbfe"
        )
        #expect(
            DeviceReader.masked("scsi-0QEMU_drive-scsi0", serial: "drive-scsi0")
                == "scsi-0QEMU_drive-scsi0"
        )
        #expect(DeviceReader.masked("ata-DISK", serial: nil) == "ata-DISK")
    }
}
