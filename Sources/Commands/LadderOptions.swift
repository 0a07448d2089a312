import ArgumentTable
import Replication

/// The flags of `tbench longhorn` that are about replicas on other machines.
enum LadderOptions {
    static let all = [
        OptionSpec(
            long: "replica",
            valueName: "address",
            kind: .repeated,
            help:
                "A replica that takes part: 'local', an agent (host or host:port), or a real one (longhorn://host:9502, its control port).",
            parse: .string,
            group: "REPLICA OPTIONS"
        ),
        OptionSpec(
            long: "volume",
            valueName: "socket",
            help:
                "A real engine's socket as well, unix:///var/run/longhorn-VOL.sock: reads, and writes if --destroy-replica names it. Needs --size.",
            parse: .string,
            group: "REPLICA OPTIONS"
        ),
        OptionSpec(
            long: "device",
            valueName: "device",
            help:
                "The volume's block device as well, /dev/longhorn/VOL: blank, or named in --destroy-data.",
            parse: .path,
            group: "REPLICA OPTIONS"
        ),
        OptionSpec(
            long: "mounted",
            valueName: "directory",
            help: "A directory in a filesystem on the volume as well: what an fsync there takes.",
            parse: .path,
            group: "REPLICA OPTIONS"
        ),
        OptionSpec(
            long: "destroy-replica",
            valueName: "address",
            kind: .repeated,
            help:
                "Write to this replica or volume although it may hold somebody's data; spelled as in --replica or --volume.",
            parse: .string,
            group: "REPLICA OPTIONS"
        ),
        OptionSpec(
            long: "connections",
            valueName: "number",
            help: "Connections to each replica; Longhorn has 2, and had 1 before 1.7.",
            defaultValue: "2",
            parse: .integer(1...8),
            group: "REPLICA OPTIONS"
        ),
        OptionSpec(
            long: "rounds",
            valueName: "number",
            help: "Rounds of the ladder; each step once in each.",
            defaultText: "12; 4 with --quick",
            parse: .integer(2...10_000),
            group: "REPLICA OPTIONS"
        ),
        OptionSpec(
            long: "slice",
            valueName: "time",
            help: "How long a step takes in a round.",
            defaultText: "120ms; 60ms with --quick",
            parse: .duration(10_000_000...60_000_000_000),
            group: "REPLICA OPTIONS"
        ),
        OptionSpec(
            long: "loads",
            valueName: "loads",
            help:
                "What is on the ladder: write, all (with reads and 16 in flight), or single (writes and reads, one at a time).",
            defaultValue: "all",
            parse: .choice(["all", "single", "write"]),
            group: "REPLICA OPTIONS"
        ),
        OptionSpec(
            long: "replica-timeout",
            valueName: "time",
            help: "A replica that does not answer for so long is lost, as in Longhorn.",
            defaultValue: "8s",
            parse: .duration(1_000_000_000...600_000_000_000),
            group: "REPLICA OPTIONS"
        ),
        ServeTable.tokenFile,
    ]

    static func loads(_ text: String?) -> LadderPlan.Loads {
        switch text {
        case "write": .write
        case "single": [.write, .read]
        default: [.write, .read, .deep]
        }
    }
}
