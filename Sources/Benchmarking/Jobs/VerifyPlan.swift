import Workloads

/// Whether what a job verifies stays its own while it runs.
enum VerifyPlan {
    /// Refuses jobs that verify where another thread of the phase writes: nobody could say whose block is right.
    ///
    /// - Throws: `BenchmarkError`, before anything is written.
    static func check(_ profile: Profile, on target: JobTarget) throws(BenchmarkError) {
        for phase in profile.phases where phase.jobs.contains(where: \.verify) {
            var areas: [Area] = []
            for job in phase.jobs where job.fileCycle == nil {
                for thread in 0..<job.numJobs {
                    areas.append(
                        Area(job: job, region: try JobRegion(job, thread: thread, on: target))
                    )
                }
            }
            areas.sort { $0.region.start < $1.region.start }
            for (area, next) in zip(areas, areas.dropFirst()) where area.collides(with: next) {
                throw .verifiesShared(area.job.verify ? area.job : next.job)
            }
        }
        for job in profile.phases.flatMap(\.jobs) where job.verify {
            let region = try JobRegion(job, thread: 0, on: target)
            guard region.byteCount / Int64(job.blockAlignment) < 1 << 28 else {
                throw .verifiesTooMuch(job)
            }
        }
    }

    private struct Area {
        var job: JobSpec
        var region: JobRegion

        /// Whether they share bytes, one of them verifies and the other writes.
        func collides(with next: Area) -> Bool {
            guard next.region.start < region.start + region.byteCount else { return false }
            return (job.verify && next.job.readWrite.writes)
                || (next.job.verify && job.readWrite.writes)
        }
    }
}
