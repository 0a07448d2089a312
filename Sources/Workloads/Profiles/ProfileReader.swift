import Units

extension Profile {
    /// What no profile exceeds.
    package static let largestBytes = 1 << 20

    /// Reads a profile.
    ///
    /// - Parameters:
    ///   - json5: The whole text.
    ///   - path: What messages call it; its last part without the ending is the profile's name.
    /// - Throws: The first key or value that is not understood, with its line and what is allowed.
    package init(json5: String, path: String) throws(WorkloadError) {
        guard json5.utf8.count <= Self.largestBytes else {
            throw WorkloadError(
                at: SourcePlace(file: path),
                "too large for a profile",
                hint: "profiles are up to \(Self.largestBytes) bytes"
            )
        }
        let root: JSON5Node
        do throws(JSON5Error) {
            root = try JSON5Parser.parse(json5)
        } catch {
            throw WorkloadError(
                at: SourcePlace(file: path, line: error.line),
                error.reason,
                hint: "profiles are JSON5: JSON with comments, bare keys and trailing commas"
            )
        }
        self = try ProfileReader(file: path).profile(root)
    }
}

/// Turns the nodes of a profile into values.
struct ProfileReader {
    let file: String
    private static let mostJobs = 256

    func profile(_ root: JSON5Node) throws(WorkloadError) -> Profile {
        let object = try JSON5Object(root, file: file, title: "the profile")
        try object.allow([
            "answers", "expect", "destructive", "file_size", "defaults", "phases", "thresholds",
        ])
        var defaults = JobDraft(name: "defaults", syntax: .profile)
        if let member = object.member("defaults") {
            try apply(
                try JSON5Object(member.node, file: file, title: "defaults"),
                to: &defaults,
                besides: []
            )
        }
        let phases = try self.phases(object, defaults)
        let jobs = phases.flatMap { $0.jobs }
        return Profile(
            name: Self.name(of: file),
            answers: try object.text("answers"),
            expect: try object.optionalText("expect") ?? "",
            destructive: try destructive(object, jobs),
            fileSizeBytes: try fileSize(object),
            phases: phases,
            thresholds: try thresholds(object, jobs)
        )
    }

    private static func name(of path: String) -> String {
        let last = path.split(separator: "/").last.map(String.init) ?? path
        for ending in [".json5", ".json"] where last.hasSuffix(ending) && last.count > ending.count
        {
            return String(last.dropLast(ending.count))
        }
        return last
    }

    private func phases(
        _ object: JSON5Object,
        _ defaults: JobDraft
    ) throws(WorkloadError) -> [ProfilePhase] {
        var phases: [ProfilePhase] = []
        var names: Set<String> = []
        for (index, node) in try object.list("phases").enumerated() {
            let title = "phase \(index + 1)"
            let phase = try JSON5Object(node, file: file, title: title)
            try phase.allow(["name", "jobs"])
            var jobs: [JobSpec] = []
            for (position, node) in try phase.list("jobs").enumerated() {
                let job = try self.job(node, title: "job \(position + 1) of \(title)", defaults)
                guard names.insert(job.name).inserted, names.count <= Self.mostJobs else {
                    throw WorkloadError(
                        at: SourcePlace(file: file, line: node.line),
                        "a second job is called '\(shown(job.name))', or there are more than \(Self.mostJobs)",
                        hint: "every job has a name of its own"
                    )
                }
                jobs.append(job)
            }
            guard let first = jobs.first else {
                throw WorkloadError(
                    at: phase.place(phase.line),
                    "\(title) has no job",
                    hint: "add one to jobs"
                )
            }
            phases.append(
                ProfilePhase(name: try phase.optionalText("name") ?? first.name, jobs: jobs)
            )
        }
        guard !phases.isEmpty else {
            throw WorkloadError(
                at: object.place(object.line),
                "phases is empty",
                hint: "add a phase with a job"
            )
        }
        return phases
    }

    private func job(
        _ node: JSON5Node,
        title: String,
        _ defaults: JobDraft
    ) throws(WorkloadError) -> JobSpec {
        let object = try JSON5Object(node, file: file, title: title)
        var draft = defaults
        draft.spec.name = try object.text("name")
        try apply(object, to: &draft, besides: ["name"])
        let job = draft.finished()
        if let (reason, hint) = job.contradiction() {
            throw WorkloadError(
                at: object.place(object.line),
                "job '\(shown(job.name))' \(reason)",
                hint: hint
            )
        }
        return job
    }

    /// Takes the keys of an object into a draft by the table that fio files use too.
    private func apply(
        _ object: JSON5Object,
        to draft: inout JobDraft,
        besides: [String]
    ) throws(WorkloadError) {
        for member in object.members where !besides.contains(member.key) {
            guard let option = JobOption.named(member.key, in: .profile) else {
                throw object.unknown(member, among: besides + JobOption.names(.profile))
            }
            let text = try object.scalar(member)
            do throws(ValueError) {
                try option.apply(&draft, text)
            } catch {
                throw object.refusal(member, error.reason, allowed: error.allowed)
            }
        }
    }

    private func destructive(_ object: JSON5Object, _ jobs: [JobSpec]) throws(WorkloadError) -> Bool
    {
        guard let member = object.member("destructive"), case .flag(let flag) = member.node.value
        else {
            throw WorkloadError(
                at: object.place(object.member("destructive")?.line ?? object.line),
                "the profile does not say whether it is destructive",
                hint: "add destructive: true if a job writes, false otherwise"
            )
        }
        let writer = jobs.first { $0.readWrite.writes }
        guard flag == (writer != nil) else {
            throw WorkloadError(
                at: object.place(member.line),
                writer.map {
                    "the profile says it is not destructive and job '\(shown($0.name))' writes"
                }
                    ?? "the profile says it is destructive and no job writes",
                hint: "set destructive: \(!flag)"
            )
        }
        return flag
    }

    private func fileSize(_ object: JSON5Object) throws(WorkloadError) -> Int64 {
        guard let member = object.member("file_size") else { return Profile.defaultFileSizeBytes }
        do throws(ValueError) {
            let bytes = try OptionSyntax.profile.bytes(try scalarText(object, member))
            if bytes > 0 { return bytes }
        } catch {
            throw object.refusal(member, error.reason, allowed: error.allowed)
        }
        throw object.refusal(member, "is zero", allowed: "a size, such as \"1g\"")
    }

    /// As `JSON5Object.scalar`, in the error type of values.
    private func scalarText(
        _ object: JSON5Object,
        _ member: JSON5Node.Member
    ) throws(ValueError) -> String {
        switch member.node.value {
        case .text(let text), .number(let text): return text
        default: throw ValueError("is not a size", allowed: "a size, such as \"1g\"")
        }
    }
}
