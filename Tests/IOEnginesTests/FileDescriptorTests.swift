import Glibc
import TestSupport
import Testing
import Units

@testable import IOEngines

@Suite struct FileDescriptorTests {
    @Test("bytes are written at an offset or at the position, and read back")
    func writesAndReads() throws {
        let scratch = try Scratch()
        let file = FileDescriptorBox(scratch)
        try file.write("0123456789", at: 0)
        try file.write("ab", at: 4)
        #expect(try file.read(count: 10, at: 0) == "0123ab6789")
        // Neither moved the position.
        try file.write("XY", at: nil)
        #expect(try file.read(count: 3, at: nil) == "23a")
        #expect(try scratch.file.seek(to: 0, from: .current) == 5)
        #expect(try file.read(count: 100, at: 8) == "89")
        #expect(try file.read(count: 1, at: 10) == "")
    }

    @Test("the size of a file follows truncate and allocate")
    func sizes() throws {
        let scratch = try Scratch()
        try scratch.file.truncate(to: 12_345)
        #expect(try scratch.file.size() == 12_345)
        try scratch.file.allocate(offset: 0, length: 1 << 20)
        #expect(try scratch.file.size() == 1 << 20)
        try scratch.file.fdatasync()
        try scratch.file.fsync()
        #expect(try FileDescriptorBox(scratch).read(count: 2, at: 500_000) == "\0\0")
    }

    @Test("a lock is refused to a second holder and free after the first is gone")
    func locks() throws {
        let scratch = try Scratch()
        #expect(try scratch.file.lock())
        let second = try FileDescriptor.open(scratch.path, [.readWrite])
        #expect(try second.lock() == false)
        let third = try FileDescriptor.open(scratch.directory.file("other"), [.readWrite, .create])
        #expect(try third.lock())
    }

    @Test("a file is found in its open directory, though the directory was renamed")
    func opensInDirectory() throws {
        let directory = try TemporaryDirectory()
        try FileSystemCalls.makeDirectory(directory.file("before"))
        let handle = try FileDescriptor.open(directory.file("before"), [.readOnly, .directory])
        try FileSystemCalls.rename(directory.file("before"), to: directory.file("after"))
        let file = try FileDescriptor.open("new", [.writeOnly, .create, .exclusive], in: handle)
        try file.close()
        #expect(try FileSystemCalls.kind(directory.file("after/new")) == .regularFile)
    }

    @Test("descriptors do not leak into child processes")
    func closesOnExec() throws {
        let scratch = try Scratch()
        #expect(fcntl(scratch.file.rawValue, F_GETFD) & FD_CLOEXEC != 0)
    }

    @Test("a full device surfaces as a full disk")
    func fullDevice() throws {
        let full = try FileDescriptor.open("/dev/full", [.writeOnly])
        let error = #expect(throws: EngineError.self) {
            try [UInt8](repeating: 1, count: 4096).withUnsafeBytes { try full.write($0) }
        }
        #expect(error?.cause == SystemCallFailure(call: "write", errno: ENOSPC))
        #expect(error?.reason.contains("the disk is full") == true)
        #expect(error?.exitCode == .failure)
    }

    @Test("a disk that fills up in the middle takes part and then says full", .requiresRoot)
    func fillsUp() throws {
        let disk = try SmallDisk(byteCount: 64 << 10)
        let file = try FileDescriptor.open(disk.file("data"), [.writeOnly, .create])
        let bytes = [UInt8](repeating: 7, count: 256 << 10)
        let error = #expect(throws: EngineError.self) {
            try bytes.withUnsafeBytes { try file.write($0, at: 0) }
        }
        #expect(error?.cause?.errno == ENOSPC)
        let taken = try file.size()
        #expect(taken > 0 && taken <= 64 << 10)
        #expect(try FileSystemCalls.freeBytes(disk.path) == 0)
    }

    @Test(
        "a full disk is a short write and then ENOSPC on every engine",
        .requiresRoot,
        arguments: EngineKind.testable
    )
    func fillsUpUnderEngines(kind: EngineKind) throws {
        let disk = try SmallDisk(byteCount: 16 << 10)
        let file = try FileDescriptor.open(disk.file("data"), [.writeOnly, .create])
        let memory = try AlignedBuffer(byteCount: 64 << 10)
        let engine = try kind.make(capacity: 2)
        var write = IORequest(
            operation: .write,
            fileDescriptor: file.rawValue,
            buffer: memory.pointer,
            byteCount: memory.byteCount,
            linksNext: true
        )
        let sync = IORequest(operation: .fdatasync, fileDescriptor: file.rawValue, slot: 1)
        let results = try engine.results(of: [write, sync])
        let taken = try #require(results[0])
        #expect(taken > 0 && taken <= 16 << 10)
        #expect(results[1] == -ECANCELED)
        write.offset = Int64(taken)
        #expect(try engine.results(of: [write, sync]) == [0: -ENOSPC, 1: -ECANCELED])
    }
}

