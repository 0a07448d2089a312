import CLinuxShims
import Glibc

/// What programs that a dead run had started may still hold of its scratch.
enum ScratchHoldings {
    /// Ends those programs and takes down what they mounted, so that the scratch can be removed.
    ///
    /// Only for a scratch whose owner is surely dead: processes of this user that run QEMU with the scratch's path in their
    /// arguments, and mounts below that path. What cannot be taken down makes the removal fail, with its name.
    static func release(_ path: String, roots: SystemRoots) {
        _ = ServiceProcess.endOrphans(mentioning: path, roots: roots)
        guard let text = try? Paths.text("\(roots.proc)/self/mountinfo") else { return }
        let below = MountTable.parse(text).map(\.mountPoint).filter { $0.hasPrefix(path + "/") }
        for point in below.reversed() { unmount(point) }
    }

    /// Takes down what a program of this run should have taken down itself; does nothing where it did.
    static func release(mountPoint: String, roots: SystemRoots = SystemRoots()) {
        guard let text = try? Paths.text("\(roots.proc)/self/mountinfo") else { return }
        if MountTable.parse(text).contains(where: { $0.mountPoint == mountPoint }) {
            unmount(mountPoint)
        }
    }

    /// Takes one mount down; where this user may not, as its owner may with FUSE's own tool.
    private static func unmount(_ point: String) {
        if tbench_safety_unmount(point, 1) == 0 { return }
        for name in ["fusermount3", "fusermount"] {
            guard let program = ChildProcess.find(name),
                let result = try? ChildProcess.run(program, ["-u", "-z", point])
            else { continue }
            if result.status == 0 { return }
        }
    }
}
