import ResultStore
import Testing

@testable import VirtualDisks

@Suite("The storage daemon's command line") struct StorageDaemonOptionsTests {
    private func arguments(
        _ format: DiskCombination.Format,
        _ cache: DiskCombination.Cache,
        image: String = "/s/a.raw",
        export: StorageDaemonOptions.Export = .nbd(descriptor: 3)
    ) -> [String] {
        StorageDaemonOptions(
            combination: DiskCombination(format: format, cache: cache, aio: .threads),
            image: image,
            byteCount: 1 << 20,
            export: export
        ).arguments
    }

    @Test(
        "each cache mode is set on both nodes and on the export, as Proxmox sets it",
        arguments: [
            (.none, "\"direct\": true, \"no-flush\": false", false),
            (.writeback, "\"direct\": false, \"no-flush\": false", false),
            (.writethrough, "\"direct\": false, \"no-flush\": false", true),
            (.directsync, "\"direct\": true, \"no-flush\": false", true),
            (.unsafe, "\"direct\": false, \"no-flush\": true", false),
        ] as [(DiskCombination.Cache, String, Bool)]
    )
    func cache(mode: DiskCombination.Cache, options: String, writethrough: Bool) {
        let words = arguments(.qcow2, mode)
        let nodes = words.filter { $0.contains("node-name") && $0.contains("driver") }
        #expect(nodes.count == 2)
        #expect(nodes.allSatisfy { $0.contains("\"cache\": {\(options)}") })
        #expect(words.last?.contains("\"writethrough\": \(writethrough)") == true)
    }

    @Test("files are locked, so that an image in use is refused")
    func locking() {
        #expect(arguments(.raw, .none).contains { $0.contains("\"locking\": \"on\"") })
    }

    @Test("a path with commas, quotes and backslashes stays one path")
    func hostilePath() {
        let words = arguments(.raw, .none, image: "/s/a\",x=\\1\n.raw")
        #expect(words.contains { $0.contains("\"filename\": \"/s/a\\\",x=\\\\1\\n.raw\"") })
    }

    @Test("the null device has no file")
    func null() {
        let words = arguments(.null, .none)
        #expect(words.filter { $0 == "--blockdev" }.count == 1)
        #expect(words[1].contains("null-co"))
    }

    @Test("turns go there and back again, and each cell has one a round")
    func order() {
        #expect(MatrixSettings.order(of: 3, round: 0) == [0, 1, 2])
        #expect(MatrixSettings.order(of: 3, round: 1) == [2, 1, 0])
        #expect(MatrixSettings.order(of: 0, round: 1) == [])
    }

    @Test(
        "versions are read and compared",
        arguments: [
            ("qemu-img version 7.2.22 (Debian 1:7.2+dfsg-7)\nCopyright", "7.2.22", false),
            ("qemu-storage-daemon version 5.2.0", "5.2.0", true),
            ("qemu-img version 10.1.0 (pve-qemu-kvm_10.1.0)", "10.1.0", false),
        ]
    )
    func versions(banner: String, version: String, isOld: Bool) {
        #expect(QemuTools.version(inBanner: banner) == version)
        #expect(QemuTools.isOlder(version, than: [6, 0]) == isOld)
    }

    @Test("a banner without a version gives none", arguments: ["", "version", "qemu-img 7"])
    func noVersion(banner: String) {
        #expect(QemuTools.version(inBanner: banner) == nil)
    }
}
