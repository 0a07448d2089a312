import ArgumentTable
import Replication

/// The flags of `tbench serve`.
enum ServeTable {
    static let command = CommandSpec(
        name: "serve",
        summary: "Be the other end: a replica that 'longhorn' and 'net' measure against.",
        discussion: """
            Answers Longhorn's data protocol over a sparse scratch file in DIRECTORY, written with a \
            replica's own system calls, or over nothing where only the network is measured. Listens on \
            loopback; on any other address it demands a token, which both sides prove to know and \
            neither sends. The protocol itself is Longhorn's: not encrypted. Writes only to scratch \
            it made, and removes it when it ends.
            """,
        examples: [
            ExampleSpec("tbench serve", "for a run on this machine"),
            ExampleSpec(
                "tbench serve /var/lib/longhorn --listen 10.0.0.2 --token-file token",
                "the disk below Longhorn's data, for other nodes"
            ),
            ExampleSpec("tbench serve --listen [::1]:9700 --lifetime 10min", "another port"),
        ],
        positionals: [
            PositionalSpec(
                name: "directory",
                help: "Where the volumes' files go.",
                required: false,
                defaultText: "scratch in the current directory"
            )
        ],
        options: [
            OptionSpec(
                long: "listen",
                valueName: "address",
                help: "Address and port; other machines reach it only off loopback.",
                defaultValue: "127.0.0.1:\(Endpoint.defaultPort)",
                parse: .string,
                group: "SERVE OPTIONS"
            ),
            tokenFile,
            OptionSpec(
                long: "max-size",
                valueName: "bytes",
                help: "The largest volume that a client may ask for.",
                defaultValue: "64G",
                parse: .bytes(1_048_576...(1 << 50)),
                group: "SERVE OPTIONS"
            ),
            OptionSpec(
                long: "max-sessions",
                valueName: "number",
                help: "Connections at a time.",
                defaultValue: "64",
                parse: .integer(1...1024),
                group: "SERVE OPTIONS"
            ),
            OptionSpec(
                long: "idle-timeout",
                valueName: "time",
                help: "A connection that is silent for so long is closed.",
                defaultValue: "60s",
                parse: .duration(1_000_000_000...86_400_000_000_000),
                group: "SERVE OPTIONS"
            ),
            OptionSpec(
                long: "lifetime",
                valueName: "time",
                help: "Ends by itself after so long.",
                defaultValue: "8h",
                parse: .duration(1_000_000_000...2_592_000_000_000_000),
                group: "SERVE OPTIONS"
            ),
            OptionSpec(
                long: "delay",
                valueName: "time",
                help:
                    "Make every request to a volume take at least so long: a disk of known latency, to see a model find it.",
                defaultText: "none",
                parse: .duration(1_000...10_000_000_000),
                group: "SERVE OPTIONS"
            ),
        ]
    )

    static let tokenFile = OptionSpec(
        long: "token-file",
        valueName: "file",
        help: "A file with the secret that the agent and its clients share, 16 bytes at least.",
        defaultText: "none, on loopback only",
        parse: .string,
        group: "NETWORK OPTIONS"
    )
}
