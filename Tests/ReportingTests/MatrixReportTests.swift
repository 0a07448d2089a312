import Reporting
import ResultStore
import Testing

@Suite("The matrix of disk combinations, printed") struct MatrixReportTests {
    private static func row(
        _ format: String,
        _ cache: String,
        _ change: MatrixChange?,
        failure: String? = nil
    ) -> MatrixRow {
        var row = MatrixRow(
            name: "\(format)/\(cache)/io_uring",
            tags: ["format": format, "cache": cache, "aio": "io_uring"],
            failure: failure
        )
        guard failure == nil else { return row }
        row.rounds = 15
        row.samples = 12_000
        row.commitP50Ns = MatrixFigure(value: 265_000, ci95: [250_000, 280_000], tail: 6000)
        row.commitP90Ns = MatrixFigure(value: 900_000, ci95: nil, tail: 1200)
        row.commitP99Ns = MatrixFigure(value: 4_310_000, ci95: nil, tail: 120)
        row.commitMaxNs = 33_000_000
        row.writeP99Ns = MatrixFigure(value: 3_470_000, ci95: nil, tail: 120)
        row.change = change
        row.writeAmplification = 1.25
        row.fileFlushesPerWrite = cache == "unsafe" ? 0 : 1
        row.processorNsPerOperation = 52_800
        row.trim = "works"
        row.survives = MatrixSurvival(
            guestCrash: "all",
            qemuCrash: "all",
            powerCut: cache == "unsafe" ? "none" : "flushed"
        )
        row.liveMigration = cache == "none" ? "yes" : "local disks only"
        row.grades = [
            MatrixGrade(
                role: "etcd",
                title: "etcd control plane",
                grade: cache == "unsafe" ? "F" : "B",
                reason: cache == "unsafe" ? "unsafe swallows flushes" : "commit p99 4.31 ms",
                bySpeed: cache == "unsafe" ? "B" : nil
            )
        ]
        return row
    }

    static let document = MatrixDocument(
        method: "etcd's medium load over nbd",
        reference: "raw/none/io_uring",
        cells: [
            row("raw", "none", nil),
            row(
                "raw",
                "writeback",
                MatrixChange(
                    figure: "commit p99",
                    ratio: 1.3,
                    ci99: [1.055, 2.35],
                    isSignificant: true,
                    verdict: "unclear",
                    turnsToSettle: 40
                )
            ),
            row(
                "raw",
                "unsafe",
                MatrixChange(
                    figure: "commit p99",
                    ratio: 0.43,
                    ci99: [0.37, 0.49],
                    isSignificant: true,
                    verdict: "faster",
                    turnsToSettle: nil
                )
            ),
            row("qcow2", "none", nil, failure: "no space, \"at all\" | <b>\u{1B}[31m"),
        ],
        rubric: ["etcd: commit p99 at most A 2 ms, B 5 ms"],
        recommendation: MatrixRecommendation(
            cell: "raw/none/io_uring",
            sentence: "raw/none/io_uring: commit p99 4.31 ms",
            config: ["scsi0: STORAGE:vm-VMID-disk-0,cache=none"]
        ),
        notes: ["a note"]
    )

    @Test(
        "fits its width in every terminal, and says the same without colours",
        arguments: [60, 80, 100, 160]
    )
    func width(columns: Int) {
        let style = TextStyle(color: false, unicode: true, width: columns)
        let text = MatrixReport.render(Self.document, style: style)
        for line in text.split(separator: "\n") {
            #expect(line.count <= columns || line.contains("STORAGE"), "\(line)")
        }
        #expect(text.contains("raw/writeback"))
        #expect(text.contains("NOTHING"))
        #expect(text.contains("scsi0: STORAGE:vm-VMID-disk-0,cache=none"))
    }

    @Test("nothing from a failure steers the terminal, breaks a table or begins a formula")
    func hostile() {
        let style = TextStyle(color: true, unicode: true, width: 100)
        #expect(!MatrixReport.render(Self.document, style: style).contains("<b>\u{1B}[31m"))
        let markdown = MatrixMarkdown.render(Self.document)
        #expect(!markdown.contains("<b>"))
        #expect(!markdown.contains("\u{1B}"))
        var document = Self.document
        document.cells[3].failure = "=cmd|' /C calc'!A0"
        #expect(MatrixCSV.render(document).contains(",'=cmd|"))
    }

    @Test("every line of the comma-separated values has as many fields as there are headings")
    func csv() {
        let lines = MatrixCSV.render(Self.document).split(separator: "\n")
        #expect(lines.count == 5)
        let headings = lines[0].split(separator: ",", omittingEmptySubsequences: false).count
        for line in lines.prefix(4) {
            #expect(
                line.split(separator: ",", omittingEmptySubsequences: false).count == headings
            )
        }
        #expect(lines[4].contains("\"no space, \"\"at all\"\""))
        #expect(lines[3].contains(",faster,"))
    }

    @Test("the report is as it was", arguments: ["text", "markdown"])
    func golden(format: String) throws {
        let style = TextStyle(color: false, unicode: true, width: 100)
        let text =
            format == "text"
            ? MatrixReport.render(Self.document, style: style)
            : MatrixMarkdown.render(Self.document)
        try Golden.expect(text, matches: "matrix.\(format == "text" ? "txt" : "md")")
    }
}
