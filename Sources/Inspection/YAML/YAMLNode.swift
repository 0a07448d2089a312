/// A value of a YAML document, as far as its shape named it.
struct YAMLNode: Sendable, Equatable {
    indirect enum Value: Sendable, Equatable {
        case scalar(String)
        case list([YAMLNode])
        case map([Entry])
        /// Present, and not kept.
        case hidden
    }

    struct Entry: Sendable, Equatable {
        var key: String
        var line: Int
        var node: YAMLNode
    }

    var value: Value
    /// Counted from 1.
    var line: Int
    /// Nodes in it, itself included.
    var weight = 1

    /// The value of a key; nil when this is no mapping or has no such key.
    subscript(key: String) -> YAMLNode? {
        guard case .map(let entries) = value else { return nil }
        return entries.last { $0.key == key }?.node
    }

    /// The node at the end of a way of keys.
    func at(_ path: String...) -> YAMLNode? {
        var node: YAMLNode? = self
        for key in path { node = node?[key] }
        return node
    }

    /// The text of a scalar; nil for null, in any of its spellings, and for anything else.
    var text: String? {
        guard case .scalar(let text) = value, !["", "~", "null", "Null", "NULL"].contains(text)
        else {
            return nil
        }
        return text
    }

    var number: Int? { text.flatMap { Int($0) } }
    var truth: Bool? { ConfigText.truth(text) }

    /// The elements of a list; empty for anything else.
    var elements: [YAMLNode] { if case .list(let nodes) = value { nodes } else { [] } }

    /// The entries of a mapping; empty for anything else.
    var entries: [Entry] { if case .map(let entries) = value { entries } else { [] } }
}

/// One document of a YAML stream.
struct YAMLDocument: Sendable, Equatable {
    var root: YAMLNode
    /// Keys that the shape has no place for: "machine.features.qemuGuestAgent".
    var unknownKeys: [(path: String, line: Int)]
    /// Keys that stand twice in one mapping.
    var repeatedKeys: [(path: String, line: Int)]

    static func == (first: YAMLDocument, second: YAMLDocument) -> Bool {
        first.root == second.root
            && first.unknownKeys.map(\.path) == second.unknownKeys.map(\.path)
            && first.repeatedKeys.map(\.path) == second.repeatedKeys.map(\.path)
    }
}
