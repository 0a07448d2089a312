import ArgumentTable
import Benchmarking
import IOEngines
import Workloads

/// The flags of `tbench etcd`.
enum EtcdTable {
    static let command = CommandSpec(
        name: "etcd",
        summary: "Measure what etcd will feel on this disk, with a verdict.",
        discussion: """
            Reproduces etcd's write-ahead log and its backend commits call by call, at the rate of \
            a real cluster, and judges both p99s against etcd's limits (10 ms and 25 ms). Takes \
            about 25 seconds when the answer is clear, at most 75. A directory or file target never \
            touches anything tbench did not create.
            """,
        examples: [
            ExampleSpec("tbench etcd", "scratch in the current directory"),
            ExampleSpec("tbench etcd /host/var/lib", "from a debug pod, safe"),
            ExampleSpec("tbench etcd /dev/sdb", "a blank disk: the device floor"),
            ExampleSpec(
                "tbench etcd /dev/sdb --filesystem xfs",
                "device and filesystem, and what the filesystem costs"
            ),
            ExampleSpec(
                "tbench etcd . --compare-fio-recipe",
                "beside the number everybody knows"
            ),
            ExampleSpec(
                "tbench etcd /var/lib --beside longhorn",
                "what a busy volume on the same disk does to it"
            ),
            ExampleSpec("tbench etcd . -o Results/ --tag cache=none", "keep the record"),
        ],
        positionals: [
            PositionalSpec(
                name: "target",
                help: "Directory, file or block device.",
                required: false,
                defaultText: "scratch in the current directory"
            )
        ],
        options: load + run + target + output,
        exclusive: [["rate", "closed"], ["quiet", "progress"]]
    )

    private static let load = [
        OptionSpec(
            long: "load",
            valueName: "load",
            help: "The load the verdict is about; see 'tbench list'.",
            defaultValue: "small",
            parse: .choice(EtcdLoad.named.flatMap(\.names)),
            group: "LOAD OPTIONS"
        ),
        OptionSpec(
            long: "rate",
            valueName: "puts/s",
            help: "Offer this many puts a second instead of the load's own rate.",
            parse: .number(0.1...1_000_000),
            group: "LOAD OPTIONS"
        ),
        OptionSpec(
            long: "closed",
            help: "Closed loop: each client sends its next put when the last is done.",
            group: "LOAD OPTIONS"
        ),
        OptionSpec(
            long: "clients",
            valueName: "clients",
            help: "Puts outstanding at most.",
            defaultText: "the load's",
            parse: .integer(1...4096),
            group: "LOAD OPTIONS"
        ),
        OptionSpec(
            long: "key-size",
            valueName: "bytes",
            help: "Bytes of a key.",
            defaultText: "the load's",
            parse: .bytes(1...65536),
            group: "LOAD OPTIONS"
        ),
        OptionSpec(
            long: "value-size",
            valueName: "bytes",
            help: "Bytes of a value.",
            defaultText: "the load's",
            parse: .bytes(0...1_048_576),
            group: "LOAD OPTIONS"
        ),
        OptionSpec(
            long: "arrivals",
            valueName: "pattern",
            help: "As etcd's own check sends them, evenly spaced, or as many independent clients.",
            defaultValue: EtcdArrivals.limiter.rawValue,
            parse: .choice(EtcdArrivals.allCases.map(\.rawValue)),
            group: "LOAD OPTIONS"
        ),
        OptionSpec(
            long: "transport",
            valueName: "kind",
            help: "Puts over loopback connections as etcd gets them, or handed over in memory.",
            defaultValue: PutTransport.tcp.rawValue,
            parse: .choice(PutTransport.allCases.map(\.rawValue)),
            group: "LOAD OPTIONS"
        ),
        OptionSpec(
            long: "data",
            valueName: "kind",
            help: "Incompressible values, or zeros as 'etcdctl check perf' writes.",
            defaultValue: PayloadKind.random.rawValue,
            parse: .choice(PayloadKind.allCases.map(\.rawValue)),
            group: "LOAD OPTIONS"
        ),
        OptionSpec(
            long: "compat",
            valueName: "version",
            help: "The etcd release to reproduce where releases differ on disk.",
            defaultValue: EtcdCompatibility.v3_5.rawValue,
            parse: .choice(EtcdCompatibility.allCases.map(\.rawValue)),
            group: "LOAD OPTIONS"
        ),
        OptionSpec(
            long: "segment-size",
            valueName: "bytes",
            help: "Shorter log segments cut sooner; etcd's own size is fixed.",
            defaultValue: "64000000",
            defaultText: "64000000, etcd's",
            parse: .bytes(1_000_000...64_000_000),
            group: "LOAD OPTIONS"
        ),
    ]

