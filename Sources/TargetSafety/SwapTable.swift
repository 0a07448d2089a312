import Units

/// Which devices are swapped to.
enum SwapTable {
    /// Whether the device or one of its partitions is in /proc/swaps.
    ///
    /// - Throws: `SystemCallFailure` when the file cannot be read: then it is unknown.
    static func uses(
        _ numbers: Set<String>,
        path: String,
        roots: SystemRoots
    ) throws(SystemCallFailure) -> Bool {
        let text = try Paths.text("\(roots.proc)/swaps")
        return text.split(separator: "\n").dropFirst().contains { line in
            guard let file = line.split(separator: " ").first else { return false }
            let name = String(file.prefix { $0 != "\t" })
            if name == path || MountTable.isPartition(name, of: path) { return true }
            // The kernel's name for it may be another link than the user's.
            guard let status = try? Paths.status(name), status.kind == .blockDevice else {
                return false
            }
            return numbers.contains(KernelDevice.numberText(status.specialDevice))
        }
    }
}
