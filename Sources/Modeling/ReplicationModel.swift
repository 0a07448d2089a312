package import ResultStore

/// The latency model of a volume: the terms it has, and what follows from them.
///
///     let model = try ReplicationModel(record)
///     for prediction in model.predictions {
///         prediction.refined.p50.value   // nanoseconds
///         prediction.measured?.p50.value
///         prediction.residual(.p50)?.share.value
///     }
package struct ReplicationModel: Sendable {
    package var input: ModelInput

    package init(_ input: ModelInput) {
        self.input = input
    }

    /// The model of one run, in memory or read from a file.
    ///
    /// - Throws: `ModelError` where the record holds no term of the model.
    package init(_ record: ResultRecord, file: String = "this run") throws(ModelError) {
        let files = ModelInput.Files(any: [SourceRecord(file: file, record: record)])
        self.init(try ModelInput.read(files))
    }

    /// A write to all replicas, a read from one in its turn, and every single replica that was measured.
    ///
    /// What was measured at depth 1 stands beside its prediction. At a higher depth requests wait for each other, which adding
    /// latencies says nothing about.
    package var predictions: [Prediction] {
        var found = input.totals.filter { $0.point.depth == 1 }.compactMap(prediction)
        for kind in [RequestKind.write, .read] {
            let names = input.replicas.map(\.name)
            let isThere = found.contains {
                $0.subject.step == .fanOut && $0.subject.replicas.count == names.count
                    && $0.subject.operation == kind.operation
                    && $0.subject.blockBytes == kind.blockBytes
            }
            let isKnown = input.replicas.contains { $0.disk[kind] != nil }
            if !isThere, isKnown, let prediction = fanOut(kind) { found.append(prediction) }
        }
        return found
    }

    /// The one that the report is about: a 4 KiB write to all replicas, one at a time.
    package var write: Prediction? { headline(.write) }

    /// The same for reads.
    package var read: Prediction? { headline(.read) }

    private func headline(_ kind: RequestKind) -> Prediction? {
        let names = input.replicas.map(\.name)
        let measured = input.totals.filter { one in
            one.point.step == .fanOut && one.point.depth == 1 && one.point.blockBytes == 4096
                && one.point.operation == kind.operation
                && one.point.replicas.count == names.count
        }
        let random = measured.first { $0.point.pattern == "random" } ?? measured.first
        return random.flatMap(prediction) ?? fanOut(kind)
    }

    /// A request to all replicas, with nothing measured beside it; nil where no term is known.
    package func fanOut(_ kind: RequestKind) -> Prediction? {
        let (path, missing) = Self.path(input.replicas, kind)
        guard let path else { return nil }
        let point = LadderPoint(
            step: .fanOut,
            replicas: input.replicas.map(\.name),
            operation: kind.operation,
            blockBytes: kind.blockBytes,
            depth: 1,
            connections: 2
        )
        return Prediction(point, path, missing: missing)
    }

    /// What a measured step should have taken; nil for a step that the model does not predict.
    private func prediction(_ total: LadderSeries) -> Prediction? {
        let point = total.point
        guard point.step == .replica || point.step == .fanOut,
            point.operation == "write" || point.operation == "read"
        else { return nil }
        var chosen = point.replicas.compactMap { name in
            input.replicas.first { $0.name == name }
        }
        if chosen.count < point.replicas.count {
            // Files of other days have other names: a fan-out over as many is the same plan.
            guard point.step == .fanOut, point.replicas.count == input.replicas.count else {
                return nil
            }
            chosen = input.replicas
        }
        let kind = RequestKind(point.operation, point.blockBytes)
        let (path, missing) = Self.path(chosen, kind)
        guard let path else { return nil }
        return Prediction(point, path, measured: total.series, missing: missing)
    }

    /// Writes go to all at once and wait for the last, reads to one in its turn.
    ///
    /// The copies leave one behind the other through one link: each waits for those sent before it.
    static func path(
        _ replicas: [ReplicaTerms],
        _ kind: RequestKind
    ) -> (path: Path?, missing: [String]) {
        var parts: [Path] = []
        var missing: [String] = []
        var sent: [Component] = []
        // A read goes to one at a time.
        let count = kind.operation == "read" ? 1 : replicas.count
        let wired = replicas.filter(\.isWired)
        let isShared = kind.operation == "write" && wired.count > 1
        for replica in replicas {
            let (path, unknown) = replica.path(kind, among: count)
            missing += unknown
            guard var path else { continue }
            if isShared, replica.isWired {
                if replica.busyExchange(kind, among: count) == nil {
                    for copy in sent { path = .after(copy, path) }
                }
                if var copy = replica.sending {
                    copy.scale(to: kind)
                    sent.append(copy)
                } else if wired.contains(where: { $0.busyExchange(kind, among: count) == nil }) {
                    missing.append("uplink \(replica.name)")
                }
            }
            parts.append(path)
        }
        guard !parts.isEmpty else { return (nil, missing) }
        return (kind.operation == "read" ? .turns(parts) : .largest(parts), missing)
    }
}

extension Component {
    /// Sending a larger request takes no less; how much more, only a measured slope says.
    fileprivate mutating func scale(to kind: RequestKind) {
        guard provenance == .derived, kind.blockBytes != 4096 else { return }
        factor *= ReplicaTerms.wireBytes(kind.blockBytes) / ReplicaTerms.wireBytes(4096)
    }
}
