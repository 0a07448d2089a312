import ArgumentTable

/// The flags of `tbench compare`, `check`, `accept`, `history` and `results`.
enum RegressionTable {
    static let commands = [compare, check, accept, history, results]

    private static let threshold = OptionSpec(
        long: "threshold",
        valueName: "figure=percent",
        kind: .repeated,
        help:
            "From which change on it matters, by statistic or measure: p99=10%, wal_fsync_p50=5%.",
        defaultText: "p99=10%, others 5%",
        parse: .keyValue,
        group: "COMPARISON OPTIONS"
    )

    private static let across = OptionSpec(
        long: "across",
        valueName: "key",
        kind: .repeated,
        help: "Compare although this key differs, such as engine, \"disk size\" or node.",
        parse: .string,
        group: "COMPARISON OPTIONS"
    )

    private static let store = OptionSpec(
        long: "results",
        valueName: "directory",
        help: "Where results are kept.",
        defaultValue: "Results",
        parse: .path,
        group: "COMPARISON OPTIONS"
    )

    private static let report = OptionSpec(
        long: "report",
        valueName: "format=file",
        kind: .repeated,
        help:
            "Also write it to a file: \(ReportFormat.allCases.map(\.rawValue).joined(separator: ", ")).",
        parse: .keyValue,
        group: "OUTPUT OPTIONS"
    )

    private static let strict = OptionSpec(
        long: "strict",
        help: "Exit with 3 where something could not be judged or compared.",
        group: "OUTPUT OPTIONS"
    )

    private static func format(_ formats: [ReportFormat]) -> OptionSpec {
        OptionSpec(
            long: "output-format",
            valueName: "format",
            help: "What stdout gets.",
            defaultValue: "text",
            parse: .choice(formats.map(\.rawValue)),
            group: "OUTPUT OPTIONS"
        )
    }

    private static let compare = CommandSpec(
        name: "compare",
        summary: "Compare results: what changed, by how much, and how sure that is.",
        discussion: """
            Each argument is a side: a result file, a directory of results, or a tag such as cache=none that selects \
            from --results. The first is the base. A change is judged by its 99 % interval against ±δ: regressed, \
            improved, unchanged, or inconclusive, with how many more rounds would settle it. Results of different \
            workloads, engines, disks or filesystems are not comparable, and the key that differs is named.

            Three nodes or more, by node, are ranked, worst first: each against the spread of those with the same \
            hardware, and who stands out is named. With --reference each is compared with one of them instead.

            See 'tbench help regressions'.
            """,
        examples: [
            ExampleSpec("tbench compare old.json new.json", "two results"),
            ExampleSpec("tbench compare before/ after/", "every case of two directories"),
            ExampleSpec("tbench compare Results/ --by cache", "cache=none against the others"),
            ExampleSpec("tbench compare Results/ --by node", "the nodes of a cluster, ranked"),
        ],
        positionals: [
            PositionalSpec(
                name: "side",
                help: "A result file, a directory, or a tag.",
                parse: .string,
                required: true,
                repeated: true
            )
        ],
        options: [
            OptionSpec(
                long: "by",
                valueName: "tag",
                help: "Group all results by this tag, or by node, and compare the groups.",
                parse: .string,
                group: "COMPARISON OPTIONS"
            ),
            OptionSpec(
                long: "reference",
                valueName: "value",
                help: "The group that --by compares the others with.",
                defaultText: "the first in order",
                parse: .string,
                group: "COMPARISON OPTIONS"
            ),
            threshold, across, store,
            format([.text, .markdown, .json, .csv]), report, EtcdTable.color, strict,
        ]
    )

