import Testing

@testable import Inspection

@Suite("storage.cfg") struct StorageConfigTests {
    private static let text = """
        # comment
        dir: local
        \tpath /var/lib/vz
        \tcontent iso,vztmpl,backup

        zfspool: local-zfs
        \tpool rpool/data
        \tsparse
        \tcontent images,rootdir
        \tmountpoint /rpool/data

        nfs: nas
                export /export
                server nas
                username SECRET
                content images

        """

    private func read(_ text: String) throws -> StorageConfig {
        try StorageConfig(Array(text.utf8), file: "storage.cfg")
    }

    @Test("storages have a type, a line and the values that rules ask for, and no others")
    func storages() throws {
        let config = try read(Self.text)
        #expect(config.storages.map(\.id) == ["local", "local-zfs", "nas"])
        #expect(config.storages.map(\.line) == [2, 6, 12])
        #expect(config.storages[1].isThin == true)
        #expect(config.storages[1].values["mountpoint"] == nil)
        #expect(config.storages[2].isRemote && config.storages[2].holdsFiles)
        #expect(!String(reflecting: config).contains("SECRET"))
    }

    @Test("Windows line ends change nothing")
    func carriageReturns() throws {
        let dos = Self.text.split(separator: "\n", omittingEmptySubsequences: false)
            .joined(separator: "\r\n")
        #expect(try read(dos).storages == read(Self.text).storages)
    }

    @Test("a directory below a pool of ZFS is told, also the root pool that is no storage")
    func pools() throws {
        let config = try read(
            "dir: a\n\tpath /rpool/files\n\ndir: b\n\tpath /tank/x\n\ndir: c\n\tpath /tankard\n\nzfspool: t\n\tpool tank\n"
        )
        #expect(config.storages.map { config.pool(below: $0) } == ["rpool", "tank", nil, nil])
    }

    @Test(
        "what is no storage.cfg is refused",
        arguments: ["", "\n", "hello\n", "\tpath /x\n", "a: b c\n", "dir: x\0\n"]
    )
    func refused(text: String) {
        #expect(throws: InspectionError.self) { try read(text) }
    }

    @Test("survives anything")
    func fuzz() {
        var seed: UInt64 = 7
        let base = Array(Self.text.utf8)
        for _ in 0..<500 {
            var bytes = base
            for _ in 0..<6 {
                seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                bytes[Int((seed >> 33) % UInt64(bytes.count))] = UInt8(
                    truncatingIfNeeded: seed >> 20
                )
            }
            _ = try? StorageConfig(bytes, file: "s").storages.map { ($0.isThin, $0.isRemote) }
        }
    }
}
