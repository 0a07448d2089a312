import Units

/// An object of a profile, read key by key; what nobody asked for is refused.
struct JSON5Object {
    let file: String
    /// Where it begins.
    let line: Int
    let members: [JSON5Node.Member]
    /// "the profile", "phase 2": what messages call it.
    let title: String

    init(_ node: JSON5Node, file: String, title: String) throws(WorkloadError) {
        guard case .object(let members) = node.value else {
            throw WorkloadError(
                at: SourcePlace(file: file, line: node.line),
                "\(title) is not an object",
                hint: "write it as { key: value, … }"
            )
        }
        self.file = file
        self.title = title
        line = node.line
        self.members = members
    }

    func place(_ line: Int) -> SourcePlace { SourcePlace(file: file, line: line) }

    /// Refuses every key that is not in the list, the first one by its line.
    func allow(_ keys: [String]) throws(WorkloadError) {
        for member in members where !keys.contains(member.key) {
            throw unknown(member, among: keys)
        }
    }

    func unknown(_ member: JSON5Node.Member, among keys: [String]) -> WorkloadError {
        let near = Suggestion.nearest(to: member.key, among: keys)
        return WorkloadError(
            at: place(member.line),
            "unknown key '\(shown(member.key))' in \(title)",
            hint: near.map { "did you mean '\($0)'?" }
                ?? "allowed are \(keys.joined(separator: ", "))"
        )
    }

    func member(_ key: String) -> JSON5Node.Member? { members.first { $0.key == key } }

    /// A text that has to be there.
    func text(_ key: String) throws(WorkloadError) -> String {
        guard let text = try optionalText(key), !text.isEmpty else {
            throw WorkloadError(
                at: place(line),
                "\(title) has no '\(key)'",
                hint: "add \(key): \"…\""
            )
        }
        return text
    }

    func optionalText(_ key: String) throws(WorkloadError) -> String? {
        guard let member = member(key) else { return nil }
        guard case .text(let text) = member.node.value else {
            throw refusal(member, "is not text", allowed: "text in quotes")
        }
        return text
    }

    /// The entries of a list that has to be there.
    func list(_ key: String) throws(WorkloadError) -> [JSON5Node] {
        guard let member = member(key) else {
            throw WorkloadError(
                at: place(line),
                "\(title) has no '\(key)'",
                hint: "add \(key): [ … ]"
            )
        }
        guard case .list(let nodes) = member.node.value else {
            throw refusal(member, "is not a list", allowed: "a list: [ … ]")
        }
        return nodes
    }

    func refusal(_ member: JSON5Node.Member, _ reason: String, allowed: String) -> WorkloadError {
        WorkloadError(
            at: place(member.node.line),
            "\(shown(member.key)) in \(title): \(reason)",
            hint: "\(shown(member.key)) takes \(allowed)"
        )
    }

    /// A scalar as the text that the table of keys reads: true is "true", 4 is "4".
    func scalar(_ member: JSON5Node.Member) throws(WorkloadError) -> String {
        switch member.node.value {
        case .text(let text), .number(let text): return text
        case .flag(let flag): return flag ? "true" : "false"
        case .null, .list, .object:
            throw refusal(
                member,
                "is not one value",
                allowed: "a number, text in quotes, true or false"
            )
        }
    }
}
