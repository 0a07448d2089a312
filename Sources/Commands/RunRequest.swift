import ArgumentTable
import Benchmarking
import Foundation
import IOEngines
import TargetSafety
import Units
import Workloads

/// What a command line of `tbench run` asks for.
struct RunRequest {
    /// Every job with the engine it will use.
    let profile: Profile
    let target: String
    /// Bytes of the scratch file, or of the part of a device that is used.
    let sizeBytes: Int64
    let engineRequested: String
    let engineFallbackReason: String?
    let seed: UInt64
    let consent: DestroyConsent
    let tags: [String: String]
    /// One job over a range; nil for a plain run.
    let sweep: Sweep?

    /// A sweep and what it is about.
    struct Sweep {
        var plan: SweepPlan
        var job: JobSpec
        /// Of each point, in nanoseconds.
        var runtime: UInt64
    }

    init(_ command: ParsedCommand) throws {
        let named = command.positional("profile") ?? ""
        var profile = try Self.read(named)
        target = command.positional("target") ?? "."
        seed = UInt64(command.integer("seed") ?? 7)
        tags = command.pairs("tag").reduce(into: [:]) { $0[$1.key] = $1.value }
        consent = command.string("destroy-data").map(DestroyConsent.named) ?? .none
        sizeBytes = command.bytes("size").map { Int64(clamping: $0) } ?? profile.fileSizeBytes
        if let runtime = command.nanoseconds("runtime") {
            profile = profile.mapJobs { job in
                job.runtimeNanoseconds = runtime
                job.rampNanoseconds = min(job.rampNanoseconds, runtime)
                job.timeBased = true
            }
        }
        let override = command.string("ioengine")
        engineRequested = override ?? "profile"
        var reasons: Set<String> = []
        var failure: EngineError?
        profile = profile.mapJobs { job in
            do throws(EngineError) {
                let (engine, reason) = try Self.engine(override, job)
                job.engine = engine
                if let reason { reasons.insert(reason) }
            } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        engineFallbackReason = reasons.isEmpty ? nil : reasons.sorted().joined(separator: "; ")
        if command.flag("verify") { profile = try Self.verifying(profile) }
        if let text = command.string("sweep") {
            let sweep = Sweep(
                plan: try SweepPlan(text),
                job: try profile.jobToSweep(named: command.string("job")),
                runtime: command.nanoseconds("runtime") ?? Profile.sweepPointNanoseconds
            )
            // For shares this is the closed loop alone: the points are known when it has been measured.
            profile = try profile.sweeping(
                sweep.plan,
                sweep.job,
                capacity: nil,
                runtime: sweep.runtime
            )
            if sweep.plan.isShare {
                _ = try profile.sweeping(
                    sweep.plan,
                    sweep.job,
                    capacity: 1000,
                    runtime: sweep.runtime
                )
            }
            self.sweep = sweep
        } else {
            guard command.string("job") == nil else {
                throw CommandError(
                    operation: "run",
                    subject: "--job",
                    reason: "--job names the job of a sweep, and there is no --sweep",
                    hint: "add --sweep iodepth=1..128, or leave --job out"
                )
            }
            sweep = nil
        }
        try JobBenchmark.check(profile)
        self.profile = profile
    }

    private static func engine(
        _ override: String?,
        _ job: JobSpec
    ) throws(EngineError) -> (JobSpec.Engine, String?) {
        let wanted = override.flatMap(JobSpec.Engine.init(rawValue:)) ?? job.engine
        // These two take no part in the choice: they do nothing, and say what that costs.
        if wanted == .null || wanted == .nop { return (wanted, nil) }
        let choice = EngineChoice(rawValue: wanted.rawValue) ?? .auto
        let found = try EngineProbe.resolve(
            choice,
            preferred: [.ioUring, .libaio, .sync],
            capacity: job.ioDepth
        )
        return (JobSpec.Engine(rawValue: found.engine.rawValue) ?? .sync, found.fallbackReason)
    }

    /// The same profile, with every job that writes verifying.
    private static func verifying(_ profile: Profile) throws -> Profile {
        func refuse(_ reason: String, _ hint: String) -> CommandError {
            CommandError(
                operation: "verify",
                subject: profile.name,
                reason: "--verify: \(reason)",
                hint: hint
            )
        }
        guard profile.destructive else {
            throw refuse(
                "\(profile.name) only reads, so there is nothing of its own to read back",
                "take a profile that writes, such as random-4k"
            )
        }
        let changed = profile.mapJobs { $0.verify = $0.readWrite.writes }
        for job in changed.phases.flatMap(\.jobs) {
            if let (reason, hint) = job.contradiction() {
                throw refuse("job '\(job.name)' \(reason)", hint)
            }
        }
        return changed
    }

    /// A name of tbench's own, or a path: what has a slash, an ending or exists as a file.
    static func read(_ name: String) throws -> Profile {
        let isPath = name.contains("/") || name.contains(".")
        guard isPath else { return try Profile.embedded(name) }
        let text = try text(of: name)
        guard name.hasSuffix(".fio") || name.hasSuffix(".ini") else {
            return try Profile(json5: text, path: name)
        }
        let directory = (name as NSString).deletingLastPathComponent
        let file = try FioJobFile(text, path: name) { included in
            let path =
                included.hasPrefix("/")
                ? included : "\(directory.isEmpty ? "." : directory)/\(included)"
            return try? Self.text(of: path)
        }
        let base = (name as NSString).lastPathComponent
        return Profile(file, name: (base as NSString).deletingPathExtension)
    }

    private static func text(of path: String) throws -> String {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw CommandError(
                operation: "read",
                subject: path,
                reason: "\(path) does not exist or cannot be read",
                hint: "tbench list shows the profiles that need no path",
                exitCode: .missing
            )
        }
        // One byte more than allowed tells whether it is too long.
        let data = (try? handle.read(upToCount: FioJobFile.largestBytes + 1)) ?? nil
        guard let data, data.count <= FioJobFile.largestBytes else {
            throw CommandError(
                operation: "read",
                subject: path,
                reason: "\(path) is not a profile: it is a directory or larger than 1 MiB",
                hint: "name a profile in JSON5 or a fio job file"
            )
        }
        return String(decoding: data, as: UTF8.self)
    }

    /// The normalised workload, for the record and its identity.
    var spec: [String: String] {
        var spec = ["profile": profile.name, "size_bytes": String(sizeBytes), "seed": String(seed)]
        if let sweep {
            spec["sweep"] = sweep.plan.text
            spec["sweep.job"] = sweep.job.name
        }
        for job in profile.phases.flatMap(\.jobs) { spec["job.\(job.name)"] = job.identity }
        return spec
    }
}