    private static let run = [
        OptionSpec(
            long: "ioengine",
            valueName: "engine",
            help: "How I/O is issued; auto is sync, the calls etcd makes.",
            defaultValue: EngineChoice.auto.rawValue,
            parse: .choice(EngineChoice.allCases.map(\.rawValue)),
            group: "RUN OPTIONS"
        ),
        OptionSpec(
            long: "rounds",
            valueName: "rounds",
            help: "Rounds of the verdict's load at most.",
            defaultValue: "25",
            parse: .integer(1...10_000),
            group: "RUN OPTIONS"
        ),
        OptionSpec(
            long: "round-time",
            valueName: "time",
            help: "Length of a round.",
            defaultValue: "2s",
            parse: .duration(100_000_000...600_000_000_000),
            group: "RUN OPTIONS"
        ),
        OptionSpec(
            long: "max-time",
            valueName: "time",
            help: "Bound on the whole run.",
            defaultValue: "70s",
            parse: .duration(3_000_000_000...86_400_000_000_000),
            group: "RUN OPTIONS"
        ),
        OptionSpec(
            long: "early-stop",
            kind: .inversion,
            help: "Stop when the answer is clear, either way, or the interval is tight.",
            defaultValue: "true",
            defaultText: "on",
            group: "RUN OPTIONS"
        ),
        OptionSpec(
            long: "only-load",
            help: "The verdict's load alone: no ramp, sequential writes or recovery.",
            group: "RUN OPTIONS"
        ),
        OptionSpec(
            long: "beside",
            valueName: "neighbour",
            help:
                "Also with a busy Longhorn volume on the same disk, in turns, and by how much the fsync p99 grows.",
            parse: .choice(["longhorn"]),
            group: "RUN OPTIONS"
        ),
        OptionSpec(
            long: "compare-fio-recipe",
            help: "Also run the well-known fio recipe, and say why it differs.",
            group: "RUN OPTIONS"
        ),
        OptionSpec(
            long: "seed",
            valueName: "number",
            help: "Seed of data and arrivals.",
            defaultValue: "7",
            parse: .integer(0...Int.max),
            group: "RUN OPTIONS"
        ),
        OptionSpec(
            long: "dry-run",
            help: "Say what would be written, where and for how long; do nothing.",
            group: "RUN OPTIONS"
        ),
    ]

    private static let target = [
        OptionSpec(
            long: "wal-dir",
            valueName: "directory",
            help: "Keep the log on another disk, as etcd --wal-dir.",
            parse: .path,
            group: "TARGET OPTIONS"
        ),
        OptionSpec(
            long: "filesystem",
            valueName: "type",
            help: "Format a blank or owned device, mount it privately and measure both.",
            parse: .choice(["ext4", "xfs"]),
            group: "TARGET OPTIONS"
        ),
        destroyData,
    ]

    static let destroyData = OptionSpec(
        long: "destroy-data",
        valueName: "device",
        help: "Erase what is on this device; must name the target.",
        parse: .path,
        group: "TARGET OPTIONS"
    )

    static let outputFormat = OptionSpec(
        long: "output-format",
        valueName: "format",
        help: "What stdout gets.",
        defaultValue: "text",
        parse: .choice(["text", "json", "markdown"]),
        group: "OUTPUT OPTIONS"
    )

    static let color = OptionSpec(
        long: "color",
        kind: .inversion,
        help: "Colours; NO_COLOR turns them off too.",
        defaultText: "on a terminal",
        group: "OUTPUT OPTIONS"
    )

    static let output = [outputFormat] + keeping

    /// What every run offers beside the format of its output.
    static let keeping =
        [
            OptionSpec(
                long: "output-dir",
                short: "o",
                valueName: "directory",
                help: "Keep the record below this directory.",
                parse: .path,
                group: "OUTPUT OPTIONS"
            ),
            OptionSpec(
                long: "histograms",
                valueName: "directory",
                help:
                    "Write every histogram there: HdrHistogram logs (.hlog) and percentiles (.hgrm).",
                parse: .path,
                group: "OUTPUT OPTIONS"
            ),
            OptionSpec(
                long: "tag",
                valueName: "key=value",
                kind: .repeated,
                help: "Note what cannot be seen from inside, such as cache=none.",
                parse: .keyValue,
                group: "OUTPUT OPTIONS"
            ),
            OptionSpec(
                long: "quiet",
                short: "q",
                help: "No progress; only the verdict line on stdout.",
                group: "OUTPUT OPTIONS"
            ),
            OptionSpec(
                long: "progress",
                kind: .inversion,
                help: "Progress on stderr.",
                defaultText: "on",
                group: "OUTPUT OPTIONS"
            ),
            color,
            OptionSpec(
                long: "strict",
                help: "Exit with 3 when no verdict was possible.",
                group: "OUTPUT OPTIONS"
            ),
        ] + PodOptions.all
}
