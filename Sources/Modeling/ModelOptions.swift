/// Which Longhorn it is.
package struct ModelOptions: Sendable, Equatable {
    /// Major and minor version.
    package var version: (major: Int, minor: Int) = (1, 10)
    /// Whether every write also writes the revision counter; nil for what the version does by default.
    package var revisionCounter: Bool?

    package init() {}

    package static func == (one: ModelOptions, other: ModelOptions) -> Bool {
        one.version == other.version && one.revisionCounter == other.revisionCounter
    }

    /// True before 1.7: one connection to a replica, and the revision counter on and behind each write.
    ///
    /// - Source: longhorn-engine, commit 96dd7864; longhorn-manager types/setting.go, `disable-revision-counter`.
    package var isOld: Bool { version < (1, 7) }

    /// To each replica.
    package var connections: Int { isOld ? 1 : 2 }

    /// Whether a write waits for the revision counter.
    package var countsRevisions: Bool { revisionCounter ?? isOld }

    /// Reads "1.6", "v1.10.1"; nil for what is no version.
    package static func version(_ text: String) -> (major: Int, minor: Int)? {
        let digits = text.hasPrefix("v") ? text.dropFirst() : text[...]
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2 || parts.count == 3, let major = Int(parts[0]),
            let minor = Int(parts[1]), (1...99).contains(major), (0...999).contains(minor),
            parts.count == 2 || Int(parts[2]) != nil
        else { return nil }
        return (major, minor)
    }
}

/// How many writes of an fsync wait for each other.
package struct DependentWrites: Sendable, Equatable {
    package var count: Double
    /// "preallocated file, fdatasync".
    package var name: String
    package var provenance: Provenance
    package var source: String

    /// Where nobody counted.
    ///
    /// - Source: ext4(5), data=ordered: data, then the journal's blocks, then its commit; an overwrite of allocated blocks
    ///   changes no metadata that fdatasync waits for.
    package static let assumed = [
        DependentWrites(
            count: 1,
            name: "fdatasync of a preallocated file",
            provenance: .assumed,
            source: "the data alone"
        ),
        DependentWrites(
            count: 3,
            name: "append and fsync on ext4",
            provenance: .assumed,
            source: "data, journal blocks, journal commit"
        ),
    ]
}

extension ModelInput {
    /// Adds what old or explicit setups do.
    mutating func apply(_ options: ModelOptions) {
        guard options.countsRevisions else { return }
        for index in replicas.indices {
            guard let disk = replicas[index].disk[.write] else { continue }
            var write = disk
            write.provenance = .derived
            write.note = "the revision counter, another 4 KiB write to the same disk"
            replicas[index].revisionCounter = RevisionCounter(write: write, isSerial: options.isOld)
        }
    }
}
