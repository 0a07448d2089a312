import Workloads

/// The part of a file or device that jobs work on.
package struct JobTarget: Sendable, Equatable {
    /// Opened by every thread for itself, so that jobs may differ in `direct`.
    package var path: String
    /// First byte.
    package var offset: Int64
    package var byteCount: Int64
    /// Refuses to be opened for writing.
    package var isReadOnly: Bool
    /// Where jobs that create files put them; nil where there is no directory of tbench's own.
    package var directory: String?
    /// The socket of an NBD server that exports it; nil where `path` is opened.
    package var export: String?

    package init(
        path: String,
        offset: Int64,
        byteCount: Int64,
        isReadOnly: Bool,
        directory: String? = nil,
        export: String? = nil
    ) {
        self.path = path
        self.offset = offset
        self.byteCount = byteCount
        self.isReadOnly = isReadOnly
        self.directory = directory
        self.export = export
    }
}

/// What one thread of a job may touch, in bytes of the target's file.
struct JobRegion: Equatable {
    var start: Int64
    var byteCount: Int64

    /// Resolves sizes and offsets as fio does: percentages are of the whole target, and without a size a thread gets
    /// what lies behind its offset.
    ///
    /// - Parameters:
    ///   - spec: the job.
    ///   - thread: 0 for its first thread.
    ///   - target: what it works on.
    /// - Throws: `BenchmarkError` when the region leaves the target or holds no block.
    /// - Source: fio HOWTO.rst, size, offset, offset_increment.
    init(_ spec: JobSpec, thread: Int, on target: JobTarget) throws(BenchmarkError) {
        let first = Self.bytes(spec.offset, of: target, orAll: 0)
        let step = Self.bytes(spec.offsetIncrement, of: target, orAll: 0)
        let (shift, overflow) = step.multipliedReportingOverflow(by: Int64(thread))
        let (offset, overflow2) = first.addingReportingOverflow(shift)
        let left = overflow || overflow2 ? 0 : target.byteCount - offset
        let block = Int64(spec.blockCapacity)
        guard left >= block else {
            let reason = offset == 0 ? "there is" : "its offset leaves"
            throw .region(spec, "\(reason) no room for a block of \(block) bytes", target)
        }
        let size = min(Self.bytes(spec.size, of: target, orAll: left), left)
        guard size >= block else {
            throw .region(spec, "its size holds no block of \(block) bytes", target)
        }
        start = target.offset + offset
        byteCount = size
    }

    private static func bytes(
        _ extent: JobSpec.Extent,
        of target: JobTarget,
        orAll all: Int64
    ) -> Int64 {
        switch extent {
        case .all: all
        case .bytes(let bytes): max(0, bytes)
        case .percent(let percent): target.byteCount / 100 * Int64(min(100, max(0, percent)))
        }
    }
}
