import Foundation
import Glibc
import TestSupport
import Testing
import Units

@testable import TargetSafety

@Suite("What a path given by a user is")
struct TargetResolverTests {
    /// One bad target: what to type, how to make it, and everything the user then reads.
    struct Bad: CustomTestStringConvertible, Sendable {
        let testDescription: String
        /// Relative to the directory that `make` fills.
        let path: String
        let make: @Sendable (TemporaryDirectory) throws -> Void
        /// With `@` for the directory.
        let message: String
        let exitCode: ExitCode
    }

    static let bad: [Bad] = [
        Bad(
            testDescription: "missing parent",
            path: "a/b/file",
            make: { _ in },
            message: "@/a/b/file does not exist, and neither does its directory @/a/b. "
                + "Hint: create it: mkdir -p @/a/b.",
            exitCode: .missing
        ),
        Bad(
            testDescription: "missing directory with a slash",
            path: "a/",
            make: { _ in },
            message: "the directory @/a/ does not exist. Hint: create it: mkdir -p @/a/.",
            exitCode: .missing
        ),
        Bad(
            testDescription: "dangling link",
            path: "link",
            make: { try symlink("nowhere", $0.file("link")) },
            message: "@/link is a symbolic link to something that does not exist. "
                + "Hint: see where it leads: readlink -f @/link.",
            exitCode: .missing
        ),
        Bad(
            testDescription: "loop of links",
            path: "one",
            make: {
                try symlink("two", $0.file("one"))
                try symlink("one", $0.file("two"))
            },
            message: "@/one is a loop of symbolic links (stat: ELOOP). "
                + "Hint: see where it goes round: namei @/one.",
            exitCode: .missing
        ),
        Bad(
            testDescription: "file used as a directory",
            path: "file/x",
            make: { try $0.write("file", "hello") },
            message: "a part of @/file/x is used as a directory and is not one "
                + "(stat: ENOTDIR). Hint: see which one: namei @/file/x.",
            exitCode: .missing
        ),
        Bad(
            testDescription: "socket",
            path: "socket",
            make: { try bindSocket($0.file("socket")) },
            message: "@/socket is a socket, which cannot hold benchmark data. "
                + "Hint: give a directory, a file or a block device.",
            exitCode: .usage
        ),
        Bad(
            testDescription: "FIFO",
            path: "fifo",
            make: { if mkfifo($0.file("fifo"), 0o600) != 0 { throw Unprepared() } },
            message: "@/fifo is a FIFO (named pipe), which cannot hold benchmark data. "
                + "Hint: give a directory, a file or a block device.",
            exitCode: .usage
        ),
    ]

    @Test("a bad target gets one sentence, the way forward and its exit code", arguments: bad)
    func badTargets(_ bad: Bad) throws {
        let directory = try TemporaryDirectory()
        try bad.make(directory)
        let path = directory.file(bad.path)
        let error = try #require(
            failure { () throws(SafetyError) in _ = try TargetResolver.resolve(path) }
        )
        #expect(
            error.description
                == bad.message.replacingOccurrences(of: "@", with: directory.path)
        )
        #expect(error.exitCode == bad.exitCode)
    }

    @Test(
        "fixed paths that cannot be targets",
        arguments: [
            ("", "the target is empty", .usage),
            ("/dev/null", "/dev/null is a character device", .usage),
            ("/dev/sdzz", "there is no device /dev/sdzz here", .missing),
            (String(repeating: "x", count: 300), "the path is longer than", .usage),
        ] as [(String, String, ExitCode)]
    )
    func fixedPaths(path: String, start: String, exitCode: ExitCode) throws {
        let error = try #require(
            failure { () throws(SafetyError) in _ = try TargetResolver.resolve(path) }
        )
        #expect(error.reason.hasPrefix(start))
        #expect(error.exitCode == exitCode)
    }

    @Test("a directory, a file, a link to one and a file to be created are targets")
    func goodTargets() throws {
        let directory = try TemporaryDirectory()
        try directory.write("file", "hello")
        try symlink("file", directory.file("link"))
        let found = try TargetResolver.resolve(directory.path)
        #expect(found.kind == .directory)
        #expect(found.exists)
        let file = try TargetResolver.resolve(directory.file("file"))
        #expect(file.kind == .file)
        #expect(file.sizeBytes == 5)
        let link = try TargetResolver.resolve(directory.file("link"))
        #expect(link.path == directory.file("link"))
        #expect(link.realPath == directory.file("file"))
        let new = try TargetResolver.resolve(directory.file("new"))
        #expect(new.kind == .file)
        #expect(!new.exists)
        #expect(try directory.names() == ["file", "link"], "resolving creates nothing")
    }

    @Test(
        "without permission, the refusal says so",
        .requiresRoot,
        arguments: [
            ("closed", "this user may not write in @/closed"),
            (
                "closed/inner",
                "this user may not look into a directory on the way to @/closed/inner"
            ),
            ("closed/new", "this user may not look into a directory on the way to @/closed/new"),
            ("secret", "this user may not read @/secret"),
            ("readable", "this user may not write in @/readable"),
            ("readable/new", "this user may not write in @/readable"),
        ]
    )
    func permissions(path: String, reason: String) throws {
        let directory = try TemporaryDirectory()
        try FileManager.default.createDirectory(
            atPath: directory.file("closed/inner"),
            withIntermediateDirectories: true
        )
        try FileManager.default.createDirectory(
            atPath: directory.file("readable"),
            withIntermediateDirectories: true
        )
        try directory.write("secret", "s")
        for (name, mode) in [("closed", 0o700), ("secret", 0o600), ("readable", 0o755)] {
            if chmod(directory.file(name), mode_t(mode)) != 0 { throw Unprepared() }
        }
        let (target, root) = (directory.file(path), directory.path)
        try inOwnThread {
            try becomeNobody()
            let error = try #require(
                failure { () throws(SafetyError) in _ = try TargetResolver.resolve(target) }
            )
            #expect(error.reason == reason.replacingOccurrences(of: "@", with: root))
            #expect(error.exitCode == .refused)
        }
    }
}

func symlink(_ target: String, _ path: String) throws {
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
}

/// Leaves a socket at a path, as a server does.
func bindSocket(_ path: String) throws {
    let number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(number) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { throw Unprepared() }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let result = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
    }
    if result != 0 { throw Unprepared() }
}
