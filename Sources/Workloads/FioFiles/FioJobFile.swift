import Units

/// A fio job file: its jobs, each meaning exactly what fio means by it; anything else in it is refused by name.
///
/// - Source: fio HOWTO.rst "Job file format" and init.c; behaviour checked against fio 3.33.
package struct FioJobFile: Sendable, Equatable {
    /// In the order of the file; one with `stonewall` begins when all before it have ended.
    package let jobs: [JobSpec]

    /// What no job file exceeds: a file larger than this is not one.
    package static let largestBytes = 1 << 20

    /// Reads the text of a job file.
    ///
    /// - Parameters:
    ///   - text: The whole file.
    ///   - path: What messages call it.
    ///   - include: The text of a file that an `include` line names, nil where it cannot be read; without it includes are refused.
    /// - Throws: The first thing that is not understood, with its line, its name and what is allowed.
    package init(
        _ text: String,
        path: String,
        include: ((String) -> String?)? = nil
    ) throws(WorkloadError) {
        var reader = FioFileReader(include: include)
        try reader.read(text, file: path, depth: 0)
        jobs = try reader.finished(file: path)
    }

    /// The jobs by the order in which they run: all of one group at the same time.
    package var groups: [[JobSpec]] {
        var groups: [[JobSpec]] = []
        for job in jobs {
            if job.stonewall || groups.isEmpty { groups.append([]) }
            groups[groups.count - 1].append(job)
        }
        return groups
    }
}