    private static let check = CommandSpec(
        name: "check",
        summary: "Is it worse than before? Compare with accepted results, for CI.",
        discussion: """
            Takes result files, or runs 'etcd' or 'run' with what follows '--', and compares with the accepted runs of \
            the same machine and case. A regression that was measured here is confirmed by a second, fresh run before \
            it fails anything. Limits (--slo) and the result's own verdict count as well. Nothing here moves a \
            baseline: 'tbench accept' does.

            Exits with 2 where a regression is confirmed or a limit broken; with 3, under --strict, where something could \
            not be judged or there is no baseline; with 66 where --baseline does not exist; with 1 where the run failed.
            """,
        examples: [
            ExampleSpec(
                "tbench check --baseline Results/ -- etcd /var/lib",
                "measure now: 36 rounds of two seconds"
            ),
            ExampleSpec(
                "tbench check new.json --baseline Results/ --report junit=tbench.xml",
                "what was measured elsewhere"
            ),
            ExampleSpec(
                "tbench check new.json --baseline Results/ --slo wal_fsync_p99=10ms",
                "and a limit of your own"
            ),
        ],
        positionals: [
            PositionalSpec(
                name: "result",
                help: "Result files or directories; or -- etcd … or -- run ….",
                parse: .string,
                required: true,
                repeated: true
            )
        ],
        options: [
            OptionSpec(
                long: "baseline",
                valueName: "path",
                kind: .repeated,
                help:
                    "A directory with accepted results, or a result file to compare with.",
                defaultText: "Results",
                parse: .path,
                group: "COMPARISON OPTIONS"
            ),
            threshold, across,
            OptionSpec(
                long: "slo",
                valueName: "measure=limit",
                kind: .repeated,
                help:
                    "A limit whatever was before: wal_fsync_p99=10ms, or read-depth-1.read_rate=1000 for at least.",
                parse: .keyValue,
                group: "COMPARISON OPTIONS"
            ),
            OptionSpec(
                long: "verdict",
                kind: .inversion,
                help: "Whether a result's own verdict 'fail' fails the check.",
                defaultValue: "true",
                defaultText: "on",
                group: "COMPARISON OPTIONS"
            ),
            OptionSpec(
                long: "confirm",
                kind: .inversion,
                help: "Run again before a regression fails the check.",
                defaultValue: "true",
                defaultText: "on",
                group: "COMPARISON OPTIONS"
            ),
            format([.text, .markdown, .json, .csv]), report,
            OptionSpec(
                long: "ci",
                valueName: "system",
                help:
                    "Annotations and a step summary for GitHub Actions; auto looks at GITHUB_ACTIONS.",
                defaultValue: "auto",
                parse: .choice(["auto", "github", "none"]),
                group: "OUTPUT OPTIONS"
            ),
            OptionSpec(
                long: "output-dir",
                short: "o",
                valueName: "directory",
                help: "Keep the records of what was measured below this directory.",
                parse: .path,
                group: "OUTPUT OPTIONS"
            ),
            EtcdTable.color, strict,
        ]
    )

    private static let accept = CommandSpec(
        name: "accept",
        summary: "Make results the baseline that later ones are checked against.",
        discussion: """
            The only way a baseline moves. A result from elsewhere is copied to --results first. The last five accepted \
            runs of a case on a machine are compared with; from five on their spread raises the threshold.
            """,
        examples: [
            ExampleSpec("tbench accept new.json --reason firmware-2.1", "one more run"),
            ExampleSpec("tbench accept 5f3a9c21", "a run of Results/, by its id"),
            ExampleSpec("tbench accept new.json --replace", "from now on only this one"),
            ExampleSpec("tbench accept 5f3a9c21 --withdraw", "no longer"),
        ],
        positionals: [
            PositionalSpec(
                name: "result",
                help: "Result files, or ids of runs.",
                required: true,
                repeated: true
            )
        ],
        options: [
            store,
            OptionSpec(
                long: "reason",
                valueName: "text",
                help: "Why, for whoever reads the history.",
                parse: .string,
                group: "BASELINE OPTIONS"
            ),
            OptionSpec(
                long: "replace",
                help: "Forget the runs of this case that were accepted before.",
                group: "BASELINE OPTIONS"
            ),
            OptionSpec(
                long: "withdraw",
                help: "Take the acceptance back.",
                group: "BASELINE OPTIONS"
            ),
            OptionSpec(
                long: "force",
                help: "Accept even a run that is partial, failed or was disturbed.",
                group: "BASELINE OPTIONS"
            ),
        ],
        exclusive: [["replace", "withdraw"]]
    )

