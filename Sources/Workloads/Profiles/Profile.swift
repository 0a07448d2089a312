/// A workload with its purpose: what it answers, its jobs in phases, and the limits a good result keeps.
package struct Profile: Sendable, Equatable {
    /// What it is called on the command line: the file's name without its ending.
    package let name: String
    /// The question it answers, one sentence.
    package let answers: String
    /// What to expect and how to read it.
    package let expect: String
    /// Whether it overwrites its target.
    ///
    /// True exactly when a job writes; a profile that says otherwise is refused.
    package let destructive: Bool
    /// The size of the scratch file where the target is a directory or none is given, in bytes.
    package let fileSizeBytes: Int64
    /// One after the other.
    package let phases: [ProfilePhase]
    /// What the results are held against; may be empty.
    package let thresholds: [ProfileThreshold]

    package init(
        name: String,
        answers: String,
        expect: String,
        destructive: Bool,
        fileSizeBytes: Int64,
        phases: [ProfilePhase],
        thresholds: [ProfileThreshold]
    ) {
        self.name = name
        self.answers = answers
        self.expect = expect
        self.destructive = destructive
        self.fileSizeBytes = fileSizeBytes
        self.phases = phases
        self.thresholds = thresholds
    }

    /// Every key that a job of a profile may have.
    package static let jobKeys = ["name"] + JobOption.names(.profile)

    /// About how long it takes, in nanoseconds: the longest job of every phase with its ramp; nil where a job has no runtime.
    package var durationNanoseconds: UInt64? {
        var total: UInt64 = 0
        for phase in phases {
            var longest: UInt64 = 0
            for job in phase.jobs {
                guard let runtime = job.runtimeNanoseconds else { return nil }
                longest = max(longest, runtime + job.rampNanoseconds)
            }
            let (sum, overflow) = total.addingReportingOverflow(longest)
            if overflow { return nil }
            total = sum
        }
        return total
    }
}

/// Jobs that run at the same time.
package struct ProfilePhase: Sendable, Equatable {
    package let name: String
    /// At least one; their names are unique in the profile.
    package let jobs: [JobSpec]

    package init(name: String, jobs: [JobSpec]) {
        self.name = name
        self.jobs = jobs
    }
}

extension Profile {
    /// The same profile with other phases, as where the command line overrides a job.
    package func changing(phases: [ProfilePhase]) -> Profile {
        Profile(
            name: name,
            answers: answers,
            expect: expect,
            destructive: destructive,
            fileSizeBytes: fileSizeBytes,
            phases: phases,
            thresholds: thresholds
        )
    }

    /// A fio job file as a profile: each group of jobs up to a `stonewall` is a phase.
    ///
    /// - Parameters:
    ///   - file: The jobs.
    ///   - name: What the record calls it.
    package init(_ file: FioJobFile, name: String) {
        self.name = name
        answers = "What the fio job file \(name) asks."
        expect = ""
        destructive = file.jobs.contains { $0.readWrite.writes }
        fileSizeBytes = Profile.defaultFileSizeBytes
        phases = file.groups.enumerated().map { index, jobs in
            ProfilePhase(name: jobs.count == 1 ? jobs[0].name : "group \(index + 1)", jobs: jobs)
        }
        thresholds = []
    }

    /// 1 GiB: small enough for any node, and with direct I/O the page cache does not answer for it.
    package static let defaultFileSizeBytes: Int64 = 1 << 30
}

extension Profile {
    /// The same profile with every job changed.
    package func mapJobs(_ change: (inout JobSpec) -> Void) -> Profile {
        changing(
            phases: phases.map { phase in
                ProfilePhase(
                    name: phase.name,
                    jobs: phase.jobs.map { job in
                        var job = job
                        change(&job)
                        return job
                    }
                )
            }
        )
    }
}
