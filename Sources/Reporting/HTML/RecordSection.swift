import Modeling
import ResultStore
import Statistics
import Units

/// One run in the report: verdict, pictures, tables, warnings, environment.
struct RecordSection {
    /// Unique in the page: "r1".
    let id: String
    let file: String
    let record: ResultRecord
    let content: ReportContent
    let curves: [ReportCurve]
    /// The latency model of a ladder; nil for any other run, where it holds too little, and in a report of many results.
    let model: ModelDocument?
    let detail: Detail

    /// How much of each result a page shows: a page that holds all of many is too large to send.
    enum Detail {
        /// Every table and every picture.
        case full
        /// The verdict, two small pictures, warnings and environment.
        case brief
        /// The same without pictures.
        case words
    }

    init(
        id: String,
        file: String,
        record: ResultRecord,
        detail: Detail,
        resamples: Int
    ) {
        self.id = id
        self.file = file
        self.record = record
        self.detail = detail
        let isFull = detail == .full
        content = ReportContent(record, withTables: isFull)
        curves = ReportSeries.all(of: record).map { ReportCurve($0, resamples: resamples) }
        let hasLadder = isFull && record.phases.contains { $0.kind == "ladder" }
        let found = hasLadder ? try? ReplicationModel(record) : nil
        model = found.map { ModelDocument($0) }
    }

    var isFull: Bool { detail == .full }

    /// The class of its grade.
    var gradeKind: String { record.verdict?.grade.rawValue ?? "none" }

    /// The verdict's sentence; of a run that only measures, its first figures.
    var headline: String {
        guard record.verdict == nil, content.sweep.headline == nil, record.run.outcome == .complete,
            let first = curves.first
        else { return content.headline }
        let rate = first.series.perSecond.map { "\(Number.rate($0)) per second, " } ?? ""
        let tail =
            first.estimate(0.99) == nil
            ? "max \(QuantityText.duration(nanoseconds: first.series.pooled.maximum))"
            : "p99 \(first.text(0.99))"
        let others = curves.count - 1
        let more = others > 0 ? "; \(others) more below" : ""
        return "\(first.name): \(rate)p50 \(first.text(0.5)), \(tail)\(more)."
    }

    /// The verdict and what it rests on.
    var verdict: String {
        var text = ""
        if let outcome = content.outcome {
            text += "<ul class=\"notes\"><li class=\"caution\">\(Markup.escape(outcome))</li></ul>"
        }
        text += checks
        text += HTML.facts(content.conclusions)
        return text + notes(content.warnings.filter { $0.severity == .contaminated })
    }

    /// Everything below the verdict.
    var body: String {
        let pictures = figures.map(\.html).joined(separator: "\n")
        var text = isFull ? pictures : "<div class=\"pair\">\(pictures)</div>"
        text += tables
        let others = content.warnings.filter { $0.severity != .contaminated }
        if !others.isEmpty { text += "<h3>Warnings</h3>" + notes(others) }
        text +=
            "<h3>Environment</h3>" + HTML.facts(content.environment)
            + HTML.facts(provenance, isProse: false)
        return text
    }

    private var checks: String {
        guard !content.checks.isEmpty else { return "" }
        var text = "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Checks\">"
        text += "<table class=\"checks\"><thead><tr>"
        for heading in ["", "check", "measured", "limit", "whose"] {
            text += "<th scope=\"col\">\(heading)</th>"
        }
        text += "</tr></thead><tbody>"
        for check in content.checks {
            let reason = check.reason.map { "<span class=\"why\">\(Markup.prose($0))</span>" } ?? ""
            text += "<tr><td>\(HTML.grade(check.grade.rawValue, check.grade.rawValue))</td>"
            text += "<td>\(Markup.escape(check.name))</td>"
            text += "<td>\(Markup.prose(check.measured))\(reason)</td>"
            text +=
                "<td>\(Markup.prose(check.limit))</td><td>\(Markup.escape(check.source))</td></tr>"
        }
        return text + "</tbody></table></div>"
    }

    private func notes(_ warnings: [Warning]) -> String {
        guard !warnings.isEmpty else { return "" }
        let items = warnings.map { warning in
            let hint =
                warning.hint.map { " <span class=\"hint\">\(Markup.escape($0))</span>" } ?? ""
            return
                "<li class=\"\(warning.severity.rawValue)\"><b>\(Markup.escape(warning.code))</b> "
                + "(\(warning.severity.rawValue)): \(Markup.prose(warning.text))\(hint)</li>"
        }
        return "<ul class=\"notes\">\(items.joined())</ul>"
    }

    /// Where the record lies and how to make another.
    private var provenance: [ReportContent.Fact] {
        let run = record.run
        var facts = [
            ReportContent.Fact(label: "file", phrases: [file, "run \(run.id)", run.started]),
            ReportContent.Fact(
                label: "made by",
                phrases: [run.toolVersion, run.toolBuild, "method \(record.method)"]
                    + (run.toolCommit.map { ["commit \($0)"] } ?? [])
            ),
            ReportContent.Fact(
                label: "command",
                phrases: [(["tbench"] + run.arguments).joined(separator: " ")]
            ),
        ]
        let unknown = record.target.unknown + record.host.unknown
        if !unknown.isEmpty {
            facts.append(ReportContent.Fact(label: "not known", phrases: unknown))
        }
        return facts
    }

    private var figures: [ReportFigure] {
        guard detail != .words else { return [] }
        guard isFull else { return briefFigures }
        var figures: [ReportFigure?] = []
        figures.append(ReportFigure.budgets(id: "\(id)-budgets", record, curves))
        figures.append(model.flatMap { ReportFigure.model(id: "\(id)-model", $0) })
        figures.append(ReportFigure.sweep(id: "\(id)-sweep", record))
        figures.append(ReportFigure.sizes(id: "\(id)-sizes", record))
        if content.sweep.points.isEmpty {
            figures.append(ReportFigure.percentiles(id: "\(id)-percentiles", curves))
            figures.append(
                curves.first.flatMap { ReportFigure.heatMap(id: "\(id)-time", $0.series) }
            )
        }
        figures.append(classes)
        figures.append(ReportFigure.ramp(id: "\(id)-ramp", record))
        figures.append(ReportFigure.rows(id: "\(id)-all", record))
        return figures.compactMap(\.self)
    }

    /// Two small pictures side by side: twenty results with every picture in two sizes make a page nobody can send.
    private var briefFigures: [ReportFigure] {
        var percentiles = ReportFigure.percentiles(
            id: "\(id)-percentiles",
            Array(curves.prefix(2))
        )
        percentiles?.isHalf = true
        return [
            percentiles,
            curves.first.flatMap {
                ReportFigure.heatMap(id: "\(id)-time", $0.series, isHalf: true)
            },
        ].compactMap(\.self)
    }

    /// The kinds of syncs that etcd's own metric throws together.
    private var classes: ReportFigure? {
        guard let main = curves.first?.series, main.limitNs != nil || main.name == "WAL fsync"
        else {
            return nil
        }
        let kinds: [(String, [OperationClass])] = [
            ("overwrite", OperationClass.walOverwrite), ("metadata", OperationClass.walMetadata),
            ("WAL write()", [.walWrite]), ("backend commit", [.backendCommit]),
        ]
        let found = kinds.compactMap { name, classes in
            ReportSeries(name, main.phase, classes).map { ReportCurve($0, resamples: 100) }
        }
        guard found.count > 1 else { return nil }
        return ReportFigure.cumulative(id: "\(id)-classes", found)
    }
}
