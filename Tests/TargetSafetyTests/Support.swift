import Foundation
import Glibc
import Synchronization
import TestSupport
import Units

@testable import TargetSafety

/// The error a piece of work ends with, or nil when it succeeds.
func failure(of body: () throws(SafetyError) -> Void) -> SafetyError? {
    do throws(SafetyError) {
        try body()
        return nil
    } catch {
        return error
    }
}

/// The error a claim ends with, or nil when it is granted; a granted claim is given back at once.
func claimFailure(
    _ path: String,
    destroyData: DestroyConsent = .none,
    minimumBytes: UInt64 = 1 << 20,
    roots: SystemRoots = SystemRoots()
) -> SafetyError? {
    failure { () throws(SafetyError) in
        let claim = try DeviceClaim.claim(
            path,
            destroyData: destroyData,
            minimumBytes: minimumBytes,
            roots: roots
        )
        try claim.release()
    }
}

/// Reads a whole file.
func contents(of path: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path))
}

/// A python3 process that holds a device open until its owner goes.
struct DeviceHolder {
    private let process: RunningCommand

    /// Starts the process and returns when it has the device open.
    init(_ path: String, exclusively: Bool) throws {
        let flags = exclusively ? "os.O_RDWR | os.O_EXCL" : "os.O_RDWR"
        let program = """
            import os, sys, time
            os.open(sys.argv[1], \(flags))
            print("open", flush=True)
            time.sleep(600)
            """
        process = try RunningCommand(["python3", "-c", program, path])
        guard process.waitForOutput("open\n") else { throw Unprepared() }
    }
}

/// The test's own surroundings could not be made.
struct Unprepared: Error {}

/// Runs a test body in a thread of its own, whose namespaces and user it may change.
func inOwnThread(_ body: @escaping @Sendable () throws -> Void) throws {
    let outcome = Mutex<(any Error)?>(nil)
    let box = Shared(outcome: outcome)
    try OneShotThread.run {
        do { try body() } catch { box.outcome.withLock { $0 = error } }
    }
    if let error = box.outcome.withLock({ $0 }) { throw error }
}

private final class Shared: Sendable {
    let outcome: Mutex<(any Error)?>
    init(outcome: consuming Mutex<(any Error)?>) { self.outcome = outcome }
}

/// Checks files as the user "nobody" for the rest of the calling thread.
///
/// setfsuid(2) changes one thread only, unlike glibc's seteuid, and takes away root's right to
/// pass every permission.
func becomeNobody() throws {
    typealias SetID = @convention(c) (UInt32) -> Int32
    guard let symbol = dlsym(nil, "setfsuid") else { throw Unprepared() }
    _ = unsafeBitCast(symbol, to: SetID.self)(65534)
}
