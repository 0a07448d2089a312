import ArgumentTable

/// The flags of `tbench report`.
enum ReportTable {
    static let command = CommandSpec(
        name: "report",
        summary: "Make one self-contained HTML file of result files.",
        discussion: """
            The page begins with the verdict, then shows what it rests on: percentiles with intervals, latency over \
            time, latency against load, the latency model, every table, warnings, environment and method. Several \
            results of one workload are compared: a table by their tags (format, cache, aio, controller and any other), \
            curves over each other, and a strip of the runs in time order. It loads nothing, needs no \
            script, prints, and has the numbers of each figure as CSV.

            From eight nodes in one case on, the page is about the fleet: how many pass, the worst and why, those that \
            stand out from the nodes with the same hardware, a dot for every node, the rounds of the worst sixty, and \
            everybody in order. It reads any number of files.

            A directory stands for every result below it. A file that cannot be read is named, on stderr and in the \
            page; the others are still shown, and the exit code is that of the first such file.
            """,
        examples: [
            ExampleSpec("tbench report RESULT.json -o report.html", "one run"),
            ExampleSpec(
                "tbench report Results/vm-sdb/etcd -o etcd.html",
                "every run below a directory"
            ),
            ExampleSpec("tbench report raw.json qcow2.json -o both.html", "one beside the other"),
            ExampleSpec("tbench report Results/ -o fleet.html --view fleet", "nodes, ranked"),
        ],
        positionals: [
            PositionalSpec(
                name: "result",
                help: "Result files, or directories that hold some.",
                required: true,
                repeated: true
            )
        ],
        options: [
            OptionSpec(
                long: "output",
                short: "o",
                valueName: "file",
                help:
                    "The page to write; '-' for stdout. A file that is not a report of tbench's is left alone.",
                defaultText: "stdout, unless that is a terminal",
                parse: .path,
                group: "OUTPUT OPTIONS"
            ),
            OptionSpec(
                long: "view",
                valueName: "view",
                help: "What the page is about: fleet ranks nodes, results shows each result.",
                defaultText: "auto: fleet from eight nodes of a case on",
                parse: .choice(["auto", "fleet", "results"]),
                group: "OUTPUT OPTIONS"
            ),
            OptionSpec(
                long: "force",
                help: "Replace the file whatever it is.",
                group: "OUTPUT OPTIONS"
            ),
        ]
    )
}
