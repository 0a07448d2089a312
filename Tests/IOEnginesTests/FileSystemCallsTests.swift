import Glibc
import TestSupport
import Testing
import Units

@testable import IOEngines

@Suite struct FileSystemCallsTests {
    @Test("directories and files are made, renamed and removed")
    func makesAndRemoves() throws {
        let directory = try TemporaryDirectory()
        let (inner, moved) = (directory.file("inner"), directory.file("moved"))
        try FileSystemCalls.makeDirectory(inner)
        try FileSystemCalls.rename(inner, to: moved)
        #expect(try FileSystemCalls.kind(inner) == .missing)
        #expect(try FileSystemCalls.kind(moved) == .directory)
        try FileSystemCalls.syncDirectory(directory.path)
        try FileSystemCalls.removeDirectory(moved)
        try directory.write("file", "x")
        try FileSystemCalls.unlink(directory.file("file"))
        #expect(try FileSystemCalls.kind(directory.file("file")) == .missing)
        #expect(try FileSystemCalls.freeBytes(directory.path) > 0)
    }

    @Test("the kind of a path is told, links followed")
    func kinds() throws {
        let directory = try TemporaryDirectory()
        func link(_ target: String, _ name: String) -> String {
            #expect(symlink(target, directory.file(name)) == 0)
            return directory.file(name)
        }
        let file = try directory.write("file", "x")
        #expect(mkfifo(directory.file("fifo"), 0o600) == 0)
        let expected: [(String, PathKind)] = [
            (file, .regularFile), (directory.path, .directory), ("/dev/null", .characterDevice),
            (directory.file("fifo"), .fifo), (directory.file("none"), .missing),
            (file + "/below", .missing), (link(file, "link"), .regularFile),
            (link("nowhere", "dangling"), .missing), (link("loop", "loop"), .symlinkLoop),
        ]
        for (path, kind) in expected {
            #expect(try FileSystemCalls.kind(path) == kind, "\(path)")
        }
    }

    @Test("a refusal names the call, the cause and the exit code", arguments: refusals)
    func refuses(refusal: Refusal) throws {
        let directory = try TemporaryDirectory()
        try directory.write("file", "x")
        let error = #expect(throws: EngineError.self) { try refusal.run(directory) }
        #expect(error?.cause == SystemCallFailure(call: refusal.call, errno: refusal.errno))
        #expect(error?.exitCode == refusal.exitCode)
        #expect(error?.reason.contains(directory.path) == true)
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var call: String
        var errno: Int32
        var exitCode: ExitCode
        var run: @Sendable (TemporaryDirectory) throws -> Void
    }

    static let refusals = [
        Refusal(
            testDescription: "mkdir over a file",
            call: "mkdir",
            errno: EEXIST,
            exitCode: .refused,
            run: { try FileSystemCalls.makeDirectory($0.file("file")) }
        ),
        Refusal(
            testDescription: "mkdir without a parent",
            call: "mkdir",
            errno: ENOENT,
            exitCode: .missing,
            run: { try FileSystemCalls.makeDirectory($0.file("none/inner")) }
        ),
        Refusal(
            testDescription: "rmdir of a full directory",
            call: "rmdir",
            errno: ENOTEMPTY,
            exitCode: .refused,
            run: { try FileSystemCalls.removeDirectory($0.path) }
        ),
        Refusal(
            testDescription: "unlink of nothing",
            call: "unlink",
            errno: ENOENT,
            exitCode: .missing,
            run: { try FileSystemCalls.unlink($0.file("none")) }
        ),
        Refusal(
            testDescription: "rename of nothing",
            call: "rename",
            errno: ENOENT,
            exitCode: .missing,
            run: { try FileSystemCalls.rename($0.file("none"), to: $0.file("new")) }
        ),
        Refusal(
            testDescription: "sync of a file as a directory",
            call: "openat",
            errno: ENOTDIR,
            exitCode: .usage,
            run: { try FileSystemCalls.syncDirectory($0.file("file")) }
        ),
        Refusal(
            testDescription: "free bytes of nothing",
            call: "statvfs",
            errno: ENOENT,
            exitCode: .missing,
            run: { _ = try FileSystemCalls.freeBytes($0.file("none")) }
        ),
        Refusal(
            testDescription: "open of nothing",
            call: "openat",
            errno: ENOENT,
            exitCode: .missing,
            run: { _ = try FileDescriptor.open($0.file("none"), [.readOnly]) }
        ),
        Refusal(
            testDescription: "exclusive creation over a file",
            call: "openat",
            errno: EEXIST,
            exitCode: .refused,
            run: {
                _ = try FileDescriptor.open($0.file("file"), [.writeOnly, .create, .exclusive])
            }
        ),
        Refusal(
            testDescription: "a link where none is followed",
            call: "openat",
            errno: ELOOP,
            exitCode: .refused,
            run: {
                symlink("file", $0.file("link"))
                _ = try FileDescriptor.open($0.file("link"), [.readOnly, .noFollow])
            }
        ),
    ]
}
