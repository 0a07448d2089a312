import ArgumentTable

/// A table with every kind of option, modelled on what tbench offers.
enum SampleTable {
    static let table = CommandTable(
        name: "tbench",
        overview: "Measure what storage costs the software on top of it.",
        version: "1.0.0",
        commands: [etcd, info, schema, list, compare, probe],
        globalOptions: [
            OptionSpec(long: "quiet", short: "q", help: "Print the verdict only."),
            OptionSpec(long: "no-color", help: "Never use colour.", environment: "NO_COLOR"),
            OptionSpec(
                long: "log-file",
                valueName: "file",
                help: "Write a log here.",
                parse: .path,
                environment: "TBENCH_LOG"
            ),
        ],
        examples: [ExampleSpec("tbench etcd /dev/sdb", "is this disk good enough for etcd?")],
        featured: ["etcd", "info", "list"],
        topics: [
            HelpTopic(
                name: "methods",
                summary: "How intervals and verdicts are computed.",
                text: "Rounds, pooled. A block bootstrap gives the interval."
            )
        ],
        exitStatuses: [
            ExitStatusSpec("0", "The answer is good."),
            ExitStatusSpec("64", "The command line is wrong."),
            ExitStatusSpec("128 + signal", "Ended by a signal."),
        ],
        date: "2026-11-20"
    )

    static let etcd = CommandSpec(
        name: "etcd",
        summary: "Measure what etcd's write-ahead log will feel on this disk.",
        discussion: """
            Runs etcd's own pattern of writes. Nothing is left behind.

            A device is refused unless it is blank:
              tbench etcd /dev/sdb --destroy-data=/dev/sdb
            """,
        examples: [
            ExampleSpec("tbench etcd /host/var/lib/tbench", "file target, safe"),
            ExampleSpec("tbench etcd DIR --tag cache=none -o Results/", "keep the record"),
        ],
        positionals: [
            PositionalSpec(
                name: "target",
                help: "Directory, file or block device.",
                required: false,
                defaultText: "a scratch file here"
            )
        ],
        options: loadOptions + targetOptions + outputOptions,
        exclusive: [["rate", "load"]]
    )

    private static let loadOptions = [
        OptionSpec(
            long: "rate",
            valueName: "rate",
            help: "Puts a second.",
            parse: .integer(1...1_000_000),
            group: "LOAD OPTIONS"
        ),
        OptionSpec(
            long: "load",
            valueName: "load",
            help: "A named load.",
            defaultText: "s, then a ramp",
            parse: .choice(["s", "m", "l", "xl", "fio-compat", "ocp", "small", "medium"]),
            group: "LOAD OPTIONS"
        ),
        OptionSpec(
            long: "clients",
            short: "c",
            valueName: "clients",
            help: "Clients that put at the same time.",
            defaultValue: "1",
            parse: .integer(1...10_000),
            group: "LOAD OPTIONS"
        ),
        OptionSpec(
            long: "ramp",
            valueName: "limit",
            kind: .optionalValue,
            help: "Find the largest load within the budget.",
            parse: .integer(1...100_000),
            group: "LOAD OPTIONS"
        ),
        OptionSpec(
            long: "skew",
            valueName: "skew",
            help: "Shift of the arrivals.",
            parse: .number(-1...1.5),
            group: "LOAD OPTIONS",
            hidden: true
        ),
        OptionSpec(
            long: "rounds",
            valueName: "rounds",
            help: "Rounds to run at least.",
            defaultValue: "30",
            parse: .integer(3...Int.max)
        ),
        OptionSpec(
            long: "max-time",
            valueName: "time",
            help: "Stop after this time.",
            defaultValue: "75s",
            parse: .duration(1_000_000_000...86_400_000_000_000)
        ),
    ]

    private static let targetOptions = [
        OptionSpec(
            long: "compat",
            valueName: "version",
            help: "Write as this etcd does.",
            defaultValue: "3.6",
            parse: .choice(["3.4.23", "3.5", "3.6"])
        ),
        OptionSpec(
            long: "ioengine",
            valueName: "engine",
            help: "How to submit I/O.",
            defaultValue: "auto",
            parse: .choice(["auto", "sync", "libaio", "io_uring"])
        ),
        OptionSpec(
            long: "filesystem",
            valueName: "type",
            help: "Format the device, and measure on it as well.",
            parse: .choice(["ext4", "xfs"])
        ),
        OptionSpec(
            long: "destroy-data",
            valueName: "device",
            help: "Write to this device although it holds data.",
            parse: .path
        ),
        OptionSpec(
            long: "segment-size",
            valueName: "size",
            help: "Size of a WAL segment.",
            defaultValue: "64MB",
            parse: .bytes(1_048_576...1_073_741_824)
        ),
        OptionSpec(
            long: "preallocate",
            kind: .inversion,
            help: "Allocate segments beforehand.",
            defaultValue: "true"
        ),
    ]

    private static let outputOptions = [
        OptionSpec(
            long: "output-format",
            valueName: "format",
            help: "What to print.",
            defaultValue: "text",
            parse: .choice(["text", "json", "markdown"]),
            group: "OUTPUT OPTIONS"
        ),
        OptionSpec(
            long: "output-dir",
            short: "o",
            valueName: "dir",
            help: "Keep the record here.",
            parse: .path,
            group: "OUTPUT OPTIONS"
        ),
        OptionSpec(
            long: "tag",
            valueName: "key=value",
            kind: .repeated,
            help: "A note kept in the record.",
            parse: .keyValue,
            group: "OUTPUT OPTIONS"
        ),
        OptionSpec(
            long: "note",
            valueName: "text",
            help: "A sentence kept in the record.",
            group: "OUTPUT OPTIONS"
        ),
        OptionSpec(long: "strict", short: "s", help: "Exit with 3 when inconclusive."),
        OptionSpec(long: "dry-run", short: "n", help: "Print the plan only."),
        OptionSpec(long: "compare-fio-recipe", help: "Show the classic recipe's number as well."),
    ]

    static let info = CommandSpec(
        name: "info",
        summary: "Show what is underneath a target.",
        positionals: [PositionalSpec(name: "target", help: "Directory, file or block device.")],
        options: [OptionSpec(long: "json", help: "Print JSON.")]
    )

    static let schema = CommandSpec(name: "schema", summary: "Print the schema of a record.")

    static let list = CommandSpec(
        name: "list",
        summary: "List workloads.",
        positionals: [
            PositionalSpec(
                name: "kind",
                help: "What to list.",
                parse: .choice(["workloads", "engines"]),
                required: false
            )
        ]
    )

    static let compare = CommandSpec(
        name: "compare",
        summary: "Compare records.",
        positionals: [
            PositionalSpec(name: "base", help: "The record to compare with."),
            PositionalSpec(name: "more", help: "Other records.", required: false, repeated: true),
        ]
    )

    static let probe = CommandSpec(
        name: "probe",
        summary: "Show the noise floor.",
        hidden: true
    )
}
