import Testing

@testable import TargetSafety

@Suite("Mount tables")
struct MountTableTests {
    // Lines as a Kubernetes node writes them: optional fields, an escaped space, Btrfs without a number.
    static let text = """
        22 27 0:21 / /proc rw,relatime shared:12 - proc proc rw
        36 35 8:17 / /var/mnt/my\\040data rw,noatime shared:1 master:2 - ext4 /dev/sdb1 rw
        37 35 0:45 /sub /srv rw - btrfs /dev/nvme0n1p2 rw,subvol=/sub
        38 35 8:17 / /again rw - ext4 /dev/sdb1 rw
        this line is not one
        """

    @Test("escapes, optional fields and broken lines are read for what they are")
    func parsing() {
        let entries = MountTable.parse(Self.text)
        #expect(entries.map(\.mountPoint) == ["/proc", "/var/mnt/my data", "/srv", "/again"])
        #expect(entries.map(\.source) == ["proc", "/dev/sdb1", "/dev/nvme0n1p2", "/dev/sdb1"])
        #expect(entries[1].deviceNumber == "8:17")
    }

    @Test(
        "a disk is mounted where its partitions are, by number or by name",
        arguments: [
            ("/dev/sdb1", ["8:17"], ["/var/mnt/my data", "/again"]),
            ("/dev/sdb", ["8:16", "8:17"], ["/var/mnt/my data", "/again"]),
            ("/dev/sdb", ["8:16"], ["/var/mnt/my data", "/again"]),
            ("/dev/nvme0n1", ["259:0"], ["/srv"]),
            ("/dev/nvme0n1p2", ["259:2"], ["/srv"]),
            ("/dev/sdc", ["8:32"], []),
        ] as [(String, Set<String>, [String])]
    )
    func mountPoints(path: String, numbers: Set<String>, expected: [String]) {
        let table = MountTable(entries: MountTable.parse(Self.text))
        #expect(table.mountPoints(ofDevices: numbers, path: path) == expected)
    }

    @Test(
        "a name is a partition's only in the kernel's own spelling",
        arguments: [
            ("/dev/sda1", "/dev/sda", true), ("/dev/sda11", "/dev/sda", true),
            ("/dev/sdab", "/dev/sda", false), ("/dev/sda", "/dev/sda", false),
            ("/dev/nvme0n1p2", "/dev/nvme0n1", true), ("/dev/nvme0n12", "/dev/nvme0n1", false),
            ("/dev/loop10", "/dev/loop1", false), ("/dev/loop1p1", "/dev/loop1", true),
            ("/dev/loop1p", "/dev/loop1", false),
        ]
    )
    func partitionNames(source: String, disk: String, expected: Bool) {
        #expect(MountTable.isPartition(source, of: disk) == expected)
    }
}

@Suite("Sampling a device's content")
struct ContentSamplerTests {
    @Test("a small device is read whole", arguments: [4096, 1 << 20, 5_000_192, 16 << 20])
    func small(size: UInt64) {
        let places = ContentSampler.places(sizeBytes: size, seed: 1)
        #expect(places.reduce(0) { $0 + UInt64($1.count) } == size)
        #expect(places.first?.offset == 0)
    }

    @Test(
        "a large device is looked at within its bounds, both ends and every stretch",
        arguments: [(16 << 20) + 512, 1 << 30, 1 << 44] as [UInt64],
        [1, 2, 99] as [UInt64]
    )
    func large(size: UInt64, seed: UInt64) {
        let places = ContentSampler.places(sizeBytes: size, seed: seed)
        #expect(places.count == 258)
        #expect(places.allSatisfy { $0.offset + UInt64($0.count) <= size })
        #expect(places.contains(.init(offset: 0, count: 1 << 20)))
        #expect(places.contains(.init(offset: size - (1 << 20), count: 1 << 20)))
        let offsets = places.map(\.offset).sorted()
        let widest = zip(offsets.dropFirst(), offsets).map { $0 - $1 }.max() ?? size
        #expect(widest <= (1 << 20) + size / 256 * 2)
    }

    @Test("the same seed looks at the same places, another one elsewhere")
    func seeds() {
        let first = ContentSampler.places(sizeBytes: 1 << 40, seed: 7)
        #expect(first == ContentSampler.places(sizeBytes: 1 << 40, seed: 7))
        #expect(first != ContentSampler.places(sizeBytes: 1 << 40, seed: 8))
    }
}
