import ArgumentTable

/// The flags of `tbench manifest`.
enum ManifestTable {
    static let command = CommandSpec(
        name: "manifest",
        summary: "Print Kubernetes YAML: a pod, a Job, a whole fleet, or a nightly run.",
        discussion: """
            Prints; nothing is sent to any cluster. What follows '--' is the tbench command to run in the \
            pod, without its target: etcd, longhorn or run PROFILE. The target decides the privilege: none \
            for the kubelet's own disk (the default) and for claims, a privileged namespace for \
            --host-path, a privileged container only for --device.

            A fleet is one Job for each node. They take turns, each in its own slot of time, because nodes \
            that share a SAN or a hypervisor's disks measure each other; --storm lets all begin at the \
            same moment. Never more than a minority of the control-plane nodes shares a slot. Clocks must \
            agree to a second or so; a pod that misses its slot by a minute refuses to run.
            """,
        examples: [
            ExampleSpec("tbench manifest pod -- etcd", "the kubelet's disk of some node"),
            ExampleSpec(
                "tbench manifest job --node cp1 --host-path /var/lib/tbench -- etcd",
                "one node's disk"
            ),
            ExampleSpec(
                "tbench manifest job --storage-class fast --block -- run random-4k",
                "a block volume of a CSI driver"
            ),
            ExampleSpec(
                "tbench manifest fleet --nodes all --inventory nodes.json -- etcd",
                "every node, one after another"
            ),
            ExampleSpec(
                "tbench manifest cronjob --node cp1 --schedule @daily -- etcd",
                "every night"
            ),
        ],
        positionals: [
            PositionalSpec(
                name: "kind",
                help: "pod, job, fleet or cronjob.",
                parse: .choice(["pod", "job", "fleet", "cronjob"])
            ),
            PositionalSpec(
                name: "command",
                help: "After '--': the tbench command to run, without its target.",
                parse: .string,
                required: false,
                repeated: true,
                defaultText: "etcd"
            ),
        ],
        options: target + place + fleet + pod,
        exclusive: [["host-path", "claim", "storage-class", "device"], ["storm", "at-once"]]
    )

    private static func option(
        _ long: String,
        _ valueName: String?,
        _ help: String,
        _ group: String,
        value: String? = nil,
        text: String? = nil,
        parse: ValueKind = .string
    ) -> OptionSpec {
        OptionSpec(
            long: long,
            valueName: valueName,
            help: help,
            defaultValue: value,
            defaultText: text,
            parse: parse,
            group: group
        )
    }

    private static let target = [
        option(
            "host-path",
            "directory",
            "A directory of the node; needs a privileged namespace, not a privileged container.",
            "TARGET OPTIONS",
            text: "an emptyDir on the kubelet's disk"
        ),
        option("claim", "name", "A PersistentVolumeClaim that is there already.", "TARGET OPTIONS"),
        option(
            "storage-class",
            "name",
            "A volume of this class that lives as long as the pod.",
            "TARGET OPTIONS"
        ),
        option(
            "device",
            "path",
            "A raw disk of the node; needs a privileged container.",
            "TARGET OPTIONS"
        ),
        option("block", nil, "The claim or volume as a block device.", "TARGET OPTIONS"),
        option(
            "volume-size",
            "quantity",
            "Size of the volume of --storage-class, and limit of an emptyDir.",
            "TARGET OPTIONS",
            value: "10Gi"
        ),
    ]

    private static let place = [
        option(
            "node",
            "name",
            "The node to run on.",
            "PLACE OPTIONS",
            text: "where the scheduler likes"
        ),
        option("namespace", "name", "Where the pods go.", "PLACE OPTIONS", value: "tbench"),
        OptionSpec(
            long: "tolerate-all",
            kind: .inversion,
            help: "Also on nodes with taints, as control planes have.",
            defaultText: "where the node is named",
            group: "PLACE OPTIONS"
        ),
    ]

    private static let fleet = [
        option("nodes", "nodes", "all, names (a,b,c), or a label selector.", "FLEET OPTIONS"),
        option(
            "inventory",
            "file",
            "What 'kubectl get nodes -o json' prints; '-' is stdin.",
            "FLEET OPTIONS",
            text: "none, for names only",
            parse: .path
        ),
        option(
            "control-plane",
            "names",
            "The control-plane nodes, or 'none'.",
            "FLEET OPTIONS",
            text: "as their labels say"
        ),
        option(
            "at-once",
            "number",
            "Nodes that share a slot.",
            "FLEET OPTIONS",
            text: "1",
            parse: .integer(1...100_000)
        ),
        option("storm", nil, "All nodes at the same moment.", "FLEET OPTIONS"),
        option(
            "accept-quorum-risk",
            nil,
            "Load control-plane nodes even where etcd could lose its majority.",
            "FLEET OPTIONS"
        ),
        option(
            "start-at",
            "time",
            "When the first slot begins, in UTC.",
            "FLEET OPTIONS",
            text: "in five minutes"
        ),
        option(
            "slot",
            "time",
            "How long each slot is.",
            "FLEET OPTIONS",
            value: "5min",
            parse: .duration(30_000_000_000...86_400_000_000_000)
        ),
        option(
            "network",
            "how",
            "Pairs of nodes measure the network: also, after the disks, or only that.",
            "FLEET OPTIONS",
            parse: .choice(["also", "only"])
        ),
        option(
            "network-rounds",
            "number",
            "How many other nodes each one meets.",
            "FLEET OPTIONS",
            text: "every other",
            parse: .integer(1...10_000)
        ),
        option(
            "token-secret",
            "name",
            "The Secret whose key 'token' the agents and their clients share.",
            "FLEET OPTIONS",
            value: "tbench-token"
        ),
        option("host-network", nil, "The nodes' own network, for --network.", "FLEET OPTIONS"),
    ]

    private static let pod = [
        option(
            "image",
            "image",
            "The image, best by its digest.",
            "POD OPTIONS",
            value: "tbench:\(Version.number)"
        ),
        option(
            "name",
            "name",
            "Name of the pod or Job, and of the run.",
            "POD OPTIONS",
            value: "tbench"
        ),
        option("cpu", "quantity", "CPUs to ask for.", "POD OPTIONS", value: "1"),
        option(
            "cpu-limit",
            nil,
            "Limit the CPUs to what is asked for; whole ones are exclusive under a static CPU manager.",
            "POD OPTIONS"
        ),
        option(
            "memory",
            "quantity",
            "Memory to ask for and the limit; page cache counts.",
            "POD OPTIONS",
            value: "1Gi"
        ),
        option("priority-class", "name", "Priority class of the pods.", "POD OPTIONS"),
        option(
            "deadline",
            "time",
            "A run is ended after so long.",
            "POD OPTIONS",
            value: "30min",
            parse: .duration(60_000_000_000...604_800_000_000_000)
        ),
        option(
            "keep",
            "time",
            "How long a finished Job stays; its log goes with it.",
            "POD OPTIONS",
            value: "24h",
            parse: .duration(60_000_000_000...2_592_000_000_000_000)
        ),
        option(
            "schedule",
            "cron",
            "Five cron fields in UTC, for cronjob.",
            "POD OPTIONS",
            text: "0 3 * * *"
        ),
    ]
}
