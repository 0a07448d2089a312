import ArgumentTable

/// The flags of `tbench model`.
enum ModelTable {
    static let command = CommandSpec(
        name: "model",
        summary: "Predict a replicated volume from result files, and say which term is to blame.",
        discussion: """
            L_total = L_virt + L_fs + max over the replicas of (RTT + L_io). The files of 'tbench \
            longhorn', 'tbench net' and 'tbench run' hold the terms; each is shown with where it comes \
            from: measured, derived or assumed. L_virt is in those of 'tbench matrix --vm', too. A term that no file holds is missing, and the command that \
            would measure it is named. Where a replicated write was measured too, it stands beside the \
            prediction.

            Beside the formula there is a refined prediction: whole distributions are added, and the slowest \
            of several replicas is found as an order statistic. See 'tbench help latency-model'.
            """,
        examples: [
            ExampleSpec("tbench model LADDER.json", "one run that measured every step"),
            ExampleSpec(
                "tbench model --replica A.json --replica B.json,NET-B.json",
                "disks and links of different days and nodes; A is local"
            ),
            ExampleSpec(
                "tbench model LADDER.json --set rtt=0.2ms --set replicas=2",
                "what if"
            ),
            ExampleSpec(
                "tbench model LADDER.json --set cache=writeback=OTHER.json",
                "with the disk of another result"
            ),
            ExampleSpec("tbench model --fleet Results/", "which nodes should hold no replicas"),
        ],
        positionals: [
            PositionalSpec(
                name: "file",
                help: "Result files of one volume: a ladder, disks, round trips.",
                required: false,
                repeated: true
            )
        ],
        options: [
            OptionSpec(
                long: "replica",
                valueName: "disk[,net]",
                kind: .repeated,
                help:
                    "A replica: the result of its disk, and of the way to it; without one it is on the engine's own node.",
                parse: .path,
                group: "MODEL OPTIONS"
            ),
            OptionSpec(
                long: "set",
                valueName: "term=value",
                kind: .repeated,
                help:
                    "What if: rtt=0.2ms, disk=1ms, disk=RESULT.json, cache=writeback=RESULT.json (aio, format), each also of one replica as in rtt@HOST:PORT=0.2ms; link=10gbps, replicas=2, lvirt=140us, lfs=20us, nseq=3.",
                parse: .keyValue,
                group: "MODEL OPTIONS"
            ),
            file("host", "guest", "L_virt: a disk measured on the host."),
            file("guest", "host", "L_virt: the same image measured in the guest."),
            file("file", "device", "L_fs: a file on a filesystem."),
            file("device", "file", "L_fs: the device below it."),
            OptionSpec(
                long: "longhorn-version",
                valueName: "version",
                help: "Before 1.7 a write waits for the revision counter, too.",
                defaultValue: "1.10",
                parse: .string,
                group: "MODEL OPTIONS"
            ),
            OptionSpec(
                long: "revision-counter",
                kind: .inversion,
                help: "Whether each write also writes the revision counter.",
                defaultText: "as the version does",
                group: "MODEL OPTIONS"
            ),
            OptionSpec(
                long: "fleet",
                valueName: "directory",
                help:
                    "A whole fleet: every node's disk and the ways between nodes, from the records below a directory.",
                parse: .path,
                group: "MODEL OPTIONS"
            ),
            EtcdTable.outputFormat, EtcdTable.color,
        ]
    )

    private static func file(_ name: String, _ other: String, _ help: String) -> OptionSpec {
        OptionSpec(
            long: name,
            valueName: "result",
            help: "\(help) Goes with --\(other).",
            parse: .path,
            group: "MODEL OPTIONS"
        )
    }

    static let topic = HelpTopic(
        name: "latency-model",
        summary: "How a replicated write is predicted, and how the prediction is judged.",
        text: """
            Formula: L_virt + L_fs + the largest over the replicas of RTT + L_io, with means; for a \
            percentile with the percentiles.

            Refined: the distribution of RTT (the write's bytes there and back, answered from memory) and that \
            of L_io (the replica's own disk) are added, round by round, because rounds of one run were \
            interleaved and belong together. A copy leaves after those sent before it. The slowest of \
            independent replicas is the product of their distribution functions. Reads go to one replica in \
            its turn: a mixture, not a maximum. An fsync is its dependent writes one after the other; \
            Longhorn V1 answers the flush itself without doing anything. Before 1.7 the revision \
            counter is written after each write, later (where it is on) beside it.

            Residual: (measured - refined) / measured, with a 95 % interval from drawing the rounds again, \
            the same for both. It passes up to 10 %, at p99 up to 20 %, or where the interval includes 0.

            The limit is the component without which a write would be shortest. Replicas that are alike hide each \
            other; then it is the disks of all, or the network to all.
            """
    )
}
