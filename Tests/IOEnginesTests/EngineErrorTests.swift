import Glibc
import Testing
import Units

@testable import IOEngines

@Suite struct EngineErrorTests {
    @Test("an I/O that failed names its likely cause", arguments: failures)
    func namesTheCause(sample: (errno: Int32, phrase: String, exitCode: ExitCode)) {
        let error = EngineError.failedIO(
            .write,
            path: "/dev/sdx",
            result: -sample.errno,
            expected: 1
        )
        #expect(error.reason.contains(sample.phrase))
        #expect(error.reason.contains("/dev/sdx"))
        #expect(error.cause == SystemCallFailure(call: "write", errno: sample.errno))
        #expect(error.exitCode == sample.exitCode)
    }

    static let failures: [(errno: Int32, phrase: String, exitCode: ExitCode)] = [
        (ENOSPC, "the disk is full", .failure),
        (EDQUOT, "quota", .failure),
        (EIO, "I/O error", .failure),
        (EROFS, "became read-only", .failure),
        (ENODEV, "the device vanished", .failure),
        (ENXIO, "the device vanished", .failure),
        (ETIMEDOUT, "no longer answers", .failure),
        (EPERM, "not permitted", .refused),
        (EINVAL, "offset, length or memory address", .usage),
        (EBADF, "bug in tbench", .failure),
        (200, "cannot write", .failure),
    ]

    @Test("a short transfer says how many bytes were moved and has no errno")
    func shortTransfer() {
        let error = EngineError.failedIO(.read, path: "/tmp/x", result: 512, expected: 4096)
        #expect(error.reason.contains("512 of 4096"))
        #expect(error.cause == nil)
    }

    @Test("an opened file that cannot do direct I/O says so")
    func directNotSupported() {
        let error = EngineError.open("/mnt/x", [.readWrite, .direct], Errno(code: EINVAL))
        #expect(error.reason.contains("direct I/O"))
        #expect(error.exitCode == .unavailable)
    }

    @Test("a queue that exceeds the machine's limit says which sysctl")
    func aioLimit() {
        let error = EngineError.create("libaio", "io_setup", Errno(code: EAGAIN))
        #expect(error.hint?.contains("fs.aio-max-nr") == true)
        #expect(error.exitCode == .unavailable)
    }
}
