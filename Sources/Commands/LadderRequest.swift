import ArgumentTable
import Replication
import TargetSafety
import Units

/// What a command line of `tbench longhorn` with replicas asks for.
struct LadderRequest {
    let plan: LadderPlan
    /// As typed: "local", hosts, control ports.
    let replicas: [String]
    let target: ResolvedTarget
    let token: AccessToken?
    /// An engine's socket, as typed, and where it is.
    let volume: (name: String, endpoint: Endpoint)?
    let device: String?
    let mounted: String?
    let consent: DestroyConsent
    let destroyable: [String]
    let loads: String
    let tags: [String: String]

    init(_ command: ParsedCommand) throws {
        replicas = command.strings("replica")
        device = command.string("device")
        mounted = command.string("mounted")
        destroyable = command.strings("destroy-replica")
        loads = command.string("loads") ?? "all"
        tags = command.pairs("tag").reduce(into: [:]) { $0[$1.key] = $1.value }
        consent = command.string("destroy-data").map(DestroyConsent.named) ?? .none
        volume = try command.string("volume").map { ($0, try Endpoint($0)) }
        plan = Self.plan(command, loads)
        try Self.check(command, replicas, volume?.endpoint)
        token = try command.string("token-file").map { try AccessToken.read($0) }
        target = try TargetResolver.resolve(command.positional("target") ?? ".")
        guard target.kind == .directory else {
            throw Self.refuse(
                target.path,
                "with --replica the target is a directory, on the disk that the replica 'local' is on",
                "name a directory; the volume's own device goes to --device"
            )
        }
        // Nothing is made or opened for a name that is none.
        for name in replicas where name != LadderReplicas.local { _ = try Endpoint(name) }
        let known = Set(replicas + [volume?.name].compactMap(\.self))
        if let unknown = destroyable.first(where: { !known.contains($0) }) {
            throw Self.refuse(
                "--destroy-replica",
                "--destroy-replica \(unknown) is none of the replicas of this run",
                "spell it as in --replica or --volume"
            )
        }
    }

    private static func check(
        _ command: ParsedCommand,
        _ replicas: [String],
        _ volume: Endpoint?
    ) throws(CommandError) {
        guard replicas.count <= ReplicaSet.mostReplicas else {
            throw refuse(
                "--replica",
                "a volume of \(replicas.count) replicas: Longhorn has \(ReplicaSet.mostReplicas) at most",
                "name fewer"
            )
        }
        if let twice = replicas.indices.first(where: { replicas[..<$0].contains(replicas[$0]) }) {
            throw refuse(
                "--replica",
                "--replica \(replicas[twice]) is named twice, and a volume has one replica on a disk",
                "start another agent, on another disk or port"
            )
        }
        if let volume {
            guard volume.kind == .unix else {
                throw refuse(
                    "--volume",
                    "--volume takes an engine's socket, and \(volume) is none",
                    "--volume unix:///var/run/longhorn-VOLUME.sock"
                )
            }
            guard command.wasGiven("size") else {
                throw refuse(
                    "--volume",
                    "--volume needs --size: the socket does not tell how large the volume is, and nothing may be read behind its end",
                    "--size 10G, or less than the volume has"
                )
            }
        }
        if command.wasGiven("destroy-data"), !command.wasGiven("device") {
            throw refuse(
                "--destroy-data",
                "--destroy-data names a device, and with --replica there is one only with --device",
                "leave it out; a replica's data are given up with --destroy-replica"
            )
        }
    }

    private static func plan(_ command: ParsedCommand, _ loads: String) -> LadderPlan {
        let isQuick = command.flag("quick")
        let unit: UInt64 = 1 << 20
        let size = (command.bytes("size") ?? (isQuick ? 256 : 1024) * unit) / unit * unit
        return LadderPlan(
            rounds: command.integer("rounds") ?? (isQuick ? 4 : 12),
            sliceNanoseconds: command.nanoseconds("slice") ?? (isQuick ? 60_000_000 : 120_000_000),
            volumeBytes: Int64(clamping: max(unit, size)),
            connections: command.integer("connections") ?? 2,
            loads: LadderOptions.loads(loads),
            seed: UInt64(command.integer("seed") ?? 7),
            timeoutNanoseconds: command.nanoseconds("replica-timeout") ?? 8_000_000_000
        )
    }

    private static func refuse(
        _ subject: String,
        _ reason: String,
        _ hint: String
    ) -> CommandError {
        CommandError(operation: "longhorn", subject: subject, reason: reason, hint: hint)
    }

    /// The engine as the ladder takes it.
    var engine: LadderReplica? {
        volume.map { volume in
            LadderReplica(
                name: volume.name,
                endpoint: volume.endpoint,
                isAgent: false,
                isWritable: destroyable.contains(volume.name),
                volumeBytes: plan.volumeBytes
            )
        }
    }

    /// The normalised workload, for the record and its identity.
    var spec: [String: String] {
        var spec = [
            "size_bytes": String(plan.volumeBytes), "connections": String(plan.connections),
            "replicas": replicas.joined(separator: ","), "loads": loads,
            "seed": String(plan.seed), "slice_ns": String(plan.sliceNanoseconds),
        ]
        if let volume { spec["volume"] = volume.name }
        if let device { spec["device"] = device }
        if let mounted { spec["mounted"] = mounted }
        return spec
    }

    /// What --dry-run says.
    var summary: String {
        let size = QuantityText.bytes(UInt64(plan.volumeBytes))
        let local =
            replicas.contains(LadderReplicas.local) ? ", the local one below \(target.path)" : ""
        let number = replicas.count == 1 ? "1 replica" : "\(replicas.count) replicas"
        var lines = [
            "Would measure a volume of \(number): \(replicas.joined(separator: ", ")).",
            "Would write \(size) to each agent's scratch\(local), and within it again.",
        ]
        if let device { lines.append("Would write to \(device).") }
        if let mounted { lines.append("Would write 64 MiB of scratch below \(mounted).") }
        lines.append("Would run \(plan.rounds) rounds.")
        return lines.joined(separator: "\n") + "\n"
    }
}
