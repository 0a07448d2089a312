import ArgumentTable
import Benchmarking

/// The flags of `tbench longhorn`.
enum LonghornTable {
    static let command = CommandSpec(
        name: "longhorn",
        summary: "Measure what a Longhorn replica, or a replicated volume, costs here.",
        discussion: """
            On a directory: a V1 replica's sparse head file, O_DIRECT 4 KiB writes, never a sync; \
            overwrites and first touches, one and sixteen at a time, sequential I/O, reads, hole \
            punching, extent lookups and a rebuild. On a block device: what a V2 (SPDK) replica asks. \
            Cases that are compared take turns. A durable write is measured beside it and named so: \
            Longhorn does not wait for it. With --replica: the ladder from a replica's disk over the \
            network to a replicated volume; 'tbench serve' is the replica on another machine.
            """,
        examples: [
            ExampleSpec("tbench longhorn", "scratch in the current directory"),
            ExampleSpec("tbench longhorn /var/lib/longhorn", "the disk that holds replicas"),
            ExampleSpec("tbench longhorn /dev/sdb", "a blank disk for the V2 engine"),
            ExampleSpec("tbench longhorn . --quick", "in a quarter of a minute"),
            ExampleSpec("tbench longhorn . --kbench", "and kbench's figures beside it"),
            ExampleSpec(
                "tbench longhorn . --replica local --replica 10.0.0.2 --token-file token",
                "a volume of two replicas; 'tbench serve' runs on the other node"
            ),
        ],
        positionals: [
            PositionalSpec(
                name: "target",
                help: "Directory, file or block device.",
                required: false,
                defaultText: "scratch in the current directory"
            )
        ],
        options: common + disk + [EtcdTable.destroyData] + LadderOptions.all
            + [RunTable.outputFormat] + EtcdTable.keeping,
        exclusive: [["quiet", "progress"]]
    )

    private static let common = [
        OptionSpec(
            long: "size",
            valueName: "bytes",
            help: "Size of the replica's file or the volume, or the part of a device to use.",
            defaultText: "2G, V2 8G; 640M with --quick, 1G with --replica",
            parse: .bytes((1 << 20)...(1 << 50)),
            group: "RUN OPTIONS"
        ),
        OptionSpec(
            long: "seed",
            valueName: "number",
            help: "Seed of offsets and data.",
            defaultValue: "7",
            parse: .integer(0...Int.max),
            group: "RUN OPTIONS"
        ),
        OptionSpec(
            long: "quick",
            help: "Shorter and on less of the disk: a first look.",
            group: "RUN OPTIONS"
        ),
        OptionSpec(
            long: "dry-run",
            help: "Say what would be written, where and for how long; do nothing.",
            group: "RUN OPTIONS"
        ),
    ]

    /// The flags that mean nothing with --replica.
    static let diskOnly = disk.map(\.long)
    /// The flags that mean nothing without it.
    static let ladderOnly = LadderOptions.all.map(\.long)

    private static let disk = [
        OptionSpec(
            long: "data-engine",
            valueName: "engine",
            help: "Longhorn's data engine: v1, files and threads, or v2, SPDK on a raw device.",
            defaultText: "v2 for a block device, else v1",
            parse: .choice(LonghornDataEngine.allCases.map(\.rawValue)),
            group: "DISK OPTIONS"
        ),
        OptionSpec(
            long: "runtime",
            valueName: "time",
            help: "How long each case is measured, all its turns together.",
            defaultText: "3.2s; 500ms with --quick",
            parse: .duration(100_000_000...3_600_000_000_000),
            group: "DISK OPTIONS"
        ),
        OptionSpec(
            long: "revision-counter",
            help: "Also with the revision counter of Longhorn before 1.7.",
            group: "DISK OPTIONS"
        ),
        OptionSpec(
            long: "volumes",
            valueName: "number",
            help: "Also so many volumes at once, 16 writers each; in a directory, V1.",
            defaultValue: "1",
            parse: .integer(1...32),
            group: "DISK OPTIONS"
        ),
        OptionSpec(
            long: "kbench",
            help: "Also kbench's twelve jobs, short, and its table.",
            group: "DISK OPTIONS"
        ),
    ]
}
