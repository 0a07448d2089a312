import Units

/// The identity of a workload: two runs are comparable only if theirs are equal.
package enum WorkloadID {
    /// "sha256:" and the digest of the specification, whatever the order its keys came in.
    ///
    /// - Parameter spec: the normalised specification; every key and value counts.
    /// - Returns: the same text for equal specifications, and another for any other.
    package static func of(spec: [String: String]) -> String {
        "sha256:" + SHA256.hex(canonical(spec))
    }

    /// Keys in byte order, each text behind its length, so that no two specifications coincide.
    static func canonical(_ spec: [String: String]) -> String {
        func counted(_ text: String) -> String { "\(text.utf8.count):\(text)" }
        return
            spec
            .sorted { Array($0.key.utf8).lexicographicallyPrecedes(Array($1.key.utf8)) }
            .map { counted($0.key) + counted($0.value) }
            .joined()
    }
}
