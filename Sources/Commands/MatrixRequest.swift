import ArgumentTable
import Benchmarking
import Foundation
import IOEngines
import ResultStore
import Units
import VirtualDisks
import Workloads

/// What a command line of `tbench matrix` asks for.
struct MatrixRequest {
    let directory: String
    let settings: MatrixSettings
    let rubric: CombinationRubric
    let tags: [String: String]
    let outputDirectory: String?
    /// The guest to measure in; nil for QEMU's block layer alone.
    let guest: GuestSettings?
    /// Things to tell before anything is measured.
    let notes: [String]

    init(_ command: ParsedCommand) throws {
        directory = command.positional("directory") ?? "."
        tags = command.pairs("tag").reduce(into: [:]) { $0[$1.key] = $1.value }
        outputDirectory = command.string("output-dir")
        rubric = try Self.rubric(command)
        let formats: [DiskCombination.Format] = try Self.list(
            command,
            "format",
            among: [
                .raw, .qcow2, .qcow2Sparse, .qcow2Overlay,
            ]
        )
        let caches: [DiskCombination.Cache] = try Self.list(
            command,
            "cache",
            among: DiskCombination.Cache.allCases
        )
        let (aios, note) = try Self.aios(command)
        notes = [note].compactMap(\.self)
        guest = try Self.guest(command)
        let attachments = guest == nil ? [(nil, false)] : try Self.attachments(command)
        var combinations: [DiskCombination] = []
        for (controller, thread) in attachments {
            func add(
                _ format: DiskCombination.Format,
                _ cache: DiskCombination.Cache,
                _ aio: DiskCombination.AIO
            ) {
                var one = DiskCombination(
                    format: format,
                    cache: cache,
                    aio: aio,
                    controller: controller,
                    hasIOThread: thread
                )
                while combinations.contains(one) { one.copy += 1 }
                combinations.append(one)
            }
            for format in formats {
                for cache in caches { for aio in aios { add(format, cache, aio) } }
            }
            if command.flag("null") { add(.null, .none, aios[0]) }
        }
        let rounds = command.integer("rounds") ?? 15
        let profile = try Self.profile(command)
        settings = MatrixSettings(
            combinations: combinations,
            client: command.string("client").flatMap(DiskClient.init(rawValue:)) ?? .nbd,
            load: command.string("load").flatMap(EtcdLoad.named(_:)) ?? .medium,
            profile: profile,
            imageBytes: (command.bytes("size") ?? 128 << 20) / 65536 * 65536,
            minimumRounds: min(10, rounds),
            maximumRounds: rounds,
            roundNanoseconds: command.nanoseconds("round-time") ?? 1_000_000_000,
            adaptive: command.flag("early-stop"),
            seed: UInt64(command.integer("seed") ?? 7)
        )
    }

    /// The profile that was named; nil for etcd's load.
    private static func profile(_ command: ParsedCommand) throws -> Profile? {
        guard let name = command.string("profile"), name != "etcd" else { return nil }
        for flag in ["load", "vm"] where command.wasGiven(flag) {
            throw CommandError(
                operation: "matrix",
                subject: "--\(flag)",
                reason: flag == "vm"
                    ? "a guest holds etcd's load, and --profile \(name) is another"
                    : "--load is etcd's, and --profile \(name) has loads of its own",
                hint: "leave --\(flag) or --profile out"
            )
        }
        let profile = try RunRequest.read(name)
        try JobLane.check(profile)
        return profile
    }

    /// The guest, where one was asked for; flags of a guest are refused without it.
    private static func guest(_ command: ParsedCommand) throws -> GuestSettings? {
        guard command.flag("vm") else {
            for flag in ["controller", "iothread", "kernel", "accel", "host-turns"]
            where command.wasGiven(flag) {
                throw CommandError(
                    operation: "matrix",
                    subject: "--\(flag)",
                    reason: "--\(flag) is about a guest, and there is none without --vm",
                    hint: "add --vm, or leave --\(flag) out"
                )
            }
            return nil
        }
        if command.wasGiven("client") {
            throw CommandError(
                operation: "matrix",
                subject: "--client",
                reason: "--client is for disks without a guest, and --vm attaches them to one",
                hint: "leave --client out"
            )
        }
        return try GuestSettings(
            kernel: try GuestKernel.find(command.string("kernel")),
            accelerator: command.string("accel")
                .flatMap(GuestSettings.Accelerator.init(rawValue:)) ?? .auto,
            measuresHost: command.flag("host-turns")
        )
    }

    /// Each controller with each kind of thread it can have.
    private static func attachments(
        _ command: ParsedCommand
    ) throws -> [(DiskCombination.Controller?, Bool)] {
        let controllers = try list(
            command,
            "controller",
            among: DiskCombination.Controller.allCases
        )
        let threads: [Bool] =
            switch command.string("iothread") {
            case "both": [true, false]
            case "off": [false]
            default: [true]
            }
        return controllers.flatMap { controller in
            let canHaveThread = controller == .virtioBlk || controller == .virtioSCSISingle
            // The default is no demand: a controller without threads is measured without.
            let usable = canHaveThread || command.wasGiven("iothread") ? threads : [false]
            return usable.map { (controller, $0) }
        }
    }

