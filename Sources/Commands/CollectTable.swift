import ArgumentTable

/// The flags of `tbench collect`.
enum CollectTable {
    static let command = CommandSpec(
        name: "collect",
        summary: "Put the records of many pods together again, from their logs.",
        discussion: """
            Reads logs from stdin, or from the files and directories named, in any order and mixed with \
            anything else, and writes every complete record below DIRECTORY, byte for byte as the pod had \
            it. A record that is there already is left as it is. What is incomplete is named, and the exit \
            code is then 3 with --strict.
            """,
        examples: [
            ExampleSpec("tbench collect Results/", "what 'kubectl logs' pipes in"),
            ExampleSpec("tbench collect Results/ logs/", "from files"),
            ExampleSpec("tbench collect Results/ logs/ --rank", "and which nodes stand out"),
        ],
        positionals: [
            PositionalSpec(name: "directory", help: "Where the records go."),
            PositionalSpec(
                name: "log",
                help: "Files of logs, or directories of them; '-' is stdin.",
                required: false,
                repeated: true,
                defaultText: "stdin"
            ),
        ],
        options: [
            OptionSpec(
                long: "rank",
                help: "Print how the nodes compare, by the records in the logs.",
                group: "OUTPUT OPTIONS"
            ),
            OptionSpec(
                long: "metric",
                valueName: "name",
                help: "Rank by this metric.",
                defaultText: "wal_fsync_p99_ns, overwrite_p50_ns, …",
                parse: .string,
                group: "OUTPUT OPTIONS"
            ),
            OptionSpec(
                long: "output-format",
                valueName: "format",
                help: "How the comparison is printed.",
                defaultValue: "text",
                parse: .choice(["text", "markdown"]),
                group: "OUTPUT OPTIONS"
            ),
            EtcdTable.color,
            OptionSpec(
                long: "strict",
                help: "Exit with 3 when a record is incomplete.",
                group: "OUTPUT OPTIONS"
            ),
        ]
    )
}
