import Units

/// Reads the lines of a job file and of what it includes, into drafts.
struct FioFileReader {
    private let include: ((String) -> String?)?
    /// What `[global]` sections have said so far; later ones add to it.
    private var global = JobDraft(name: "global", syntax: .fio)
    private var drafts: [(draft: JobDraft, place: SourcePlace)] = []
    private var section = Section.none
    private var files = 0
    /// Includes may repeat each other; together they stay below what one file may be, times this.
    private static let mostFiles = 256
    private static let mostJobs = 1024

    private enum Section {
        case none
        case global
        case job
    }

    init(include: ((String) -> String?)?) {
        self.include = include
    }

    /// Takes in one file, line by line.
    mutating func read(_ text: String, file: String, depth: Int) throws(WorkloadError) {
        files += 1
        guard text.utf8.count <= FioJobFile.largestBytes, files <= Self.mostFiles else {
            throw WorkloadError(
                at: SourcePlace(file: shown(file)),
                "too large for a job file",
                hint:
                    "job files are up to \(FioJobFile.largestBytes) bytes and include up to \(Self.mostFiles) files"
            )
        }
        var number = 0
        for raw in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            number += 1
            let place = SourcePlace(file: file, line: number)
            let line = Self.stripped(raw)
            if line.isEmpty { continue }
            if line.hasPrefix("[") {
                try begin(line, place)
            } else if let name = Self.included(line) {
                try read(included: name, place, depth: depth)
            } else {
                try set(line, place)
            }
        }
    }

    /// Without blanks at the ends and without a comment: fio cuts at ';' and '#' wherever they stand.
    private static func stripped(_ line: Substring) -> Substring {
        var rest = line.prefix { $0 != ";" && $0 != "#" }
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return rest
    }

    private static func included(_ line: Substring) -> String? {
        guard line.hasPrefix("include"), let space = line.firstIndex(where: \.isWhitespace),
            line[..<space] == "include"
        else { return nil }
        return String(line[space...].drop(while: \.isWhitespace))
    }

    private mutating func read(
        included name: String,
        _ place: SourcePlace,
        depth: Int
    ) throws(WorkloadError) {
        // fio's own limit is 16.
        guard depth < 16 else {
            throw WorkloadError(at: place, "includes itself, or more than 16 deep")
        }
        guard let include else {
            throw WorkloadError(
                at: place,
                "includes '\(shown(name))', which cannot be read from here",
                hint: "put its lines in this file"
            )
        }
        guard let text = include(name) else {
            throw WorkloadError(
                at: place,
                "cannot read the included file '\(shown(name))'",
                hint: "an include is looked for beside the file that names it"
            )
        }
        try read(text, file: name, depth: depth + 1)
    }

    private mutating func begin(_ line: Substring, _ place: SourcePlace) throws(WorkloadError) {
        guard line.hasSuffix("]"), line.count > 2 else {
            throw WorkloadError(
                at: place,
                "'\(shown(line))' is not a section",
                hint: "a section is a name in brackets, such as [my-job]"
            )
        }
        let name = String(line.dropFirst().dropLast())
        if name.lowercased() == "global" {
            section = .global
            return
        }
        guard drafts.count < Self.mostJobs else {
            throw WorkloadError(at: place, "has more than \(Self.mostJobs) jobs")
        }
        var draft = global
        draft.spec.name = name
        drafts.append((draft, place))
        section = .job
    }

    private mutating func set(_ line: Substring, _ place: SourcePlace) throws(WorkloadError) {
        let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let key = parts[0].trimmingBlanks()
        let value = parts.count > 1 ? parts[1].trimmingBlanks() : ""
        guard section != .none else {
            throw WorkloadError(
                at: place,
                "option '\(shown(key))' stands before any section",
                hint: "begin with [global] or with a job in brackets"
            )
        }
        guard !value.contains("$") else {
            throw WorkloadError(
                at: place,
                "'\(shown(key))' has a variable, '\(shown(value))', and tbench expands none",
                hint: "write the value itself"
            )
        }
        if key == "name" {
            try rename(value, place)
            return
        }
        guard let option = JobOption.named(key, in: .fio) else {
            throw Self.unknown(key, place)
        }
        do throws(ValueError) {
            if section == .global {
                try option.apply(&global, value)
            } else {
                try option.apply(&drafts[drafts.count - 1].draft, value)
            }
        } catch {
            throw WorkloadError(
                at: place,
                "\(key): \(error.reason)",
                hint: "\(key) takes \(error.allowed)"
            )
        }
    }

    private mutating func rename(_ name: String, _ place: SourcePlace) throws(WorkloadError) {
        guard section == .job, !name.isEmpty else {
            throw WorkloadError(at: place, "'name' gives a job its name; this is not a job's")
        }
        drafts[drafts.count - 1].draft.spec.name = name
    }

    private static func unknown(_ key: String, _ place: SourcePlace) -> WorkloadError {
        let near = Suggestion.nearest(to: key, among: JobOption.names(.fio))
        return WorkloadError(
            at: place,
            "option '\(shown(key))' is not one that tbench can keep to as fio would",
            hint: near.map { "did you mean '\($0)'?" }
                ?? "drop it if the result does not depend on it, or run this file with fio"
        )
    }

    /// The jobs, checked.
    func finished(file: String) throws(WorkloadError) -> [JobSpec] {
        guard !drafts.isEmpty else {
            throw WorkloadError(
                at: SourcePlace(file: file),
                "has no job",
                hint:
                    "a job is a section in brackets, such as [my-job], followed by rw=randread and so on"
            )
        }
        var jobs: [JobSpec] = []
        for (draft, place) in drafts {
            let job = draft.finished()
            if let (reason, hint) = job.contradiction() {
                throw WorkloadError(at: place, "job '\(shown(job.name))' \(reason)", hint: hint)
            }
            jobs.append(job)
        }
        return jobs
    }
}

extension Substring {
    fileprivate func trimmingBlanks() -> String {
        var rest = self
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }
}
