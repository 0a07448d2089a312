/// A job while its keys are read, in any order; `finished` turns it into a `JobSpec`.
///
/// What depends on several keys (the access pattern on `rw`, `norandommap`, `random_distribution` and the stride) is put
/// together at the end.
struct JobDraft: Sendable {
    let syntax: OptionSyntax
    var spec: JobSpec
    /// fio's `norandommap`: random blocks may repeat before all have come.
    var mayRepeat = false
    /// theta of `random_distribution=zipf`.
    var theta: Double?
    /// What a sequential job skips after each block ("write:60k").
    var gapBytes: Int64 = 0
    /// Distance from block to block; in profiles only.
    var strideBytes: Int64?
    var depth: Int?
    var batch: Int?
    var completionBatch = 1

    /// A job with the defaults of its kind of file: fio's own where the file is fio's.
    init(name: String, syntax: OptionSyntax) {
        self.syntax = syntax
        spec = JobSpec(name: name)
        if syntax == .fio {
            spec.engine = .sync
            spec.registeredBuffers = false
        }
    }

    /// The job, with everything that several keys decide; not yet checked.
    func finished() -> JobSpec {
        var job = spec
        job.ioDepth = depth ?? 1
        // fio's synchronous engines do one I/O at a time, whatever iodepth says.
        if syntax == .fio, job.engine == .sync { job.ioDepth = 1 }
        // fio: 0 means as many as iodepth.
        job.batch = min(max(1, batch == 0 ? job.ioDepth : batch ?? 1), job.ioDepth)
        job.completionBatch = min(completionBatch, job.ioDepth)
        if job.readWrite.isRandom {
            if let theta {
                job.access = .zipf(theta: theta)
            } else {
                job.access = mayRepeat ? .randomUniform : .randomOnce
            }
        } else if let strideBytes {
            job.access = .strided(bytes: strideBytes)
        } else if gapBytes > 0 {
            job.access = .strided(bytes: Int64(job.blockAlignment) + gapBytes)
        } else {
            job.access = .sequential
        }
        return job
    }
}
