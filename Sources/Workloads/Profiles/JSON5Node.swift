/// A value of a JSON5 text, with the line it begins on.
struct JSON5Node: Sendable, Equatable {
    /// From 1.
    let line: Int
    let value: Value

    indirect enum Value: Sendable, Equatable {
        case null
        case flag(Bool)
        /// As it was written: the reader of the key decides what it is a number of.
        case number(String)
        case text(String)
        case list([JSON5Node])
        case object([Member])
    }

    /// A key and its value.
    struct Member: Sendable, Equatable {
        let key: String
        /// The line of the key.
        let line: Int
        let node: JSON5Node
    }
}

/// Where a text stops being JSON5.
struct JSON5Error: Error, Equatable {
    let line: Int
    let reason: String
}
