import ResultStore

/// What a job's thread records; the raw values are the recorder's indices.
enum JobTiming: Int, CaseIterable {
    case read, write, sync, commit, readResponse, writeResponse

    var operation: OperationClass {
        switch self {
        case .read: .read
        case .write: .write
        case .sync: .sync
        case .commit: .commit
        case .readResponse: .readResponse
        case .writeResponse: .writeResponse
        }
    }
}

/// What a thread moved in the rounds that count.
struct JobTotals: Sendable, Equatable {
    var reads: UInt64 = 0
    var writes: UInt64 = 0
    var readBytes: UInt64 = 0
    var writtenBytes: UInt64 = 0

    @inline(__always)
    mutating func add(isRead: Bool, bytes: UInt64) {
        if isRead {
            reads &+= 1
            readBytes &+= bytes
        } else {
            writes &+= 1
            writtenBytes &+= bytes
        }
    }

    static func + (left: JobTotals, right: JobTotals) -> JobTotals {
        JobTotals(
            reads: left.reads + right.reads,
            writes: left.writes + right.writes,
            readBytes: left.readBytes + right.readBytes,
            writtenBytes: left.writtenBytes + right.writtenBytes
        )
    }
}
