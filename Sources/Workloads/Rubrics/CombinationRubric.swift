import Units

/// What a disk combination has to reach for each role, and what no speed makes up for.
package struct CombinationRubric: Sendable, Equatable {
    /// The grades there are limits for, best first; F is beyond the last.
    package static let grades = ["A", "B", "C", "D", "E"]
    package static let worst = "F"

    /// Which time a role is graded by.
    package enum Figure: String, Sendable, CaseIterable {
        /// A log batch's write and its flush, 99th percentile.
        case commitP99 = "commit_p99"
        /// The same, median.
        case commitP50 = "commit_p50"
        /// The write alone, 99th percentile.
        case writeP99 = "write_p99"

        package var quantile: Double { self == .commitP50 ? 0.5 : 0.99 }
    }

    /// What a disk may be used for.
    package struct Role: Sendable, Equatable {
        /// "etcd".
        package let name: String
        /// "etcd control plane".
        package let title: String
        package let figure: Figure
        /// The most that each grade allows, in nanoseconds, ascending; as many as `grades`.
        package let limits: [UInt64]
        /// Whose limits these are.
        package let why: String
        /// Data that was flushed has to survive a power cut.
        package let needsFlush: Bool
    }

    /// The best grade that some combinations can get.
    package struct Cap: Sendable, Equatable {
        /// Nil where every cache mode is meant.
        package let cache: String?
        /// Nil where every format is meant.
        package let format: String?
        /// "works", "keeps space" or "ignored"; nil where it does not matter.
        package let trim: String?
        package let roles: [String]
        package let best: String
        package let why: String
    }

    package let roles: [Role]
    package let caps: [Cap]

    /// The rubric that comes with tbench.
    package static func embedded() throws(WorkloadError) -> CombinationRubric {
        try CombinationRubric(json5: embeddedText, path: "disk-combinations.json5")
    }

    /// Its text, comments included.
    package static var embeddedText: String { EmbeddedProfiles.combinationRubric }

    /// Reads a rubric.
    ///
    /// - Parameters:
    ///   - json5: the whole text.
    ///   - path: what messages call it.
    /// - Throws: the first key or value that is not understood, with its line.
    package init(json5: String, path: String) throws(WorkloadError) {
        guard json5.utf8.count <= Profile.largestBytes else {
            throw WorkloadError(at: SourcePlace(file: path), "too large for a rubric")
        }
        let root: JSON5Node
        do throws(JSON5Error) {
            root = try JSON5Parser.parse(json5)
        } catch {
            throw WorkloadError(at: SourcePlace(file: path, line: error.line), error.reason)
        }
        let object = try JSON5Object(root, file: path, title: "the rubric")
        try object.allow(["roles", "caps"])
        var roles: [Role] = []
        for node in try object.list("roles") {
            roles.append(try Self.role(node, path))
        }
        guard !roles.isEmpty else {
            throw WorkloadError(
                at: SourcePlace(file: path),
                "no role is defined",
                hint: "copy a role from the rubric that comes with tbench: Profiles/rubrics"
            )
        }
        var caps: [Cap] = []
        for node in try object.list("caps") {
            caps.append(try Self.cap(node, path, roles.map(\.name)))
        }
        self.roles = roles
        self.caps = caps
    }

    private static func role(_ node: JSON5Node, _ path: String) throws(WorkloadError) -> Role {
        let object = try JSON5Object(node, file: path, title: "a role")
        try object.allow(["name", "title", "figure", "limits", "why", "needs_flush"])
        let text = try object.text("figure")
        guard let figure = Figure(rawValue: text) else {
            let known = Figure.allCases.map(\.rawValue).joined(separator: ", ")
            throw WorkloadError(
                at: object.place(object.line),
                "'\(shown(text))' is no figure",
                hint: "figures are \(known)"
            )
        }
        return Role(
            name: try object.text("name"),
            title: try object.text("title"),
            figure: figure,
            limits: try limits(object, path),
            why: try object.text("why"),
            needsFlush: try flag(object, "needs_flush")
        )
    }

    private static func limits(
        _ role: JSON5Object,
        _ path: String
    ) throws(WorkloadError) -> [UInt64] {
        guard let member = role.member("limits") else {
            throw WorkloadError(at: role.place(role.line), "a role has no 'limits'")
        }
        let object = try JSON5Object(member.node, file: path, title: "limits")
        try object.allow(grades)
        var limits: [UInt64] = []
        for grade in grades {
            let text = try object.text(grade)
            do throws(QuantityParsing.Failure) {
                limits.append(try QuantityParsing.nanoseconds(text))
            } catch {
                throw WorkloadError(
                    at: object.place(object.line),
                    "the limit of \(grade) \(error.reason)",
                    hint: "give \(error.allowed)"
                )
            }
        }
        guard zip(limits, limits.dropFirst()).allSatisfy({ $0 < $1 }) else {
            throw WorkloadError(
                at: object.place(object.line),
                "the limits do not ascend from A to E"
            )
        }
        return limits
    }

    private static func flag(
        _ object: JSON5Object,
        _ key: String
    ) throws(WorkloadError) -> Bool {
        guard let member = object.member(key) else { return false }
        guard case .flag(let flag) = member.node.value else {
            throw object.refusal(member, "is not true or false", allowed: "true or false")
        }
        return flag
    }

    private static func cap(
        _ node: JSON5Node,
        _ path: String,
        _ known: [String]
    ) throws(WorkloadError) -> Cap {
        let object = try JSON5Object(node, file: path, title: "a cap")
        try object.allow(["cache", "format", "trim", "roles", "best", "why"])
        var roles: [String] = []
        for entry in try object.list("roles") {
            guard case .text(let name) = entry.value, known.contains(name) else {
                throw WorkloadError(
                    at: object.place(entry.line),
                    "a cap names a role that is not defined",
                    hint: "roles are \(known.joined(separator: ", "))"
                )
            }
            roles.append(name)
        }
        let best = try object.text("best")
        guard (grades + [worst]).contains(best) else {
            throw WorkloadError(
                at: object.place(object.line),
                "'\(shown(best))' is no grade",
                hint: "grades are A, B, C, D, E and F"
            )
        }
        return Cap(
            cache: try object.optionalText("cache"),
            format: try object.optionalText("format"),
            trim: try object.optionalText("trim"),
            roles: roles,
            best: best,
            why: try object.text("why")
        )
    }
}
