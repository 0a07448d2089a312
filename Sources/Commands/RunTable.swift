import ArgumentTable
import IOEngines

/// The flags of `tbench run`.
enum RunTable {
    static let command = CommandSpec(
        name: "run",
        summary: "Run a workload: a profile of tbench's, of yours, or a fio job file.",
        discussion: """
            A profile says what it answers, its jobs in fio's words, and the limits a good result keeps. \
            'tbench list' shows those that come with tbench; a path takes your own, in JSON5, or a fio \
            job file (*.fio). A directory gets a scratch file that is written once before the first \
            job; profiles that only read leave an existing file or device as it is.
            """,
        examples: [
            ExampleSpec("tbench run random-4k", "scratch in the current directory"),
            ExampleSpec(
                "tbench run postgres-wal /var/lib",
                "commits a second, and how long each waits"
            ),
            ExampleSpec("tbench run my.fio /mnt/data", "a fio job file, meaning what fio means"),
            ExampleSpec("tbench run random-4k . --size 512M --runtime 5s", "smaller and shorter"),
            ExampleSpec(
                "tbench run random-4k . --verify",
                "and see that it keeps what it is given"
            ),
            ExampleSpec(
                "tbench run random-4k . --sweep iodepth=1..128 --job read-depth-1",
                "latency against load, and where it bends"
            ),
        ],
        positionals: [
            PositionalSpec(
                name: "profile",
                help: "A profile's name, or the path of a profile or fio job file.",
                required: true
            ),
            PositionalSpec(
                name: "target",
                help: "Directory, file or block device.",
                required: false,
                defaultText: "scratch in the current directory"
            ),
        ],
        options: run + [EtcdTable.destroyData, outputFormat] + EtcdTable.keeping,
        exclusive: [["quiet", "progress"]]
    )

    static let outputFormat = OptionSpec(
        long: "output-format",
        valueName: "format",
        help: "What stdout gets; fio-json is what fio-plot, kbench and kubestr read.",
        defaultValue: "text",
        parse: .choice(["text", "json", "markdown", "fio-json"]),
        group: "OUTPUT OPTIONS"
    )

    private static let run = [
        OptionSpec(
            long: "size",
            valueName: "bytes",
            help: "Size of the scratch file, or the part of a device to use.",
            defaultText: "the profile's",
            parse: .bytes(1_048_576...(1 << 50)),
            group: "RUN OPTIONS"
        ),
        OptionSpec(
            long: "runtime",
            valueName: "time",
            help: "How long each job is measured.",
            defaultText: "the profile's",
            parse: .duration(1_000_000_000...86_400_000_000_000),
            group: "RUN OPTIONS"
        ),
        OptionSpec(
            long: "ioengine",
            valueName: "engine",
            help:
                "The engine of every job; auto takes io_uring, libaio or sync, whichever works first. null and nop do nothing, without and with a ring.",
            defaultText: "the profile's",
            parse: .choice(EngineChoice.allCases.map(\.rawValue) + ["null", "nop"]),
            group: "RUN OPTIONS"
        ),
        OptionSpec(
            long: "seed",
            valueName: "number",
            help: "Seed of offsets, sizes, data and arrivals.",
            defaultValue: "7",
            parse: .integer(0...Int.max),
            group: "RUN OPTIONS"
        ),
        OptionSpec(
            long: "sweep",
            valueName: "figure=range",
            help:
                "Measure one job again and again: iodepth=1..128, numjobs=1,2,4, rate=10%..110% of what it reaches, or rate=1000..64000.",
            parse: .string,
            group: "RUN OPTIONS"
        ),
        OptionSpec(
            long: "job",
            valueName: "name",
            help: "The job to sweep.",
            defaultText: "the only one",
            parse: .string,
            group: "RUN OPTIONS"
        ),
        OptionSpec(
            long: "verify",
            help:
                "Write blocks that say what they are, read them all back, and report each that is lost, torn, stale or misplaced.",
            group: "RUN OPTIONS"
        ),
        OptionSpec(
            long: "dry-run",
            help: "Say what would be written, where and for how long; do nothing.",
            group: "RUN OPTIONS"
        ),
    ]
}
