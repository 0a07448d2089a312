import ArgumentTable
import Inspection

/// The flags of `tbench doctor`.
enum DoctorTable {
    static let command = CommandSpec(
        name: "doctor",
        summary: "Find what this node, VM or configuration gets wrong; say why, and the fix.",
        discussion: """
            Without files this machine is looked at: processor, memory, kernel, disks, network, what Longhorn \
            needs. With files they are, and what only shows when they are compared: a VM of Proxmox, its \
            storages, a machine configuration of Talos, Longhorn's values. Every finding names its place, \
            why it matters, the fix and who says so; what could not be read is "unknown", with what \
            would help. Nothing is written or changed; tokens, keys and certificates in files are not kept.

            Exit code 0: no error. 2: at least one error, with --strict also a warning. 3: --strict, and something is \
            unknown.
            """,
        examples: [
            ExampleSpec("tbench doctor", "this machine, or the node of this pod"),
            ExampleSpec(
                "tbench doctor --proxmox 101.conf --storage-cfg /etc/pve/storage.cfg",
                "a VM and what its disks lie on"
            ),
            ExampleSpec("tbench doctor --proxmox 101.conf --fix", "the corrected lines, to type"),
            ExampleSpec(
                "tbench doctor --talos worker.yaml --longhorn values.yaml",
                "two files together"
            ),
            ExampleSpec("tbench doctor --explain PVE-CACHE-UNSAFE", "one rule"),
            ExampleSpec("tbench doctor --plan nodes=3 network=1gbe disks=nvme", "what to build"),
        ],
        positionals: [
            PositionalSpec(
                name: "fact",
                help:
                    "For --plan: nodes=3, network=10gbe, disks=nvme (ssd, enterprise, hdd), memory=64.",
                parse: .keyValue,
                required: false,
                repeated: true
            )
        ],
        options: [
            file("proxmox", "conf", .repeated, "A VM's configuration, as in /etc/pve/qemu-server."),
            file("storage-cfg", "file", .single, "The storages of the Proxmox cluster."),
            file("talos", "yaml", .repeated, "A Talos machine configuration, or a patch of one."),
            file(
                "longhorn",
                "yaml",
                .single,
                "The values that Longhorn's chart is installed with."
            ),
            OptionSpec(
                long: "live",
                help: "Look at this machine as well, when files are given.",
                group: "WHAT TO LOOK AT"
            ),
            OptionSpec(
                long: "system-root",
                valueName: "directory",
                help: "Read /proc, /sys and /etc below this directory instead.",
                parse: .path,
                group: "WHAT TO LOOK AT",
                hidden: true
            ),
            OptionSpec(
                long: "role",
                valueName: "role",
                kind: .repeated,
                help: "What the machine is for.",
                defaultText: "from Talos' type, Longhorn's engine, or what lies on this node",
                parse: .choice(Role.allCases.map(\.rawValue)),
                group: "HOW TO JUDGE"
            ),
            OptionSpec(
                long: "profile",
                valueName: "profile",
                help: "Sizes and thresholds.",
                defaultValue: "production",
                parse: .choice(Limits.names.sorted()),
                group: "HOW TO JUDGE"
            ),
            OptionSpec(
                long: "strict",
                help: "Warnings and unknown facts count for the exit code.",
                group: "HOW TO JUDGE"
            ),
            OptionSpec(
                long: "fix",
                help:
                    "Print the corrected lines and commands instead of the findings; nothing is edited.",
                group: "WHAT TO PRINT"
            ),
            OptionSpec(
                long: "explain",
                valueName: "rule",
                kind: .single,
                help: "Explain one rule; 'tbench list rules' shows them all.",
                group: "WHAT TO PRINT"
            ),
            OptionSpec(
                long: "plan",
                help: "Recommend storage, network and sizes for the facts that follow.",
                group: "WHAT TO PRINT"
            ),
            OptionSpec(
                long: "result",
                valueName: "file",
                kind: .repeated,
                help: "For --plan: a result measured here; its verdict goes first.",
                parse: .path,
                group: "WHAT TO PRINT"
            ),
            OptionSpec(
                long: "all",
                help: "Also name the rules that found nothing.",
                group: "WHAT TO PRINT"
            ),
            OptionSpec(
                long: "output-format",
                valueName: "format",
                help: "What stdout gets.",
                defaultValue: "text",
                parse: .choice(["text", "json", "markdown", "junit"]),
                group: "OUTPUT OPTIONS"
            ),
            EtcdTable.color,
        ],
        exclusive: [["fix", "explain", "plan"]]
    )

    private static func file(
        _ long: String,
        _ value: String,
        _ kind: OptionSpec.Kind,
        _ help: String
    ) -> OptionSpec {
        OptionSpec(
            long: long,
            valueName: value,
            kind: kind,
            help: help,
            parse: .path,
            group: "WHAT TO LOOK AT"
        )
    }
}
