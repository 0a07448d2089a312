import Foundation
import Glibc
import TestSupport
import Testing
import Units

@testable import TargetSafety

@Suite("Scratch files")
struct ScratchFileTests {
    func createFailure(_ path: String, bytes: UInt64 = 1 << 20) -> SafetyError? {
        failure { () throws(SafetyError) in
            let file = try ScratchFile.create(at: path, bytes: bytes)
            try file.remove()
        }
    }

    @Test("a new file is marked, has its space, and is gone with its owner")
    func lifetime() throws {
        let directory = try TemporaryDirectory()
        do {
            let file = try ScratchFile.create(at: directory.file("scratch"), bytes: 1 << 20)
            #expect(file.path == directory.file("scratch"))
            var status = stat()
            #expect(fstat(file.fileDescriptor, &status) == 0)
            #expect(status.st_size == (1 << 20) + 4096)
            #expect(status.st_blocks * 512 >= status.st_size, "allocated, not sparse")
            #expect(status.st_mode & 0o7777 == 0o600)
            let head = try contents(of: file.path).prefix(22)
            #expect(head == Data("tbench scratch file v1".utf8))
        }
        #expect(try directory.names() == [])
    }

    @Test(
        "a user's file is never opened for writing",
        arguments: ["", "hello", "tbench scratch file v1\n{}", String(repeating: "x", count: 9999)]
    )
    func userFile(text: String) throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("data", text)
        var before = stat()
        stat(path, &before)
        let watch = try WriteWatch(path)
        let error = try #require(createFailure(path))
        #expect(error.exitCode == .refused)
        #expect(
            error.description == "\(path) exists and is not tbench's scratch; it was not touched. "
                + "Hint: name a file that does not exist, or use its directory: "
                + "tbench etcd \(directory.path)."
        )
        #expect(!watch.sawWriter())
        var after = stat()
        stat(path, &after)
        #expect(after.st_mtim.tv_sec == before.st_mtim.tv_sec)
        #expect(after.st_mtim.tv_nsec == before.st_mtim.tv_nsec)
        #expect(after.st_ino == before.st_ino)
        #expect(try contents(of: path) == Data(text.utf8))
        // The watch is only worth something when it sees a writer that changes nothing.
        close(open(path, O_RDWR))
        #expect(watch.sawWriter())
    }

    @Test(
        "what is not a regular file is refused and left",
        arguments: ["link", "fifo", "directory"]
    )
    func notAFile(name: String) throws {
        let directory = try TemporaryDirectory()
        try directory.write("target", "precious")
        try symlink("target", directory.file("link"))
        #expect(mkfifo(directory.file("fifo"), 0o600) == 0)
        try FileManager.default.createDirectory(
            atPath: directory.file("directory"),
            withIntermediateDirectories: false
        )
        #expect(createFailure(directory.file(name))?.exitCode == .refused)
        #expect(try directory.names() == ["directory", "fifo", "link", "target"])
        #expect(try contents(of: directory.file("target")) == Data("precious".utf8))
    }

    /// A scratch file as a killed run leaves it.
    func plant(_ path: String, pid: Int32) throws {
        let mine = ProcessIdentity.current()
        let owner = ProcessIdentity(
            pid: pid,
            bootID: mine.bootID,
            startTicks: 1,
            started: mine.started
        )
        let block = try #require(MarkBlock.encode(magic: ScratchFile.magic, owner))
        try (Data(block) + Data(repeating: 7, count: 5000)).write(
            to: URL(fileURLWithPath: path)
        )
    }

    @Test("tbench's own leftover is taken over and removed at the end")
    func leftover() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("scratch")
        try plant(path, pid: 1)
        let file = try ScratchFile.create(at: path, bytes: 1 << 20)
        let block = Array(try contents(of: path).prefix(4096))
        let owner: ProcessIdentity? = MarkBlock.decode(block, magic: ScratchFile.magic)
        #expect(owner?.pid == getpid())
        try file.remove()
        #expect(try directory.names() == [])
    }

    @Test("a scratch another run is using is refused")
    func inUse() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("scratch")
        let file = try ScratchFile.create(at: path, bytes: 1 << 20)
        let error = try #require(createFailure(path))
        #expect(error.exitCode == .refused)
        #expect(error.reason == "\(path) is in use by another tbench")
        #expect(FileManager.default.fileExists(atPath: path))
        try file.remove()
    }

    @Test("a file that took the scratch's name is not unlinked")
    func replaced() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("scratch")
        let file = try ScratchFile.create(at: path, bytes: 4096)
        try FileManager.default.removeItem(atPath: path)
        try directory.write("scratch", "precious")
        var caught: SafetyError?
        do throws(SafetyError) { try file.remove() } catch { caught = error }
        #expect(caught?.reason.contains("is no longer the scratch this run created") == true)
        #expect(try contents(of: path) == Data("precious".utf8))
    }

    @Test("a file that does not fit is refused and not left behind")
    func tooLarge() throws {
        let directory = try TemporaryDirectory()
        let error = try #require(createFailure(directory.file("scratch"), bytes: 1 << 60))
        #expect(error.exitCode == .missing)
        #expect(try directory.names() == [])
    }

    @Test("a direct file is opened with O_DIRECT", .requiresDirectIO)
    func direct() throws {
        let directory = try TemporaryDirectory()
        let file = try ScratchFile.create(
            at: directory.file("scratch"),
            bytes: 1 << 20,
            direct: true
        )
        let page = UnsafeMutableRawPointer.allocate(byteCount: 4096, alignment: 4096)
        defer { page.deallocate() }
        #expect(pwrite(file.fileDescriptor, page, 4096, 4096) == 4096)
        #expect(pwrite(file.fileDescriptor, page, 100, 4096) == -1)
        try file.remove()
    }
}

/// Tells whether anybody opened a file for writing.
final class WriteWatch {
    private let number: Int32

    init(_ path: String) throws {
        number = inotify_init1(Int32(IN_NONBLOCK))
        let mask = UInt32(IN_CLOSE_WRITE | IN_MODIFY)
        guard number >= 0, inotify_add_watch(number, path, mask) >= 0 else { throw Unprepared() }
    }

    deinit { close(number) }

    /// Whether a writer has closed the file since the last time this was asked.
    func sawWriter() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 4096)
        return read(number, &buffer, 4096) > 0
    }
}