    /// The rubric that was named, or the one that comes with tbench.
    static func rubric(_ command: ParsedCommand) throws -> CombinationRubric {
        guard let path = command.string("rubric") else { return try .embedded() }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandError(
                operation: "read",
                subject: path,
                reason: "the rubric \(path) cannot be read",
                hint: "copy Profiles/rubrics/disk-combinations.json5 and change it",
                exitCode: .missing
            )
        }
        return try CombinationRubric(json5: String(decoding: data, as: UTF8.self), path: path)
    }

    /// io_uring as Proxmox does, or threads where the kernel or a sandbox forbids it.
    private static func aios(
        _ command: ParsedCommand
    ) throws -> ([DiskCombination.AIO], String?) {
        if command.wasGiven("aio") {
            return (try list(command, "aio", among: DiskCombination.AIO.allCases), nil)
        }
        guard EngineProbe().probe(.ioUring).isAvailable else {
            return (
                [.threads],
                "The kernel or a sandbox forbids io_uring here: measured with aio=threads."
            )
        }
        return ([.ioUring], nil)
    }

    /// The values of a list with commas, in the order given; one that stands there twice is measured twice.
    private static func list<Value: RawRepresentable<String> & Equatable>(
        _ command: ParsedCommand,
        _ option: String,
        among all: [Value]
    ) throws -> [Value] {
        var values: [Value] = []
        for part in (command.string(option) ?? "").split(separator: ",") {
            let text = part.trimmingCharacters(in: .whitespaces)
            guard let value = all.first(where: { $0.rawValue == text }) else {
                let names = all.map(\.rawValue)
                let near = Suggestion.nearest(to: text, among: names)
                throw CommandError(
                    operation: "matrix",
                    subject: "--\(option)",
                    reason: "'\(text)' is no value for --\(option)",
                    hint: near.map { "did you mean '\($0)'?" }
                        ?? "give one or more of \(names.joined(separator: ", ")), with commas between"
                )
            }
            values.append(value)
        }
        guard !values.isEmpty else {
            throw CommandError(
                operation: "matrix",
                subject: "--\(option)",
                reason: "--\(option) names nothing",
                hint: "give one or more of \(all.map(\.rawValue).joined(separator: ", "))"
            )
        }
        return values
    }

    /// How the cells are measured, in a line.
    var method: String {
        let round = QuantityText.duration(nanoseconds: settings.roundNanoseconds)
        let way = guest == nil ? "over \(settings.client.rawValue)" : "in a guest"
        let what =
            settings.profile.map { "profile \($0.name)" } ?? "etcd's \(settings.load.name) load"
        return "\(what) \(way), "
            + "up to \(settings.maximumRounds) turns of \(round) each, there and back again"
    }

    /// The normalised workload, for the records and their identity.
    var spec: [String: String] {
        guard let profile = settings.profile else { return etcdSpec }
        var spec = etcdSpec.filter {
            ["backend", "client", "image_bytes", "round_ns", "seed"].contains($0.key)
        }
        spec["pattern"] = "profile \(profile.name)"
        for job in profile.phases.flatMap(\.jobs) { spec["job.\(job.name)"] = job.identity }
        return spec
    }

    private var etcdSpec: [String: String] {
        [
            "pattern": "etcd raw", "backend": guest == nil ? "qemu-storage-daemon" : "guest",
            "client": guest == nil ? settings.client.rawValue : "guest", "load": settings.load.name,
            "rate_per_second": settings.load.ratePerSecond.map { "\($0)" } ?? "closed",
            "clients": String(settings.load.clients),
            "key_bytes": String(settings.load.keyBytes),
            "value_bytes": String(settings.load.valueBytes),
            "image_bytes": String(settings.imageBytes),
            "round_ns": String(settings.roundNanoseconds), "seed": String(settings.seed),
        ]
    }

    /// What a run would do, without doing it.
    var dryRun: String {
        let valid = settings.combinations.filter { $0.invalidReason == nil }
        let seconds =
            Double(valid.count * settings.maximumRounds) * (guest?.measuresHost == true ? 2 : 1)
            * Double(settings.turnNanoseconds) / 1e9 + Double(valid.count) * 2.5
        var text = "Would measure \(valid.count) disks below \(directory):\n"
        text += valid.map { "  \($0.name)\n" }.joined()
        for combination in settings.combinations {
            if let reason = combination.invalidReason {
                text += "Would leave out \(combination.name): \(reason).\n"
            }
        }
        text +=
            "Would write at most \(QuantityText.bytes(settings.bytesNeeded)) of images, all of it "
        text += "scratch of tbench's own.\n"
        return text
            + "Would take at most about \(QuantityText.duration(nanoseconds: seconds * 1e9)).\n"
    }
}
