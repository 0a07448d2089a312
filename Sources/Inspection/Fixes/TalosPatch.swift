/// A part of a Talos machine configuration, to be merged into one.
///
/// - Source: "Strategic Merge Patches" in Talos' documentation: mappings merge, most lists grow.
package indirect enum TalosPatch: Sendable, Equatable {
    case scalar(String)
    case list([TalosPatch])
    case map([(String, TalosPatch)])
    /// Documents of their own.
    case documents([TalosPatch])
    /// Takes the key away.
    case delete

    package static func == (first: TalosPatch, second: TalosPatch) -> Bool {
        first.rendered == second.rendered
    }

    /// One value under a way of keys.
    static func at(_ path: String..., value: TalosPatch) -> TalosPatch {
        path.reversed().reduce(value) { inner, key in .map([(key, inner)]) }
    }

    /// Both; lists grow, and of two scalars the second stays.
    func merged(with other: TalosPatch) -> TalosPatch {
        switch (self, other) {
        case (.documents(let first), .documents(let second)):
            .documents(first + second.filter { !first.contains($0) })
        case (.map(let first), .map(let second)):
            .map(
                second.reduce(into: first) { entries, entry in
                    if let index = entries.firstIndex(where: { $0.0 == entry.0 }) {
                        entries[index].1 = entries[index].1.merged(with: entry.1)
                    } else {
                        entries.append(entry)
                    }
                }
            )
        case (.list(let first), .list(let second)):
            .list(first + second.filter { !first.contains($0) })
        default: other
        }
    }

    /// The patch as YAML, with a final line feed.
    package var rendered: String {
        switch self {
        case .documents(let documents):
            documents.map { $0.lines(indent: 0).joined(separator: "\n") + "\n" }.joined(
                separator: "---\n"
            )
        default: lines(indent: 0).joined(separator: "\n") + "\n"
        }
    }

    private func lines(indent: Int) -> [String] {
        let pad = String(repeating: " ", count: indent)
        switch self {
        case .scalar(let text): return ["\(pad)\(Self.quoted(text))"]
        case .delete: return ["\(pad)$patch: delete"]
        case .list(let items):
            return items.flatMap { item in
                var lines = item.lines(indent: indent + 2)
                lines[0] = "\(pad)- \(lines[0].dropFirst(indent + 2))"
                return lines
            }
        case .map(let entries):
            return entries.flatMap { key, value in
                if case .scalar(let text) = value {
                    return ["\(pad)\(Self.quoted(key)): \(Self.quoted(text))"]
                }
                return ["\(pad)\(Self.quoted(key)):"] + value.lines(indent: indent + 4)
            }
        case .documents(let documents): return documents.flatMap { $0.lines(indent: indent) }
        }
    }

    /// Plain where YAML reads the same text back, else in double quotes.
    private static func quoted(_ text: String) -> String {
        let plain =
            !text.isEmpty
            && text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                    || (0x61...0x7A).contains(byte) || "_./-".utf8.contains(byte)
            }
            && text.utf8.first != UInt8(ascii: "-")
        let isTruth = text == "true" || text == "false"
        if plain, isTruth || Double(text) == nil { return text }
        return "\"" + text.flatMap { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" } + "\""
    }

    /// All patches of these findings in one, as the documents of a patch file; nil when there are none.
    package static func combined(_ findings: [Finding], file: String) -> TalosPatch? {
        var classic: TalosPatch?
        var documents: [TalosPatch] = []
        for finding in findings
        where finding.observation.location.path == file && finding.severity != .disputed {
            switch finding.observation.patch {
            case .documents(let more): documents += more.filter { !documents.contains($0) }
            case let patch?: classic = classic.map { $0.merged(with: patch) } ?? patch
            case nil: break
            }
        }
        let all = (classic.map { [$0] } ?? []) + documents
        return all.isEmpty ? nil : .documents(all)
    }
}
