import Foundation
import Glibc
package import Testing

/// What a test may need of the machine, as traits that skip with a reason.
///
/// With `TBENCH_REQUIRE_ALL=1` nothing is skipped: in CI a missing capability is a failure.
extension Trait where Self == ConditionTrait {
    /// The test needs root.
    package static var requiresRoot: Self {
        .enabled("needs root") { Capability.demanded || Capability.isRoot }
    }

    /// The test attaches loop devices, which needs root, losetup and /dev/loop-control.
    package static var requiresLoopDevice: Self {
        .enabled("needs root and loop devices") { Capability.demanded || Capability.hasLoopDevices }
    }

    /// The test needs an io_uring, which sysctl or seccomp may forbid.
    package static var requiresIOUring: Self {
        .enabled("needs io_uring") { Capability.demanded || Capability.hasIOUring }
    }

    /// The test needs a temporary directory on a filesystem that takes O_DIRECT.
    package static var requiresDirectIO: Self {
        .enabled("needs O_DIRECT in the temporary directory") {
            Capability.demanded || Capability.hasDirectIO
        }
    }

    /// The test runs a program in the Python environment that `scripts/setup --all` makes.
    package static var requiresTestPython: Self {
        .enabled("needs the Python environment of scripts/setup --all") {
            Capability.demanded || Capability.testPython != nil
        }
    }

    /// The test mounts an nbdkit disk through FUSE.
    package static var requiresFuse: Self {
        .enabled("needs root, /dev/fuse, nbdkit and nbdfuse") {
            Capability.demanded || Capability.hasFuse
        }
    }
}

/// The checks behind the traits, each made once a process.
package enum Capability {
    /// TBENCH_REQUIRE_ALL=1 is set.
    package static let demanded =
        ProcessInfo.processInfo.environment["TBENCH_REQUIRE_ALL"] == "1"

    package static let isRoot = geteuid() == 0

    /// The interpreter of that environment; nil where it was never made.
    package static let testPython: String? = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().path
        let path = "\(root)/.build/python/bin/python"
        return FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }()

    /// Attaches and detaches a device; looking at /dev is not enough inside a container.
    package static let hasLoopDevices =
        isRoot && Shell.hasCommand("losetup") && (try? LoopDevice(sizeBytes: 1 << 20)) != nil

    package static let hasIOUring: Bool = {
        // syscall(2) is variadic and does not import; all its arguments are plain registers here.
        typealias Syscall = @convention(c) (Int, Int, UnsafeMutableRawPointer) -> Int
        guard let symbol = dlsym(nil, "syscall") else { return false }
        let call = unsafeBitCast(symbol, to: Syscall.self)
        // struct io_uring_params is 120 bytes; __NR_io_uring_setup is 425 on every architecture.
        return withUnsafeTemporaryAllocation(byteCount: 120, alignment: 8) { parameters in
            guard let base = parameters.baseAddress else { return false }
            parameters.initializeMemory(as: UInt8.self, repeating: 0)
            let ring = call(425, 1, base)
            guard ring >= 0 else { return false }
            close(Int32(ring))
            return true
        }
    }()

    package static let hasDirectIO: Bool = {
        guard let directory = try? TemporaryDirectory() else { return false }
        let outcome = try? Shell.run([
            "dd", "if=/dev/zero", "of=\(directory.file("direct"))", "bs=4096", "count=1",
            "oflag=direct",
        ])
        return outcome?.succeeded ?? false
    }()

    package static let hasFuse =
        isRoot && FileManager.default.isWritableFile(atPath: "/dev/fuse")
        && Shell.hasCommand("nbdkit") && Shell.hasCommand("nbdfuse")
}
