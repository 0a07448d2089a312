package import Units

/// Why a record could not be encoded, decoded, written or read.
package struct ResultStoreError: DescribedError, Equatable {
    /// What kind of failure it is.
    package let code: Code
    package let operation: String
    package let subject: String
    package let reason: String
    package let cause: SystemCallFailure?
    package let hint: String?

    /// The kinds of failure.
    package enum Code: Sendable, Equatable {
        /// A number that JSON cannot carry: NaN, infinity, or an integer of 2^53 or more.
        case notRepresentable
        /// Not JSON, or JSON that is not a tbench record.
        case notARecord
        /// A record of a newer layout than this tbench reads.
        case newerVersion
        /// A tbench record with a missing, mistyped or impossible value.
        case malformed
        /// A file of that name is there already.
        case exists
        /// A file or directory is missing.
        case missing
        /// The kernel refused: permission or a read-only filesystem.
        case refused
        /// Any other failed file operation; a full disk is the usual one.
        case fileSystem
    }

    /// 66 for what is missing, 77 for what is refused, 1 for the rest.
    package var exitCode: ExitCode {
        switch code {
        case .missing: .missing
        case .refused: .refused
        case .notRepresentable, .notARecord, .newerVersion, .malformed, .exists, .fileSystem:
            .failure
        }
    }
}

// The wording, one factory per operation.
extension ResultStoreError {
    static func notRepresentable(_ what: String) -> Self {
        Self(
            code: .notRepresentable,
            operation: "encode",
            subject: "record",
            reason: "the record holds a number that JSON cannot carry exactly: \(what)",
            cause: nil,
            hint: "this is a defect of tbench; please report it with the command you typed"
        )
    }

    static func notARecord(_ detail: String) -> Self {
        Self(
            code: .notARecord,
            operation: "decode",
            subject: "record",
            reason: "this is not a tbench result: \(detail)",
            cause: nil,
            hint: "give a file that 'tbench … -o DIR' wrote; 'tbench schema' describes it"
        )
    }

    static func newerVersion(_ version: Int) -> Self {
        Self(
            code: .newerVersion,
            operation: "decode",
            subject: "record",
            reason: "the record has layout version \(version), and this tbench reads up to "
                + "\(ResultRecord.schemaVersion)",
            cause: nil,
            hint: "use the tbench that wrote it, or a newer one"
        )
    }

    static func malformed(_ detail: String) -> Self {
        Self(
            code: .malformed,
            operation: "decode",
            subject: "record",
            reason: "the record is damaged: \(detail)",
            cause: nil,
            hint: "restore the file from where it was copied; 'tbench schema' says what belongs "
                + "there"
        )
    }

    static func exists(_ path: String) -> Self {
        Self(
            code: .exists,
            operation: "write",
            subject: path,
            reason: "\(path) is there already, and results are never overwritten",
            cause: nil,
            hint: "move it away if it is not wanted"
        )
    }

    static func tooLarge(_ path: String, bytes: UInt64) -> Self {
        Self(
            code: .notARecord,
            operation: "read",
            subject: path,
            reason: "\(path) is \(QuantityText.bytes(bytes)), more than any tbench result",
            cause: nil,
            hint: "give a file that 'tbench … -o DIR' wrote"
        )
    }

    static func notAFile(_ path: String) -> Self {
        Self(
            code: .missing,
            operation: "read",
            subject: path,
            reason: "\(path) is not a regular file",
            cause: nil,
            hint: "give one result file; 'find Results -name \"*.json\"' lists them"
        )
    }

    /// A failed file operation; `operation` is "create", "write", "sync", "rename", "read".
    static func file(_ operation: String, _ path: String, call: String, errno: Int32?) -> Self {
        let failed = "cannot \(operation) \(path)"
        let cause = errno.map { SystemCallFailure(call: call, errno: $0) }
        func make(_ code: Code, _ likely: String?, _ hint: String?) -> Self {
            Self(
                code: code,
                operation: operation,
                subject: path,
                reason: likely.map { "\(failed): \($0)" } ?? failed,
                cause: cause,
                hint: hint
            )
        }
        // See: man 2 openat, write, fsync, link.
        switch errno {
        case 28, 122:
            return make(
                .fileSystem,
                "the filesystem is full",
                "free some space or give another directory with -o; nothing half-written was left"
            )
        case 2:
            return make(.missing, "it does not exist", "check the path")
        case 1, 13:
            return make(.refused, "permission denied", "give a directory you may write to with -o")
        case 30:
            return make(
                .refused,
                "the filesystem is read-only",
                "give a directory on another filesystem with -o"
            )
        case 17, 20:
            return make(.fileSystem, "a file is in the way", "give another directory with -o")
        case 36:
            return make(.fileSystem, "the name is too long", "give a shorter directory with -o")
        case 5:
            return make(.fileSystem, "the device reported an I/O error", "see dmesg")
        default:
            return make(.fileSystem, nil, nil)
        }
    }
}