/// A filesystem that is soon full: tmpfs on a directory of its own.
final class SmallDisk {
    private let directory: TemporaryDirectory

    init(byteCount: Int) throws {
        directory = try TemporaryDirectory(prefix: "tbench-full")
        let mounted = try Shell.run([
            "mount", "-t", "tmpfs", "-o", "size=\(byteCount)", "tmpfs", directory.path,
        ])
        try #require(mounted.status == 0, "\(mounted.stderr)")
    }

    deinit { _ = try? Shell.run(["umount", "-l", directory.path]) }

    var path: String { directory.path }
    func file(_ name: String) -> String { directory.file(name) }
}

/// Text in and out of a scratch file.
private struct FileDescriptorBox {
    let scratch: Scratch

    init(_ scratch: Scratch) { self.scratch = scratch }

    func write(_ text: String, at offset: Int64?) throws {
        let bytes = Array(text.utf8)
        let written = try bytes.withUnsafeBytes { try scratch.file.write($0, at: offset) }
        #expect(written == bytes.count)
    }

    func read(count: Int, at offset: Int64?) throws -> String {
        var bytes = [UInt8](repeating: 0, count: count)
        let got = try bytes.withUnsafeMutableBytes { try scratch.file.read(into: $0, at: offset) }
        return String(decoding: bytes.prefix(got), as: UTF8.self)
    }
}

@Suite("Extents of a file") struct ExtentTests {
    @Test("a hole has no extent, what was written has one, and a punched hole has none again")
    func extents() throws {
        let directory = try TemporaryDirectory()
        let file = try FileDescriptor.open(directory.file("sparse"), [.readWrite, .create])
        try file.truncate(to: 1 << 20)
        let block = try AlignedBuffer(byteCount: 4096)
        block.mutableBytes.copyBytes(from: [UInt8](repeating: 7, count: 4096))
        do throws(EngineError) {
            #expect(try file.hasExtent(offset: 65536, length: 4096) == false)
        } catch {
            // tmpfs and overlays on it.
            #expect(error.exitCode == .unavailable || error.cause?.errno == 25)
            return
        }
        try file.write(block.bytes, at: 65536)
        #expect(try file.hasExtent(offset: 65536, length: 4096))
        #expect(try file.hasExtent(offset: 0, length: 4096) == false)
        try file.punchHole(offset: 65536, length: 4096)
        #expect(try file.hasExtent(offset: 65536, length: 4096) == false)
    }

    @Test("a pipe has no extents, and says so")
    func pipe() throws {
        let file = try FileDescriptor.open("/dev/null", .readWrite)
        let error = #expect(throws: EngineError.self) {
            try file.hasExtent(offset: 0, length: 4096)
        }
        #expect(error?.operation == "fiemap")
        #expect(error?.cause != nil)
    }
}
