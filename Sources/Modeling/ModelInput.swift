import ResultStore

/// Everything that files say about one volume plan.
package struct ModelInput: Sendable {
    /// In the order of the engine's: a write goes to all of them.
    package var replicas: [ReplicaTerms] = []
    /// Replicated requests that were really made: one replica, all of them, an engine, a device, a filesystem.
    package var totals: [LadderSeries] = []
    /// L_virt.
    package var engine: Component?
    /// L_fs.
    package var filesystem: Component?
    /// How many dependent writes an fsync makes, and who says so; nil where nobody counted.
    package var dependentWrites: DependentWrites?
    /// What went through which file, in the order they were given.
    package var sources: [SourceRecord] = []
    /// What was taken for granted, in sentences.
    package var assumptions: [String] = []
    /// A rebuild's batches, by the file they stand in.
    package var rebuild: MeasuredSeries?
    /// The speed of the engine's network adapter, where the user set it.
    package var linkBitsPerSecond: Double?

    package init() {}

    /// What a plan's files are, by what they are for.
    package struct Files: Sendable {
        /// Given without saying what for; they may hold anything.
        package var any: [SourceRecord] = []
        /// A disk of its own for each replica, and the way to it; no way: it is on the engine's machine.
        package var replicas: [(disk: SourceRecord, net: SourceRecord?)] = []
        package var host: SourceRecord?
        package var guest: SourceRecord?
        package var file: SourceRecord?
        package var device: SourceRecord?

        package init(any: [SourceRecord] = []) { self.any = any }

        var all: [SourceRecord] {
            any + replicas.flatMap { [$0.disk] + ($0.net.map { [$0] } ?? []) }
                + [host, guest, file, device].compactMap(\.self)
        }
    }

    /// Finds the terms.
    ///
    /// - Throws: `ModelError` where the files hold none, or one given for a term does not have it.
    package static func read(
        _ files: Files,
        _ options: ModelOptions = ModelOptions()
    ) throws(ModelError) -> ModelInput {
        var input = ModelInput()
        input.sources = files.all
        let ladder = files.any.flatMap(LadderSeries.all)
        input.totals = ladder.filter { ![.disk, .ping, .exchange].contains($0.point.step) }
        if files.replicas.isEmpty {
            input.readReplicas(ladder, options)
        } else {
            try input.readReplicas(files.replicas, options)
        }
        try input.readLayers(files)
        input.readEngine()
        input.readDependentWrites()
        input.rebuild = rebuild(in: files.all)
        input.apply(options)
        guard
            !input.replicas.isEmpty || !input.totals.isEmpty || input.engine != nil
                || input.filesystem != nil
        else { throw .noTerms(files.all.map(\.file)) }
        return input
    }

    /// One replica per pair of files.
    private mutating func readReplicas(
        _ pairs: [(disk: SourceRecord, net: SourceRecord?)],
        _ options: ModelOptions
    ) throws(ModelError) {
        for (index, pair) in pairs.enumerated() {
            let node = pair.disk.record.host.node
            let name = node.map { "\(index + 1) (\($0))" } ?? "\(index + 1)"
            let disks = LadderSeries.all(in: pair.disk).filter { $0.point.step == .disk }
            guard let disk = disks.first?.point.replicas else {
                throw .lacks(
                    "write to a disk, 4 KiB, one at a time",
                    pair.disk.file,
                    "tbench longhorn TARGET -o DIR"
                )
            }
            // A ladder's record holds several disks; its own is "local".
            let own = disks.contains { $0.point.replicas == ["local"] } ? ["local"] : disk
            var steps = disks.filter { $0.point.replicas == own }
            if let net = pair.net {
                let trips = LadderSeries.all(in: net).filter {
                    [.ping, .exchange].contains($0.point.step)
                }
                guard let host = trips.first?.point.replicas else {
                    throw .lacks("round trip", net.file, "tbench net HOST -o DIR")
                }
                steps += trips.filter { $0.point.replicas == host }
            }
            let renamed = steps.map { step in
                var copy = step
                copy.point.replicas = [name]
                return copy
            }
            replicas.append(
                ReplicaTerms(
                    name: name,
                    isLocal: pair.net == nil,
                    from: renamed,
                    connections: options.connections
                )
            )
        }
    }

    /// The replicas that the steps themselves name.
    private mutating func readReplicas(_ ladder: [LadderSeries], _ options: ModelOptions) {
        let fanOuts = ladder.filter { $0.point.step == .fanOut }.map(\.point.replicas)
        var names = fanOuts.max { $0.count < $1.count } ?? []
        if names.isEmpty {
            for one in ladder where [.disk, .exchange, .replica].contains(one.point.step) {
                for name in one.point.replicas where !names.contains(name) { names.append(name) }
            }
        }
        replicas = names.map {
            ReplicaTerms(name: $0, from: ladder, connections: options.connections)
        }
        borrowDisk(ladder)
    }

    /// A round trip of `tbench net` and a disk of `tbench longhorn` make a replica, if the far disk is like the near one.
    private mutating func borrowDisk(_ ladder: [LadderSeries]) {
        let isMeasured = ladder.contains { [.replica, .fanOut].contains($0.point.step) }
        guard !isMeasured, let near = replicas.first(where: { $0.isLocal }), !near.disk.isEmpty
        else { return }
        for index in replicas.indices where !replicas[index].isLocal && replicas[index].disk.isEmpty
        {
            let name = replicas[index].name
            replicas[index].disk = near.disk.mapValues { disk in
                var copy = disk
                copy.role = TermRole(.disk, name)
                copy.provenance = .assumed
                copy.note = "taken to be like the local one"
                return copy
            }
            assumptions.append(
                "The disk of \(name) is taken to be like the local one; name its own file with --replica DISK.json,NET.json."
            )
        }
    }

    private static func rebuild(in sources: [SourceRecord]) -> MeasuredSeries? {
        for source in sources {
            for phase in source.record.phases where phase.kind != "verdict" {
                if let series = MeasuredSeries(phase, [.rebuildBatch], of: source) { return series }
            }
        }
        return nil
    }
}
