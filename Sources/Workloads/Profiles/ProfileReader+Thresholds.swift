import Units

/// The limits of a profile.
extension ProfileReader {
    func thresholds(
        _ object: JSON5Object,
        _ jobs: [JobSpec]
    ) throws(WorkloadError) -> [ProfileThreshold] {
        guard object.member("thresholds") != nil else { return [] }
        var thresholds: [ProfileThreshold] = []
        for (index, node) in try object.list("thresholds").enumerated() {
            let entry = try JSON5Object(node, file: file, title: "threshold \(index + 1)")
            thresholds.append(try threshold(entry, jobs))
        }
        return thresholds
    }

    private func threshold(
        _ entry: JSON5Object,
        _ jobs: [JobSpec]
    ) throws(WorkloadError) -> ProfileThreshold {
        try entry.allow(["job", "of", "figure", "limit", "why"])
        let name = try entry.text("job")
        guard let job = jobs.first(where: { $0.name == name }) else {
            throw refusal(
                entry,
                "job",
                OptionSyntax.profile.unknown(name, among: jobs.map { $0.name })
            )
        }
        let operation: ProfileThreshold.Operation = try word(entry, "of")
        guard Self.does(job, operation) else {
            throw refusal(
                entry,
                "of",
                ValueError(
                    "job '\(shown(name))' does no \(operation.rawValue)",
                    allowed: ProfileThreshold.Operation.allCases.filter { Self.does(job, $0) }
                        .map { $0.rawValue }.joined(separator: ", ")
                )
            )
        }
        let figure: ProfileThreshold.Figure = try word(entry, "figure")
        return ProfileThreshold(
            job: name,
            operation: operation,
            figure: figure,
            limit: try limit(entry, figure),
            why: try entry.text("why")
        )
    }

    private static func does(_ job: JobSpec, _ operation: ProfileThreshold.Operation) -> Bool {
        switch operation {
        case .read: job.readWrite.reads
        case .write: job.readWrite.writes
        case .fsync, .commit: job.fsyncEvery > 0 || job.fdatasyncEvery > 0
        }
    }

    private func limit(
        _ entry: JSON5Object,
        _ figure: ProfileThreshold.Figure
    ) throws(WorkloadError) -> Double {
        guard let member = entry.member("limit") else {
            throw WorkloadError(
                at: entry.place(entry.line),
                "\(entry.title) has no 'limit'",
                hint: "add limit: a time for a latency, a number for a rate, a size for a bandwidth"
            )
        }
        let text = try entry.scalar(member)
        do throws(ValueError) {
            let value: Double
            switch figure {
            case .rate:
                value = Double(try OptionSyntax.profile.integer(text, in: 1...1_000_000_000))
            case .bandwidth: value = Double(try OptionSyntax.profile.bytes(text))
            default: value = Double(try OptionSyntax.profile.nanoseconds(text))
            }
            if value > 0 { return value }
        } catch {
            throw entry.refusal(member, error.reason, allowed: error.allowed)
        }
        throw entry.refusal(member, "is zero", allowed: "a limit above zero")
    }

    private func word<Value: RawRepresentable & CaseIterable>(
        _ entry: JSON5Object,
        _ key: String
    ) throws(WorkloadError) -> Value where Value.RawValue == String {
        let text = try entry.text(key)
        do throws(ValueError) {
            return try OptionSyntax.profile.word(text, as: Value.self)
        } catch {
            throw refusal(entry, key, error)
        }
    }

    private func refusal(_ entry: JSON5Object, _ key: String, _ error: ValueError) -> WorkloadError
    {
        guard let member = entry.member(key) else {
            return WorkloadError(at: entry.place(entry.line), "\(entry.title): \(error.reason)")
        }
        return entry.refusal(member, error.reason, allowed: error.allowed)
    }
}
