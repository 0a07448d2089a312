import Glibc
import Synchronization
import TestSupport
import Testing
import Units

@testable import IOEngines

@Suite struct EngineProbeTests {
    @Test("io_uring works and names what it uses", .requiresIOUring)
    func ioUringWorks() throws {
        let availability = EngineProbe().probe(.ioUring)
        #expect(availability.obstacle == nil)
        #expect(availability.features.contains("submit-all"))
        #expect(try EngineProbe.resolve(.ioUring, preferred: []).engine == .ioUring)
    }

    @Test("every engine is probed once, and plain system calls always work")
    func probesAll() {
        let all = EngineProbe.probe()
        #expect(all.map(\.engine) == [.sync, .libaio, .ioUring])
        #expect(all.first?.isAvailable == true)
    }

    @Test("auto takes the first preferred engine without a reason")
    func autoTakesTheFirst() throws {
        let resolved = try EngineProbe.resolve(.auto, preferred: [.sync, .ioUring])
        #expect(resolved.engine == .sync)
        #expect(resolved.fallbackReason == nil)
    }

    @Test("the names are those of fio", arguments: ["auto", "sync", "libaio", "io_uring"])
    func namesAreFios(name: String) { #expect(EngineChoice(rawValue: name) != nil) }

    @Test("the cause is read from /proc", arguments: causes)
    func readsTheCause(sample: CauseSample) {
        let obstacle = IOUringObstacle(disabledSysctl: sample.sysctl, processStatus: sample.status)
        #expect(obstacle == sample.obstacle)
    }

    @Test(
        "a forced engine that is forbidden is unavailable, with the way out",
        arguments: [EPERM, ENOSYS]
    )
    func forcedAndForbidden(refusal: Int32) throws {
        let outcome = try underSeccomp(refusing: refusal) {
            #expect(throws: EngineError.self) { try EngineProbe.resolve(.ioUring, preferred: []) }
        }
        let error = try #require(outcome)
        #expect(error.exitCode == .unavailable)
        #expect(error.cause == SystemCallFailure(call: "io_uring_setup", errno: refusal))
        #expect(error.reason.contains("seccomp"))
        #expect(error.hint?.contains("seccompProfile") == true)
    }

    @Test("auto falls back past a forbidden io_uring and says why", arguments: [EPERM, ENOSYS])
    func autoFallsBack(refusal: Int32) throws {
        let outcome = try underSeccomp(refusing: refusal) {
            try? EngineProbe.resolve(.auto, preferred: [.ioUring, .libaio])
        }
        let resolved = try #require(outcome)
        #expect(resolved.engine == .libaio)
        let reason = try #require(resolved.fallbackReason)
        #expect(reason.contains("seccomp"))
        #expect(reason.contains(ErrnoName.of(refusal)))
    }

    @Test("without /proc the cause is unknown and not guessed")
    func unknownWithoutProc() throws {
        let probe = EngineProbe(
            disabledSysctlPath: "/nonexistent/sysctl",
            processStatusPath: "/nonexistent/status"
        )
        let outcome = try underSeccomp(refusing: EPERM) { probe.probe(.ioUring).obstacle }
        let error = try #require(outcome)
        #expect(error.reason.contains("unknown"))
    }

    @Test("the sysctl is named when it is the cause")
    func namesTheSysctl() throws {
        let directory = try TemporaryDirectory()
        let probe = EngineProbe(disabledSysctlPath: try directory.write("disabled", "2\n"))
        let outcome = try underSeccomp(refusing: EPERM) { probe.probe(.ioUring).obstacle }
        let error = try #require(outcome)
        #expect(error.reason.contains("kernel.io_uring_disabled is 2"))
        #expect(error.hint?.contains("sysctl -w kernel.io_uring_disabled=0") == true)
    }

    @Test("the launcher forbids io_uring to a command, which shows in its status")
    func launcherForbids() throws {
        let launcher =
            #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
            + "/scripts/lib/deny-io-uring"
        let outcome = try Shell.run([launcher, "EPERM", "cat", "/proc/self/status"])
        #expect(outcome.status == 0)
        let obstacle = IOUringObstacle(disabledSysctl: "0\n", processStatus: outcome.stdout)
        #expect(obstacle == .seccomp)
        #expect(try Shell.run([launcher, "EWHAT", "true"]).status == 64)
    }

    struct CauseSample: Sendable, CustomTestStringConvertible {
        var name: String
        var sysctl: String?
        var status: String?
        var obstacle: IOUringObstacle

        var testDescription: String { name }
    }

    private static let root = "Name:\ttbench\nCapEff:\t000001ffffffffff\nNoNewPrivs:\t0\n"
    private static let user = "Name:\ttbench\nCapEff:\t0000000000000000\nNoNewPrivs:\t1\n"

    static let causes = [
        CauseSample(
            name: "2 forbids even root",
            sysctl: "2\n",
            status: root + "Seccomp:\t0\nSeccomp_filters:\t0\n",
            obstacle: .disabledForAll
        ),
        CauseSample(
            name: "1 forbids the unprivileged",
            sysctl: "1\n",
            status: user + "Seccomp:\t2\n",
            obstacle: .disabledForUnprivileged
        ),
        CauseSample(
            name: "1 lets root in, so the filter it is",
            sysctl: "1\n",
            status: root + "Seccomp:\t2\nSeccomp_filters:\t1\n",
            obstacle: .seccomp
        ),
        CauseSample(
            name: "0 and a filter",
            sysctl: "0\n",
            status: user + "Seccomp:\t2\n",
            obstacle: .seccomp
        ),
        CauseSample(
            name: "an older kernel without the sysctl, and a filter",
            sysctl: nil,
            status: root + "Seccomp:\t2\n",
            obstacle: .seccomp
        ),
        CauseSample(
            name: "neither",
            sysctl: "0\n",
            status: root + "Seccomp:\t0\nSeccomp_filters:\t0\n",
            obstacle: .neither
        ),
        CauseSample(name: "no /proc", sysctl: nil, status: nil, obstacle: .unknown),
        CauseSample(
            name: "a status without a Seccomp line",
            sysctl: "0\n",
            status: root,
            obstacle: .unknown
        ),
    ]
}

/// Runs the body on a thread of its own whose io_uring calls fail with this errno.
///
/// A seccomp filter belongs to the thread that installs it and dies with it.
private func underSeccomp<Result: Sendable>(
    refusing errno: Int32,
    _ body: @escaping @Sendable () -> Result?
) throws -> Result? {
    let outcome = Mutex<Result?>(nil)
    let installed = Mutex(false)
    try WorkerThread(name: "filtered") {
        guard SeccompFilter.install(errno: errno) else { return }
        installed.withLock { $0 = true }
        let result = body()
        outcome.withLock { $0 = result }
    }.join()
    try #require(installed.withLock { $0 }, "seccomp filters cannot be installed here")
    return outcome.withLock { $0 }
}

/// The program of scripts/lib/deny-io-uring, for the calling thread only.
private enum SeccompFilter {
    static func install(errno: Int32) -> Bool {
        // prctl(2) is variadic and does not import; all its arguments are plain registers here.
        typealias Control = @convention(c) (Int32, UInt, UInt, UInt, UInt) -> Int32
        guard let symbol = dlsym(nil, "prctl") else { return false }
        let prctl = unsafeBitCast(symbol, to: Control.self)
        // struct sock_filter: code, jump if true, jump if false, constant.
        let program: [(UInt16, UInt8, UInt8, UInt32)] = [
            (0x20, 0, 0, 0), (0x35, 2, 0, 428), (0x35, 0, 1, 425),
            (0x06, 0, 0, 0x0005_0000 | UInt32(errno)), (0x06, 0, 0, 0x7fff_0000),
        ]
        return program.withUnsafeBytes { instructions in
            guard let base = instructions.baseAddress else { return false }
            var header = (UInt(program.count), UInt(bitPattern: base))
            // PR_SET_NO_NEW_PRIVS, then PR_SET_SECCOMP with SECCOMP_MODE_FILTER.
            guard prctl(38, 1, 0, 0, 0) == 0 else { return false }
            return withUnsafeBytes(of: &header) {
                prctl(22, 2, UInt(bitPattern: $0.baseAddress), 0, 0) == 0
            }
        }
    }
}
