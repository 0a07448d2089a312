import Foundation
import IOEngines
import ResultStore
import TestSupport
import Testing

@testable import VirtualDisks

@Suite("What a guest is made of and says") struct GuestTests {
    private static let table = ModuleTable(
        dependencies: """
            kernel/virtio.ko: kernel/virtio_ring.ko
            kernel/virtio_ring.ko:
            kernel/virtio-pci.ko.xz: kernel/virtio.ko kernel/virtio_ring.ko
            kernel/a.ko: kernel/b.ko
            kernel/b.ko: kernel/a.ko
            nonsense
            """,
        builtin: "kernel/drivers/ata/ahci.ko\n"
    )

    @Test("modules come after what they need, once each, and built-in ones not at all")
    func modules() {
        #expect(
            Self.table.order(for: "virtio_pci")
                == ["kernel/virtio_ring.ko", "kernel/virtio.ko", "kernel/virtio-pci.ko.xz"]
        )
        #expect(Self.table.order(for: "ahci") == [])
        #expect(Self.table.order(for: "virtio_blk") == nil)
        #expect(Self.table.order(for: "a")?.sorted() == ["kernel/a.ko", "kernel/b.ko"])
    }

    @Test("the archive is one that cpio unpacks, devices and libraries included", .requiresRoot)
    func archive() throws {
        let directory = try TemporaryDirectory()
        try directory.write("library", String(repeating: "library ", count: 1001))
        var archive = try Initramfs(path: directory.file("a.cpio"))
        try archive.addDirectory("proc")
        try archive.addDevice("dev/console", major: 5, minor: 1)
        try archive.add("init", bytes: [1, 2, 3])
        try archive.add("/lib/x/library", copyOf: directory.file("library"))
        try archive.finish()
        let listing = try Shell.require(["cpio", "-tv", "-F", directory.file("a.cpio")])
        #expect(listing.contains("5,   1"))
        #expect(listing.contains("lib/x/library"))
        let target = directory.file("out")
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
        let outcome = try Shell.run(
            ["cpio", "-id", "--quiet", "-F", directory.file("a.cpio")],
            currentDirectory: target
        )
        #expect(outcome.succeeded, "\(outcome.stderr)")
        #expect(FileManager.default.contents(atPath: "\(target)/init") == Data([1, 2, 3]))
        #expect(
            FileManager.default.contentsEqual(
                atPath: "\(target)/lib/x/library",
                andPath: directory.file("library")
            )
        )
    }

    @Test("a message survives the serial line with its carriage return")
    func line() throws {
        var message = GuestMessage(.turn, cell: 3, round: 1, text: "é \"quoted\"\n")
        message.counters = ["puts": 12.5]
        message.record = RoundRecord(durationNs: 7, latency: [:])
        let line = GuestLine()
        let text = try #require(line.encode(message))
        #expect(!text.contains("\n"))
        #expect(line.decode(Array(text.utf8)) == message)
        #expect(line.decode(Array("\(text)\r".utf8)) == message)
    }

    @Test("a damaged line is no message, whichever byte it lost or changed")
    func damaged() throws {
        let line = GuestLine()
        let text = Array(try #require(line.encode(GuestMessage(.hello, text: "hello"))).utf8)
        for index in text.indices where text[index] != UInt8(ascii: " ") {
            var shorter = text
            shorter.remove(at: index)
            #expect(line.decode(shorter) == nil)
            var changed = text
            changed[index] ^= 1
            #expect(line.decode(changed) == nil)
        }
        for junk in ["", "tb1", "tb1 0 -1 {}", "tb1 00000000 99999999999999999999 {}", "[ 1.0] x"] {
            #expect(line.decode(Array(junk.utf8)) == nil)
        }
    }

    @Test("the loader's list of libraries is read")
    func libraries() {
        let text = """
            \tlinux-vdso.so.1 (0x00007ffd)
            \tlibm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007f1)
            \tlibgone.so => not found
            \t/lib64/ld-linux-x86-64.so.2 (0x00007f2)
            """
        #expect(
            ProgramFiles.paths(inList: text)
                == ["/lib/x86_64-linux-gnu/libm.so.6", "/lib64/ld-linux-x86-64.so.2"]
        )
    }

    @Test("what q35 stands for is read from QEMU's list")
    func machine() {
        let text = """
            Supported machines are:
            q35                  Standard PC (Q35 + ICH9, 2009) (alias of pc-q35-7.2)
            pc-q35-7.2           Standard PC (Q35 + ICH9, 2009)
            """
        #expect(GuestSettings.machine(inHelp: text) == "pc-q35-7.2")
        #expect(GuestSettings.machine(inHelp: "none") == nil)
    }

    @Test("a guest that speaks of cells that are not there is not believed")
    func foreignCell() {
        var state = GuestMatrixState(combinations: [])
        let settings = MatrixSettings(combinations: [])
        var message = GuestMessage(.turn, cell: 7)
        message.record = RoundRecord(durationNs: 1, latency: [:])
        #expect(state.take(message, settings, 0).isEmpty)
        #expect(state.outcome(settings, runStart: 0, reason: "x").cells.isEmpty)
    }
}
