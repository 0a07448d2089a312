import ResultStore

// The volume as its user sees it: the replicated write below an engine and a filesystem.
extension ReplicationModel {
    /// L_virt + L_fs + the replicated write, as far as they are known; the names of the rest.
    var volumePath: (path: Path, missing: [String])? {
        let (fanOut, unknown) = Self.path(input.replicas, .write)
        guard let fanOut else { return nil }
        var missing = unknown
        var parts: [Path] = []
        if let engine = input.engine {
            parts.append(.component(engine))
        } else {
            missing.insert("L_virt", at: 0)
        }
        if let filesystem = input.filesystem {
            parts.append(.component(filesystem))
        } else {
            missing.append("L_fs")
        }
        return (parts.isEmpty ? fanOut : .sum(parts + [fanOut]), missing)
    }

    /// A 4 KiB write to the volume, one at a time, beside the measured device where L_virt is not made from it.
    package var volumeWrite: Prediction? {
        guard let (path, missing) = volumePath else { return nil }
        let device = input.totals.first {
            $0.point.step == .device && $0.point.operation == "write"
                && $0.point.blockBytes == 4096 && $0.point.depth == 1
        }
        let isCircular = device.map { input.engine?.source.hasPrefix($0.series.source) ?? false }
        return Prediction(
            point(.device, "write"),
            path,
            measured: isCircular == false ? device?.series : nil,
            missing: missing
        )
    }

    /// What an fsync on the volume takes, for each number of dependent writes that comes into question.
    ///
    /// A flush itself is free: V1 answers it without doing anything, so an fsync is the writes that wait for each other.
    package var fsyncs: [(writes: DependentWrites, prediction: Prediction)] {
        guard let (path, missing) = volumePath else { return [] }
        let counts = input.dependentWrites.map { [$0] } ?? DependentWrites.assumed
        let sync = input.totals.first { $0.point.step == .filesystem }
        return counts.map { writes in
            // A count that is the quotient of this very measurement proves nothing.
            let measured = writes.provenance == .measured ? sync?.series : nil
            return (
                writes,
                Prediction(
                    point(.filesystem, "fsync"),
                    .repeated(writes.count, path),
                    measured: measured,
                    missing: missing
                )
            )
        }
    }

    private func point(_ step: LadderStep, _ operation: String) -> LadderPoint {
        LadderPoint(
            step: step,
            replicas: input.replicas.map(\.name),
            operation: operation,
            pattern: "random",
            blockBytes: 4096,
            depth: 1,
            connections: 2
        )
    }
}
