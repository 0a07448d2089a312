import Glibc
import Units

/// A process that has a device open for writing, without having claimed it.
package struct DeviceOpener: Sendable, Equatable {
    package let pid: Int32
    /// The command's name, as in /proc/PID/comm.
    package let command: String
}

/// Finds programs that use a device without O_EXCL, such as a virtual machine on a raw disk.
enum DeviceOpeners {
    /// The processes, other than this one, that have the device open for writing.
    ///
    /// Processes of other users and other PID namespaces are seen only where permissions allow, so an
    /// empty answer proves nothing.
    static func find(_ device: UInt64, roots: SystemRoots) -> [DeviceOpener] {
        guard let processes = try? Paths.names(in: roots.proc) else { return [] }
        return processes.compactMap { Int32($0) }.sorted().compactMap { pid in
            guard pid != getpid(), holds(pid, device, roots) else { return nil }
            let name = (try? Paths.text("\(roots.proc)/\(pid)/comm")) ?? ""
            let word = name.split(separator: "\n").first.map(String.init) ?? "unknown"
            return DeviceOpener(pid: pid, command: word)
        }
    }

    private static func holds(_ pid: Int32, _ device: UInt64, _ roots: SystemRoots) -> Bool {
        let directory = "\(roots.proc)/\(pid)"
        guard let numbers = try? Paths.names(in: "\(directory)/fd") else { return false }
        return numbers.contains { number in
            let link = "\(directory)/fd/\(number)"
            // The text first: stat on a file of a dead network mount would hang.
            guard let target = try? Paths.linkTarget(link), target.hasPrefix("/dev/"),
                let status = try? Paths.status(link), status.kind == .blockDevice,
                status.specialDevice == device
            else { return false }
            return isForWriting("\(directory)/fdinfo/\(number)")
        }
    }

    /// - Source: proc_pid_fdinfo(5): "flags:" in octal, the access mode in the lowest two bits.
    private static func isForWriting(_ path: String) -> Bool {
        guard let text = try? Paths.text(path) else { return false }
        for line in text.split(separator: "\n") where line.hasPrefix("flags:") {
            let digits = line.dropFirst(6).drop { $0.isWhitespace }
            if let flags = Int32(digits, radix: 8) { return flags & O_ACCMODE != O_RDONLY }
        }
        return false
    }
}