    private static let history = CommandSpec(
        name: "history",
        summary: "Show how a case went over time, and where its level changed.",
        discussion: """
            One line a measure: every run, oldest first, on a logarithmic scale. A change of level is found by E-divisive \
            with a Welch test (p < 0.001), needs four runs on either side and at least the threshold, and is \
            shown with what differs between the runs around it.
            """,
        examples: [
            ExampleSpec("tbench history", "everything in Results/"),
            ExampleSpec("tbench history Results/ --case etcd --measure p99", "one figure"),
            ExampleSpec("tbench history --output-format csv", "for a spreadsheet"),
        ],
        positionals: [
            PositionalSpec(
                name: "path",
                help: "Result files or directories.",
                required: false,
                repeated: true,
                defaultText: "Results"
            )
        ],
        options: [
            OptionSpec(
                long: "case",
                valueName: "name",
                help: "Only this case.",
                parse: .string,
                group: "COMPARISON OPTIONS"
            ),
            OptionSpec(
                long: "node",
                valueName: "name",
                help: "Only this machine.",
                parse: .string,
                group: "COMPARISON OPTIONS"
            ),
            OptionSpec(
                long: "measure",
                valueName: "figure",
                kind: .repeated,
                help: "Only this measure or statistic: wal_fsync_p99, p50.",
                defaultText: "all that a check judges",
                parse: .string,
                group: "COMPARISON OPTIONS"
            ),
            threshold, format([.text, .markdown, .json, .csv]), EtcdTable.color,
        ]
    )

    private static let results = CommandSpec(
        name: "results",
        summary: "List, show or remove kept results.",
        discussion: """
            list reads an index that is brought up to date by itself; show prints a result as its run did; prune removes \
            the oldest beyond --keep of each case on each machine, never an accepted one, and only with --yes.
            """,
        examples: [
            ExampleSpec("tbench results list", "what is in Results/"),
            ExampleSpec("tbench results show 5f3a9c21", "one of them"),
            ExampleSpec("tbench results prune --keep 100", "what would be removed"),
        ],
        positionals: [
            PositionalSpec(
                name: "action",
                help: "What to do.",
                parse: .choice(["list", "show", "prune"]),
                required: true
            ),
            PositionalSpec(
                name: "run",
                help: "For show: ids of runs, or files.",
                required: false,
                repeated: true
            ),
        ],
        options: [
            store,
            OptionSpec(
                long: "keep",
                valueName: "runs",
                help: "For prune: the newest so many of each case on each machine stay.",
                defaultValue: "100",
                parse: .integer(1...1_000_000),
                group: "PRUNE OPTIONS"
            ),
            OptionSpec(
                long: "yes",
                help: "For prune: remove them.",
                group: "PRUNE OPTIONS"
            ),
            EtcdTable.outputFormat, EtcdTable.color,
        ]
    )

    static let topic = HelpTopic(
        name: "regressions",
        summary: "How two results are compared, and when that is a regression.",
        text: """
            A measure is one statistic of one operation: wal_fsync_p99, read-depth-1.read_rate. Rates, p50 and p99 \
            are judged; p99.9 is shown. A percentile with fewer than 20 operations beyond it is not compared, with fewer than \
            100 it gets no verdict, and neither does anything with fewer than 20 rounds.

            The change is ln(new / base). Its interval comes from drawing whole rounds again on both sides, 2000 times, because \
            slow operations come in bursts; rounds that took turns are drawn in pairs, which cancels drift. A baseline \
            of three or more runs is drawn on two levels, runs and then rounds. The interval is widened for few \
            rounds and for rounds that resemble their neighbours.

            Regressed: the 99 % interval lies beyond δ on the bad side. Improved: on the good side. Unchanged: inside ±δ. \
            Otherwise inconclusive; so is what got worse while others kept the machine busy (stolen or throttled CPU, \
            waiting for a processor, foreign I/O) if they did not during the baseline. δ is 5 % (p99: 10 %), --threshold, or twice the usual spread of five to ten accepted runs, \
            whichever is larger.

            Must be equal: case, method, workload, engine, kind of target, filesystem, device stack, disk model and size. \
            Everything else that differs (kernel, governor, scheduler, tbench itself, …) is listed. Tags say what \
            cannot be seen, such as cache=none; results with different tags are different cases for a check.

            A baseline is what 'tbench accept' made it. A check never moves it, so a slow decline cannot become the norm.
            """
    )
}
