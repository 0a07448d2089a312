import Foundation
import TestSupport
import Testing

extension Trait where Self == ConditionTrait {
    /// The test runs the image as a container, without a daemon.
    static var requiresContainers: Self {
        .enabled("needs root, runc, umoci and the binary of scripts/build-static") {
            Capability.demanded || Container.isPossible
        }
    }
}

/// The image, built and unpacked once, and run by runc the way a kubelet would have it run.
struct Container {
    /// What `scripts/build-static` makes.
    static let binary = "\(Repository.path)/.build/static/tbench"
    private static let seccompPath = "/usr/share/containers/seccomp.json"

    static let isPossible =
        Capability.isRoot && ["runc", "umoci", "busybox"].allSatisfy(Shell.hasCommand)
        && [binary, seccompPath].allSatisfy(FileManager.default.fileExists)

    /// A bundle of files that belongs to nobody else.
    let directory: TemporaryDirectory
    let name: String
    /// Nobody's user, as in a pod at the restricted level.
    var user = 65_532
    var arguments: [String]
    /// Bind mounts, from the host's path to the container's.
    var mounts: [(String, String)] = []
    /// The one device that it gets, and its path inside.
    var device: (host: String, inside: String)?
    /// Share of one CPU.
    var cpuQuota: Double?
    var memoryBytes: Int?
    var mountsSys = true
    /// The default profile for containers, without io_uring as containerd and Docker have had it since 2023.
    var seccomp = true

    init(_ arguments: [String]) throws {
        directory = try TemporaryDirectory(prefix: "tbench-pod")
        name = "tbench-test-\(UUID().uuidString.lowercased().prefix(8))"
        self.arguments = ["/tbench"] + arguments
        try directory.write("termination-log", "")
        try Shell.require(["chmod", "666", directory.file("termination-log")])
        mounts = [(directory.file("termination-log"), "/dev/termination-log")]
    }

    /// What the container left in its termination message.
    var summary: String {
        (try? String(contentsOfFile: directory.file("termination-log"), encoding: .utf8)) ?? ""
    }

    func run() throws -> Shell.Outcome { try start().wait() }

    func start() throws -> RunningCommand {
        try JSONSerialization.data(withJSONObject: try configuration())
            .write(to: URL(fileURLWithPath: directory.file("config.json")))
        return try RunningCommand(
            ["runc", "--root", directory.file("runc"), "run", "--bundle", directory.path, name]
        )
    }

    /// As the kubelet ends a pod.
    func terminate() throws {
        try Shell.require(["runc", "--root", directory.file("runc"), "kill", name, "TERM"])
    }

    private func configuration() throws -> [String: Any] {
        var mounts: [[String: Any]] = [
            ["destination": "/proc", "type": "proc", "source": "proc"],
            [
                "destination": "/dev", "type": "tmpfs", "source": "tmpfs",
                "options": ["nosuid", "strictatime", "mode=755", "size=65536k"],
            ],
        ]
        if mountsSys {
            let options = ["nosuid", "noexec", "nodev", "ro"]
            mounts += [("/sys", "sysfs"), ("/sys/fs/cgroup", "cgroup")].map {
                ["destination": $0.0, "type": $0.1, "source": $0.1, "options": options]
            }
        }
        mounts += self.mounts.map {
            ["destination": $0.1, "type": "bind", "source": $0.0, "options": ["bind", "rw"]]
        }
        var linux: [String: Any] = [
            "namespaces": ["pid", "network", "ipc", "uts", "mount"].map { ["type": $0] },
            "maskedPaths": [
                "/proc/kcore", "/proc/latency_stats", "/proc/timer_list", "/sys/firmware",
            ],
            "readonlyPaths": [
                "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger",
            ],
        ]
        var resources: [String: Any] = [:]
        var allowed: [[String: Any]] = [["allow": false, "access": "rwm"]]
        if let device {
            let numbers = try Shell.require(["stat", "-c", "%Hr %Lr", device.host]).split(
                separator: " "
            )
            let (major, minor) = (Int(numbers[0]) ?? 0, Int(numbers[1]) ?? 0)
            linux["devices"] = [
                [
                    "path": device.inside, "type": "b", "major": major, "minor": minor,
                    "fileMode": 0o660,
                    "uid": 0, "gid": 6,
                ] as [String: Any]
            ]
            allowed.append([
                "allow": true, "type": "b", "major": major, "minor": minor, "access": "rwm",
            ])
        }
        resources["devices"] = allowed
        if let cpuQuota {
            resources["cpu"] = ["quota": Int(cpuQuota * 100_000), "period": 100_000]
        }
        if let memoryBytes { resources["memory"] = ["limit": memoryBytes] }
        linux["resources"] = resources
        if seccomp { linux["seccomp"] = try Self.profile() }
        return [
            "ociVersion": "1.0.2",
            "root": ["path": try ContainerImage.shared.get().rootfs, "readonly": true],
            "hostname": "node-1",
            "mounts": mounts,
            "linux": linux,
            "process": [
                "terminal": false,
                "user": ["uid": user, "gid": user],
                "args": arguments,
                "env": ["NODE_NAME=node-1", "POD_NAME=\(name)", "POD_NAMESPACE=tbench"],
                "cwd": "/",
                "noNewPrivileges": true,
                "capabilities": [:] as [String: Any],
            ] as [String: Any],
        ]
    }

    /// The profile of containers-common as the runtime wants it, for a container without capabilities.
    private static func profile() throws -> [String: Any] {
        let data = try Data(contentsOf: URL(fileURLWithPath: seccompPath))
        let profile = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let rules = try #require(profile["syscalls"] as? [[String: Any]])
        let kept = rules.compactMap { rule -> [String: Any]? in
            let includes = rule["includes"] as? [String: [String]] ?? [:]
            let excludes = rule["excludes"] as? [String: [String]] ?? [:]
            guard includes["caps"]?.isEmpty ?? true,
                includes["arches"].map({
                    $0.isEmpty || $0.contains("amd64") || $0.contains("arm64")
                }) ?? true,
                !(excludes["arches"]?.contains("amd64") ?? false)
            else { return nil }
            let names = (rule["names"] as? [String] ?? []).filter { !$0.hasPrefix("io_uring") }
            guard !names.isEmpty else { return nil }
            return [
                "names": names, "action": rule["action"] ?? "",
                "args": (rule["args"] as? [[String: Any]] ?? []),
            ]
        }
        return ["defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 1, "syscalls": kept]
    }
}

/// Where the repository is.
enum Repository {
    static let path = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
}

/// What `scripts/build-image` made of the static binary, and its root filesystem.
final class ContainerImage: Sendable {
    static let shared = Result { try ContainerImage() }

    private let directory: TemporaryDirectory
    /// Where the layout, the archives and the SBOM are.
    let path: String
    /// The tags and their digests, as the script prints them.
    let digests: String
    let rootfs: String

    private init() throws {
        directory = try TemporaryDirectory(prefix: "tbench-image")
        path = directory.file("image")
        digests = try Self.build(path)
        let tag = try #require(digests.split(separator: " ").first)
        try Shell.require([
            "umoci", "unpack", "--image", "\(path)/oci:\(tag)", directory.file("bundle"),
        ])
        rootfs = directory.file("bundle/rootfs")
    }

    static func build(_ path: String) throws -> String {
        try Shell.require([
            "env", "TBENCH_STATIC_BINARY=\(Container.binary)",
            "\(Repository.path)/scripts/build-image", path,
        ])
    }
}
