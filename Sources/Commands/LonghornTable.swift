import ArgumentTable

/// The flags of `tbench longhorn`.
enum LonghornTable {
    static let command = CommandSpec(
        name: "longhorn",
        summary: "Measure what a Longhorn replica, or a replicated volume, costs here.",
        positionals: [
            PositionalSpec(
                name: "target",
                help: "Directory, file or block device.",
                required: false,
                defaultText: "scratch in the current directory"
            )
        ],
        options: [
            OptionSpec(
                long: "size",
                valueName: "bytes",
                help: "Size of the volume.",
                defaultValue: "1G",
                parse: .bytes(1_048_576...(1 << 50)),
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
        ] + LadderOptions.all + EtcdTable.output,
        exclusive: [["quiet", "progress"]]
    )
}
