/// A YAML value that is made, not read: scalars, lists and maps that keep their order.
package indirect enum YAMLNode: Sendable, Equatable {
    case text(String)
    case number(Int)
    case flag(Bool)
    case list([YAMLNode])
    case map([YAMLEntry])
}

/// One key of a map, with what a reader should know about it.
package struct YAMLEntry: Sendable, Equatable {
    package var key: String
    package var value: YAMLNode
    /// Stands above the key, a line for each; nil where the key says it all.
    package var comment: String?

    package init(_ key: String, _ value: YAMLNode, comment: String? = nil) {
        self.key = key
        self.value = value
        self.comment = comment
    }
}

extension YAMLNode: ExpressibleByStringLiteral {
    package init(stringLiteral value: String) { self = .text(value) }
}

extension YAMLNode: ExpressibleByStringInterpolation {}

extension YAMLNode: ExpressibleByIntegerLiteral {
    package init(integerLiteral value: Int) { self = .number(value) }
}

extension YAMLNode: ExpressibleByBooleanLiteral {
    package init(booleanLiteral value: Bool) { self = .flag(value) }
}

extension YAMLNode: ExpressibleByArrayLiteral {
    package init(arrayLiteral elements: YAMLNode...) { self = .list(elements) }
}

extension YAMLNode: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, YAMLNode)...) {
        self = .map(elements.map { YAMLEntry($0.0, $0.1) })
    }
}

extension YAMLNode {
    /// A map without the entries that are nil.
    package static func map(_ entries: YAMLEntry?...) -> YAMLNode {
        .map(entries.compactMap(\.self))
    }

    /// The value of a key of a map; nil for everything else.
    package subscript(key: String) -> YAMLNode? {
        guard case .map(let entries) = self else { return nil }
        return entries.first { $0.key == key }?.value
    }
}
