import Testing
import Workloads

@Suite("Sweeps") struct SweepPlanTests {
    @Test(
        "a range doubles or goes in steps of ten points, and its end is always there",
        arguments: [
            ("iodepth=1..128", [1, 2, 4, 8, 16, 32, 64, 128]),
            ("iodepth=1..100", [1, 2, 4, 8, 16, 32, 64, 100]),
            ("iodepth=1,4,16", [1, 4, 16]), ("numjobs=2..8", [2, 4, 8]),
            ("rate=10%..50%", [10, 20, 30, 40, 50]), ("rate=10%..45%", [10, 20, 30, 40, 45]),
            ("rate=25%,50%,110%", [25, 50, 110]), ("rate=1000..5000", [1000, 2000, 4000, 5000]),
        ]
    )
    func values(text: String, values: [Int]) throws {
        let plan = try SweepPlan(text)
        #expect(plan.values == values)
        #expect(plan.isShare == text.contains("%"))
        #expect(plan.text == text)
    }

    @Test(
        "anything else is refused with the forms that work",
        arguments: [
            "", "iodepth", "iodepth=", "depth=1..2", "iodepth=0..4", "iodepth=4..1", "iodepth=1..1",
            "iodepth=1",
            "iodepth=1%..8%", "rate=1%..100", "rate=a..b", "iodepth=1..2..3", "iodepth=1,1",
            "rate=-1..5",
            "iodepth=..8", "rate=1%..1000%", "rate=99999999999999999999..2", "iodepth=1..65536",
            "rate=10..110%", "iodepth=1...8", "iodepth=1....8", "iodepth=..1..8..", "iodepth=+4,8",
        ]
    )
    func refused(text: String) {
        #expect { try SweepPlan(text) } throws: { error in
            let refusal = error as? WorkloadError
            return refusal?.hint?.contains("iodepth=1..128") == true
                && refusal?.reason.contains("--sweep \(text)") == true
        }
    }

    private func profile(_ change: (inout JobSpec) -> Void = { _ in }) -> Profile {
        var job = JobSpec(name: "reads")
        job.readWrite = .randread
        job.engine = .ioUring
        job.ioDepth = 8
        job.batch = 4
        change(&job)
        return Profile(
            name: "test",
            answers: "",
            expect: "",
            destructive: false,
            fileSizeBytes: 1 << 20,
            phases: [ProfilePhase(name: "phase", jobs: [job])],
            thresholds: []
        )
    }

    @Test("every point is a phase with its value, timed for itself")
    func points() throws {
        let profile = profile()
        let job = try profile.jobToSweep(named: nil)
        let swept = try profile.sweeping(
            SweepPlan("iodepth=2..16"),
            job,
            capacity: nil,
            runtime: 3_000_000_000
        )
        let jobs = swept.phases.flatMap(\.jobs)
        #expect(jobs.map(\.ioDepth) == [2, 4, 8, 16])
        #expect(jobs.map(\.batch) == [2, 4, 4, 4])
        #expect(
            jobs.map(\.name) == [
                "reads iodepth 2", "reads iodepth 4", "reads iodepth 8", "reads iodepth 16",
            ]
        )
        #expect(jobs.allSatisfy { $0.timeBased && $0.runtimeNanoseconds == 3_000_000_000 })
        #expect(swept.phases.count == 4)
    }

    @Test("shares are of the closed loop, which comes first, and are spread over the job's threads")
    func shares() throws {
        let profile = profile { $0.numJobs = 4 }
        let job = try profile.jobToSweep(named: "reads")
        let plan = try SweepPlan("rate=50%,100%")
        let closed = try profile.sweeping(plan, job, capacity: nil, runtime: 1)
        #expect(closed.phases.map(\.name) == ["reads closed loop"])
        #expect(closed.phases[0].jobs[0].rateIOPS == nil)
        let open = try profile.sweeping(plan, job, capacity: 8000, runtime: 1)
        #expect(open.phases.flatMap(\.jobs).map(\.rateIOPS) == [1000, 2000])
        #expect(open.phases.flatMap(\.jobs).allSatisfy { $0.arrivals == .poisson })
    }

    @Test("a job that cannot be swept, or is not there, is refused by name")
    func refusedJobs() throws {
        let one = profile()
        #expect(throws: WorkloadError.self) { try one.jobToSweep(named: "writes") }
        let two = one.changing(
            phases: one.phases + [ProfilePhase(name: "b", jobs: [JobSpec(name: "b")])]
        )
        #expect { try two.jobToSweep(named: nil) } throws: { error in
            (error as? WorkloadError)?.hint?.contains("reads, b") == true
        }
        let sync = profile { $0.engine = .sync }
        let plan = try SweepPlan("iodepth=1..4")
        #expect {
            try sync.sweeping(plan, sync.jobToSweep(named: nil), capacity: nil, runtime: 1)
        } throws: {
            ($0 as? WorkloadError)?.hint?.contains("libaio") == true
        }
        let mixed = profile { $0.readWrite = .randrw }
        let rates = try SweepPlan("rate=100..200")
        #expect(throws: WorkloadError.self) {
            try mixed.sweeping(rates, mixed.jobToSweep(named: nil), capacity: nil, runtime: 1)
        }
    }
}
