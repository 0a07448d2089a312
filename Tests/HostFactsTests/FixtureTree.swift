import Foundation
import Units

@testable import HostFacts

/// A machine made of files in a temporary directory.
///
/// All trees go when the process exits, not with the value: a `SystemRoot` is only a path, and the
/// optimiser may end a value's life before the last file below that path is read.
/// Content that starts with "-> " makes a symbolic link, as `/sys` is full of them.
struct FixtureTree: Sendable {
    let path: String

    init(_ files: [String: String]) throws {
        path = "\(Self.parent)/\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: true
        )
        for (name, content) in files {
            let file = "\(path)/\(name)"
            try FileManager.default.createDirectory(
                atPath: (file as NSString).deletingLastPathComponent,
                withIntermediateDirectories: true
            )
            if content.hasPrefix("-> ") {
                try FileManager.default.createSymbolicLink(
                    atPath: file,
                    withDestinationPath: String(content.dropFirst(3))
                )
            } else {
                try Data(content.utf8).write(to: URL(fileURLWithPath: file))
            }
        }
    }

    private static let parent: String = {
        let directory = FileManager.default.temporaryDirectory
            .appendingPathComponent("tbench-hostfacts-\(UUID().uuidString)").path
        atexit { try? FileManager.default.removeItem(atPath: FixtureTree.parent) }
        return directory
    }()

    var root: SystemRoot { SystemRoot(path: path) }

    /// A probe of this machine, on which stat(2) knows only `paths`.
    func probe(
        paths: [String: PathStatus] = [:],
        environment: [String: String] = [:]
    ) -> HostProbe {
        HostProbe(
            root: root,
            environment: { environment[$0] },
            status: { path in
                paths[path].map { .success($0) }
                    ?? .failure(SystemCallFailure(call: "stat", errno: 2))
            }
        )
    }
}

extension [String: String] {
    /// Adds a block device's directory and the links that lead to it.
    ///
    /// - Parameters:
    ///   - directory: below "sys/devices": "pci0/nvme/nvme0/nvme0n1".
    ///   - number: "259:0".
    ///   - files: its attributes, relative to its directory.
    mutating func addBlockDevice(
        _ directory: String,
        number: String,
        files: [String: String] = [:]
    ) {
        let name = String(directory.split(separator: "/").last ?? "")
        self["sys/devices/\(directory)/dev"] = "\(number)\n"
        self["sys/dev/block/\(number)"] = "-> ../../devices/\(directory)"
        self["sys/class/block/\(name)"] = "-> ../../devices/\(directory)"
        if files["partition"] == nil {
            self["sys/block/\(name)"] = "-> ../devices/\(directory)"
        }
        for (file, content) in files { self["sys/devices/\(directory)/\(file)"] = content }
    }
}

extension PathStatus {
    static func directory(on device: String, at path: String) -> PathStatus {
        PathStatus(
            kind: .directory,
            device: DeviceNumber(device) ?? DeviceNumber(major: 0, minor: 0),
            realPath: path
        )
    }

    static func file(on device: String, at path: String) -> PathStatus {
        var status = directory(on: device, at: path)
        status.kind = .file
        return status
    }

    static func blockDevice(_ number: String) -> PathStatus {
        PathStatus(
            kind: .blockDevice,
            device: DeviceNumber(major: 0, minor: 6),
            represents: DeviceNumber(number)
        )
    }
}
