import ArgumentTable

/// Every command, flag and help text of tbench.
enum TbenchTable {
    static let table = CommandTable(
        name: "tbench",
        overview: "Measure whether a disk is good enough for etcd, and say why.",
        version: Version.number,
        commands: [
            EtcdTable.command, RunTable.command, LonghornTable.command,
            NetTable.command, ServeTable.command, ModelTable.command,
            MatrixTable.command, MatrixTable.rate,
            ReportTable.command,
            ManifestTable.command, CollectTable.command, DoctorTable.command,
        ] + RegressionTable.commands + [info, list, schema],
        examples: [
            ExampleSpec("tbench etcd", "a scratch file in this directory"),
            ExampleSpec("tbench etcd /var/lib", "the disk below /var/lib, safe"),
            ExampleSpec("tbench etcd /dev/sdb", "a blank disk, nothing else is touched"),
            ExampleSpec("tbench run random-4k", "small random reads and writes"),
        ],
        featured: [
            "etcd", "run", "longhorn",
            "net", "serve", "model",
            "matrix", "rate",
            "compare", "check", "accept", "history", "results", "report",
            "manifest", "collect", "doctor",
            "info", "list", "schema",
        ],
        topics: HelpTopics.all,
        exitStatuses: [
            ExitStatusSpec("0", "The run is complete and the answer is good or borderline."),
            ExitStatusSpec("1", "The run failed: an I/O error, a full disk, an internal error."),
            ExitStatusSpec(
                "2",
                "A limit is broken: too slow for etcd; a check found a regression; doctor found an error."
            ),
            ExitStatusSpec("3", "No verdict or comparison was possible, and --strict was given."),
            ExitStatusSpec("64", "The command line is wrong."),
            ExitStatusSpec(
                "66",
                "The target, a result or a baseline is missing, or the target is too small."
            ),
            ExitStatusSpec("69", "A feature that was demanded is not available here."),
            ExitStatusSpec("77", "Refused: no permission, or somebody's data is there."),
            ExitStatusSpec("128+n", "Ended by signal n; what was measured is kept."),
        ],
        date: "2026-11-20"
    )

    private static let info = CommandSpec(
        name: "info",
        summary: "Say what is underneath a directory, file or device.",
        discussion: "Reads /sys and /proc only; nothing is written and no I/O is done.",
        examples: [
            ExampleSpec("tbench info .", "filesystem, device stack, queue, write cache"),
            ExampleSpec("tbench info /dev/sdb --output-format json", "for scripts"),
        ],
        positionals: [
            PositionalSpec(
                name: "target",
                help: "Directory, file or block device.",
                required: false,
                defaultText: "the current directory"
            )
        ],
        options: [EtcdTable.outputFormat, EtcdTable.color]
    )

    private static let list = CommandSpec(
        name: "list",
        summary: "List the profiles of 'run', the loads of 'etcd' and the rules of 'doctor'.",
        positionals: [
            PositionalSpec(
                name: "what",
                help: "Only profiles, loads or rules.",
                parse: .choice(["profiles", "loads", "rules"]),
                required: false,
                defaultText: "profiles and loads"
            )
        ]
    )

    private static let schema = CommandSpec(
        name: "schema",
        summary: "Print the JSON Schema of result records."
    )
}
