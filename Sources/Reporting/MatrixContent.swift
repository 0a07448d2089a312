import ResultStore
import Statistics
import Units

/// What is said of a matrix, whatever it looks like.
struct MatrixContent {
    let document: MatrixDocument

    /// The cells' names, shortened by what all of them share; a star marks what is not representative.
    var names: [String] {
        document.cells.map { row in
            var words = row.name.split(separator: " ").map(String.init)
            if let aio = common("aio"), let disk = words.first, disk.hasSuffix("/\(aio)") {
                words[0] = String(disk.dropLast(aio.count + 1))
            }
            if common("iothread") == "on", let last = words.last, last.hasSuffix("+iothread") {
                words[words.count - 1] = String(last.dropLast(9))
            }
            return words.joined(separator: " ") + (row.isEmulated ? " *" : "")
        }
    }

    /// "aio=io_uring" and "iothread=on" where they are not in the names.
    var shared: [String] {
        ["aio", "iothread"].compactMap { key in common(key).map { "\(key)=\($0)" } }
    }

    /// The value of a tag that all cells have.
    private func common(_ key: String) -> String? {
        let values = Set(document.cells.map { $0.tags[key] })
        return values.count == 1 ? values.first ?? nil : nil
    }

    /// What the columns are called; the times are those of what was measured.
    var timeHeadings: [String] {
        let row = document.cells.first { $0.operation != nil }
        let p50 = "\(row?.operation ?? "commit") p50"
        return [
            "disk", p50, "p99", "max", "against reference", "host bytes", "flushes", "CPU/op",
            "over QEMU", "over host", "a second",
        ]
    }

    /// The columns that measure, one row a cell.
    var timeRows: [[String]] {
        zip(names, document.cells).map { name, row in
            guard row.samples > 0 else {
                return [name] + timeHeadings.dropFirst().map { _ in "–" }
            }
            return [
                name, Self.figure(row.commitP50Ns), Self.figure(row.commitP99Ns),
                row.commitMaxNs.map { QuantityText.duration(nanoseconds: $0) } ?? "–",
                change(row), Self.times(row.writeAmplification), Self.flushes(row),
                row.processorNsPerOperation.map { QuantityText.duration(nanoseconds: $0) } ?? "–",
                row.virtualizationNs.map { QuantityText.duration(nanoseconds: $0) } ?? "–",
                row.guestMinusHost.map { QuantityText.duration(nanoseconds: $0.medianNs) } ?? "–",
                row.perSecond.map { QuantityText.threeDigits($0) } ?? "–",
            ]
        }
    }

    /// The roles, in the order of the rubric.
    var roles: [(role: String, title: String)] {
        document.cells.first { !$0.grades.isEmpty }?.grades.map { ($0.role, $0.title) } ?? []
    }

    var ratingHeadings: [String] {
        ["disk"] + roles.map(\.role) + ["QEMU crash", "power cut", "moves", "TRIM"]
    }

    /// The columns that judge; the null device is not judged.
    var ratingRows: [[String]] {
        zip(names, document.cells).compactMap { name, row in
            guard row.samples > 0, let survives = row.survives else { return nil }
            let grades = roles.map { role in
                row.grades.first { $0.role == role.role }?.grade ?? "–"
            }
            return [name] + grades + [
                survives.qemuCrash, survives.powerCut == "none" ? "NOTHING" : survives.powerCut,
                row.liveMigration == "local disks only" ? "local" : row.liveMigration ?? "–",
                row.trim ?? "–",
            ]
        }
    }

    /// What a grade has that its time does not say: a line for each reason, with the cells that share it.
    var reasons: [String] {
        var lines: [(reason: String, names: [String], roles: [String])] = []
        for (name, row) in zip(names, document.cells) {
            for grade in row.grades
            where grade.bySpeed != nil || (grade.grade == "?" && !row.isEmulated) {
                let index =
                    lines.firstIndex { $0.reason == grade.reason } ?? lines.endIndex
                if index == lines.endIndex { lines.append((grade.reason, [], [])) }
                if !lines[index].names.contains(name) { lines[index].names.append(name) }
                if !lines[index].roles.contains(grade.role) {
                    lines[index].roles.append(grade.role)
                }
            }
        }
        return lines.map {
            "\($0.names.joined(separator: ", ")) for \($0.roles.joined(separator: ", ")): \($0.reason)"
        }
    }

    /// Cells that have no figures, or not all, and why.
    var failures: [(name: String, reason: String)] {
        zip(names, document.cells).compactMap { name, row in
            row.failure.map { (name, $0) }
        }
    }

    private func change(_ row: MatrixRow) -> String {
        guard let change = row.change else {
            return row.name == document.reference ? "reference" : "–"
        }
        let percent = Self.signed(change.ratio)
        guard let interval = change.ci99, interval.count == 2 else {
            return "\(percent), too few turns to tell"
        }
        let range = "[\(Self.signed(interval[0])), \(Self.signed(interval[1]))]"
        return "\(percent) \(range) \(change.verdict)"
    }

    /// "+25%", "×3.4" beyond three times, "−12%".
    static func signed(_ ratio: Double) -> String {
        guard ratio.isFinite else { return "–" }
        if ratio >= 3 { return "×\(QuantityText.threeDigits(ratio))" }
        let percent = (ratio - 1) * 100
        let text = QuantityText.fixed(abs(percent), decimals: abs(percent) < 9.95 ? 1 : 0)
        return "\(percent < 0 ? "−" : "+")\(text)%"
    }

    static func figure(_ figure: MatrixFigure?) -> String {
        guard let figure, Printability.ofTail(figure.tail) != .tooFew else { return "–" }
        let mark = Printability.ofTail(figure.tail) == .approximate ? "~" : ""
        return mark + QuantityText.duration(nanoseconds: figure.value)
    }

    private static func times(_ ratio: Double?) -> String {
        ratio.map { "×\(QuantityText.fixed($0, decimals: $0 < 9.95 ? 2 : 1))" } ?? "–"
    }

    /// Flushes that reached the image's file for each of the guest's, or for each write where it sends none.
    private static func flushes(_ row: MatrixRow) -> String {
        guard let ratio = row.fileFlushesPerWrite else { return "–" }
        let text = QuantityText.fixed(ratio, decimals: ratio == ratio.rounded() ? 0 : 1)
        let isWriteThrough = ["writethrough", "directsync"].contains(row.tags["cache"] ?? "")
        return "\(text)/\(isWriteThrough ? "write" : "flush")"
    }
}
