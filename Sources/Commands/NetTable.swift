import ArgumentTable
import Replication

/// The flags of `tbench net`.
enum NetTable {
    static let command = CommandSpec(
        name: "net",
        summary: "Measure the network to another node, as Longhorn's replication would use it.",
        discussion: """
            Sends what Longhorn's engine and a replica send each other, header and data, to 'tbench \
            serve' on the other node: one request at a time and sixteen, over one connection and \
            two, then streams of 128 KiB. Finds the path MTU by datagrams that must not be \
            fragmented, so that a jumbo-frame mismatch has a name. Writes nothing on either disk. A \
            real replica (longhorn://host:9502) gets pings and a few reads, which change nothing.
            """,
        examples: [
            ExampleSpec("tbench net 10.0.0.2 --token-file token", "20 to 30 seconds"),
            ExampleSpec("tbench net node2 --token-file token --quick", "a first look, 8 seconds"),
            ExampleSpec("tbench net node2:9700 --token-file token --streams 8", "a wide link"),
            ExampleSpec("tbench net longhorn://10.0.0.2:10000", "a replica of a running volume"),
        ],
        positionals: [
            PositionalSpec(
                name: "host",
                help:
                    "Where 'tbench serve' listens (host or host:port), or a real replica's control port (longhorn://host:9502).",
                required: true
            )
        ],
        options: [
            ServeTable.tokenFile,
            OptionSpec(
                long: "quick",
                help: "Fewer and shorter rounds: 8 seconds at most.",
                group: "NETWORK OPTIONS"
            ),
            OptionSpec(
                long: "streams",
                valueName: "number",
                help: "Connections that stream at once, after one has streamed alone.",
                defaultValue: "4",
                parse: .integer(1...NetworkPlan.mostStreams),
                group: "NETWORK OPTIONS"
            ),
            OptionSpec(
                long: "rounds",
                valueName: "number",
                help: "Rounds; each kind of exchange once in each.",
                defaultText: "8, with --quick 5",
                parse: .integer(1...10_000),
                group: "NETWORK OPTIONS"
            ),
            OptionSpec(
                long: "slice",
                valueName: "time",
                help: "How long a kind of exchange takes in a round.",
                defaultText: "70ms, with --quick 25ms",
                parse: .duration(5_000_000...60_000_000_000),
                group: "NETWORK OPTIONS"
            ),
            OptionSpec(
                long: "limit",
                valueName: "time",
                help: "No new exchange begins after so long.",
                defaultText: "26s, with --quick 6s",
                parse: .duration(1_000_000_000...86_400_000_000_000),
                group: "NETWORK OPTIONS"
            ),
        ] + EtcdTable.output,
        exclusive: [["quiet", "progress"]]
    )
}
