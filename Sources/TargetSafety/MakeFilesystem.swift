import Units

/// A filesystem that tbench can make on a scratch device.
package enum ScratchFilesystem: String, Sendable, CaseIterable {
    case ext4
    case xfs

    /// The smallest region it is made on, in bytes.
    ///
    /// - Source: mkfs.xfs(8): 300 MB since xfsprogs 5.19; ext4 with a journal of useful size.
    package var minimumBytes: UInt64 {
        switch self {
        case .ext4: 64 << 20
        case .xfs: 300 << 20
        }
    }

    var debianPackage: String {
        switch self {
        case .ext4: "e2fsprogs"
        case .xfs: "xfsprogs"
        }
    }

    /// The arguments of mkfs: the device up to `bytes`, a fixed UUID, no discard, nothing left for later.
    ///
    /// ext4 would otherwise go on writing inode tables and the journal in the background and disturb
    /// the measurement. Neither is forced (-F, -f): both stop when they see somebody's data.
    func arguments(device: String, bytes: UInt64, uuid: String) -> [String] {
        switch self {
        case .ext4:
            [
                "-q", "-L", Self.label, "-U", uuid,
                "-E", "nodiscard,lazy_itable_init=0,lazy_journal_init=0",
                device, "\(bytes / 1024)k",
            ]
        case .xfs:
            [
                "-q", "-L", Self.xfsLabel, "-m", "uuid=\(uuid)", "-K", "-d", "size=\(bytes)",
                device,
            ]
        }
    }

    // XFS allows 12 characters, ext4 16.
    private static let label = "tbench-scratch"
    private static let xfsLabel = "tbench"

    /// Makes the filesystem.
    ///
    /// - Throws: `SafetyError`: 69 when mkfs is not installed, 1 when it fails, with its last line.
    func make(on device: String, bytes: UInt64, uuid: String) throws(SafetyError) {
        let name = "mkfs.\(rawValue)"
        guard let program = ChildProcess.find(name) else {
            throw .missingTool(name, package: debianPackage)
        }
        let result: (status: Int32, output: String)
        do throws(SystemCallFailure) {
            let words = arguments(device: device, bytes: bytes, uuid: uuid)
            result = try ChildProcess.run(program, words)
        } catch {
            throw .toolFailed(name, device: device, output: "", error)
        }
        guard result.status == 0 else {
            throw .toolFailed(name, device: device, output: result.output, nil)
        }
    }
}
