/// What a pod measures, and how much privilege that takes.
package enum PodTarget: Sendable, Equatable {
    /// A directory on the disk that the kubelet keeps its pods on: no privilege, nothing to clean up.
    case emptyDir(size: String)
    /// A directory of the node.
    case hostPath(String)
    /// A claim that is there already; a block one appears as a device.
    case claim(String, isBlock: Bool)
    /// A volume of a storage class that lives as long as the pod.
    case ephemeral(storageClass: String, size: String, isBlock: Bool)
    /// A raw disk of the node.
    case device(String)

    /// The Pod Security level that the namespace must allow.
    ///
    /// - Source: kubernetes.io/docs/concepts/security/pod-security-standards.
    package enum Level: String, Sendable, Comparable {
        case restricted
        case baseline
        case privileged

        package static func < (one: Level, other: Level) -> Bool { one.rank < other.rank }

        private var rank: Int {
            switch self {
            case .restricted: 0
            case .baseline: 1
            case .privileged: 2
            }
        }
    }

    package var level: Level {
        switch self {
        case .emptyDir, .claim(_, isBlock: false), .ephemeral(_, _, isBlock: false): .restricted
        case .claim(_, isBlock: true), .ephemeral(_, _, isBlock: true): .baseline
        // A host path alone breaks the baseline, whatever the container may do.
        case .hostPath, .device: .privileged
        }
    }

    /// Where the container sees it: the path that tbench is given.
    package var path: String {
        switch self {
        case .emptyDir, .claim(_, isBlock: false), .ephemeral(_, _, isBlock: false): "/target"
        case .claim(_, isBlock: true), .ephemeral(_, _, isBlock: true): "/dev/target"
        case .hostPath(let path): "/host\(path)"
        case .device(let path): path
        }
    }

    var isPrivileged: Bool { if case .device = self { true } else { false } }

    /// The user that may write there without any capability.
    ///
    /// A block volume's node keeps the host's owner, root, unless the runtime is told otherwise (containerd's
    /// device_ownership_from_security_context), and a host directory usually is root's.
    var user: Int { level == .restricted ? 65_532 : 0 }

    var userReason: String? {
        switch self {
        case .device, .emptyDir, .claim(_, isBlock: false), .ephemeral(_, _, isBlock: false): nil
        case .claim(_, isBlock: true), .ephemeral(_, _, isBlock: true):
            "User 0 without capabilities: the device node of a block volume belongs to root."
        case .hostPath:
            "User 0 without capabilities: the directory belongs to root. A host path needs a privileged namespace."
        }
    }

    /// The entry of `volumes`; nil where there is none.
    var volume: YAMLNode? {
        switch self {
        case .emptyDir(let size):
            ["name": "target", "emptyDir": ["sizeLimit": .text(size)]]
        case .hostPath(let path):
            .map(
                YAMLEntry("name", "target"),
                YAMLEntry(
                    "hostPath",
                    ["path": .text(path)],
                    comment:
                        "Without a type: on Talos the kubelet would look in its own mount namespace."
                )
            )
        case .claim(let name, _):
            ["name": "target", "persistentVolumeClaim": ["claimName": .text(name)]]
        case .ephemeral(let storageClass, let size, let isBlock):
            [
                "name": "target",
                "ephemeral": [
                    "volumeClaimTemplate": [
                        "spec": [
                            "accessModes": ["ReadWriteOnce"],
                            "storageClassName": .text(storageClass),
                            "volumeMode": isBlock ? "Block" : "Filesystem",
                            "resources": ["requests": ["storage": .text(size)]],
                        ]
                    ]
                ],
            ]
        case .device: nil
        }
    }

    /// The container's keys that attach the volume.
    var attachment: YAMLEntry? {
        switch self {
        case .emptyDir, .hostPath, .claim(_, isBlock: false), .ephemeral(_, _, isBlock: false):
            YAMLEntry("volumeMounts", [["name": "target", "mountPath": .text(path)]])
        case .claim(_, isBlock: true), .ephemeral(_, _, isBlock: true):
            YAMLEntry("volumeDevices", [["name": "target", "devicePath": .text(path)]])
        case .device: nil
        }
    }
}
