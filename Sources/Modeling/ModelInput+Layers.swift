import ResultStore
import Statistics

// L_fs and L_virt: what lies between two measurements.
extension ModelInput {
    /// The layers that pairs of files are given for, and the filesystem that an etcd run measured with and without.
    mutating func readLayers(_ files: Files) throws(ModelError) {
        if let file = files.file, let device = files.device {
            filesystem = Component.difference(
                TermRole(.filesystem),
                with: try Self.diskWrite(file, "tbench longhorn FILE-OR-DIRECTORY -o DIR"),
                without: try Self.diskWrite(device, "tbench longhorn DEVICE -o DIR")
            )
        } else {
            filesystem =
                files.any.lazy.compactMap(Self.etcdFilesystem).first
                ?? files.any.lazy.compactMap(Self.accountedFilesystem).first
        }
        if let host = files.host, let guest = files.guest {
            let command = "tbench longhorn TARGET -o DIR"
            var layer = Component.difference(
                TermRole(.engine),
                with: try Self.diskWrite(guest, command),
                without: try Self.diskWrite(host, command)
            )
            let note = "what virtualisation adds; do not add it to disks measured inside guests"
            layer.note = layer.note.map { "\($0); \(note)" } ?? note
            engine = layer
        } else {
            readGuest(files.any)
        }
    }

    /// L_virt as `tbench matrix --vm` has it: a guest's disk in turns with the same disk from the host.
    ///
    /// The null disk is preferred: it takes no time, so that what a guest waits for is all L_virt. Another disk's own time is
    /// taken off by the host's turns, and with it the host's way over NBD, so that what is left is rather too little.
    private mutating func readGuest(_ sources: [SourceRecord]) {
        let measured = sources.compactMap {
            source -> (SourceRecord, MeasuredSeries, MeasuredSeries)? in
            func writes(_ kind: String) -> MeasuredSeries? {
                let phase = source.record.phases.first { $0.kind == kind }
                return phase.flatMap { MeasuredSeries($0, [.walWrite], of: source) }
            }
            guard let guest = writes("verdict"), let host = writes(PhaseRecord.hostKind) else {
                return nil
            }
            return (source, guest, host)
        }
        let null = measured.first { $0.0.record.tags["format"] == "null" }
        guard let (source, guest, host) = null ?? measured.first else { return }
        var layer: Component
        if null != nil {
            layer = Component(TermRole(.engine), guest)
            layer.note = "a write of a guest to a disk that takes no time"
        } else {
            layer = .difference(TermRole(.engine), with: guest, without: host)
            let note = "the host's way over NBD is taken off too, so this is rather too little"
            layer.note = layer.note.map { "\($0); \(note)" } ?? note
        }
        engine = layer
        if source.record.tags["accelerator"] == "tcg" {
            assumptions.append(
                "L_virt in \(source.file) is that of an emulated guest, which is far more than that of a real one; measure it where KVM works, or set it with --set lvirt=."
            )
        }
    }

    /// L_virt as the ladder has it: the device, or the engine's socket, above the replicas written by tbench itself.
    mutating func readEngine() {
        guard engine == nil else { return }
        let writes = totals.filter {
            $0.point.operation == "write" && $0.point.blockBytes == 4096 && $0.point.depth == 1
        }
        let above =
            writes.first { $0.point.step == .device } ?? writes.first { $0.point.step == .engine }
        guard let above else { return }
        let below =
            writes.first {
                $0.point.step == .fanOut && $0.point.replicas.count == above.point.replicas.count
            } ?? writes.last { $0.point.step == .fanOut }
        guard let below else { return }
        engine = .difference(TermRole(.engine), with: above.series, without: below.series)
    }

    /// N_seq: counted by the block layer, or how many writes to the device fit into one fsync of the filesystem on it.
    mutating func readDependentWrites() {
        guard let sync = totals.first(where: { $0.point.step == .filesystem }) else { return }
        if let share = sync.series.deviceShare {
            // Requests that overlap are not in a row: then it is how many fit into the time.
            dependentWrites = DependentWrites(
                count: max(1, share.dependent),
                name: "this filesystem",
                provenance: share.isOverlapping ? .derived : .measured,
                source: "the block layer's count in \(sync.series.source)"
            )
            return
        }
        let device = totals.first {
            $0.point.step == .device && $0.point.operation == "write" && $0.point.depth == 1
        }
        guard let device, device.series.pooled.mean > 0 else { return }
        let ratio = sync.series.pooled.mean / device.series.pooled.mean
        dependentWrites = DependentWrites(
            count: max(1, min(ratio, 1000)),
            name: "this filesystem",
            provenance: .derived,
            source: "\(sync.series.source) divided by \(device.series.source)"
        )
    }

    /// What a call took beyond the device's own time for it, where a run through a filesystem counted both.
    ///
    /// Direct writes to a replica's disk first, since they are one request each; then syncs in a filesystem on the volume.
    private static func accountedFilesystem(_ source: SourceRecord) -> Component? {
        guard source.record.target.filesystem != nil else { return nil }
        let steps = LadderSeries.all(in: source)
        let writes = steps.first(.disk, ["local"], .write).flatMap { step in
            step.series.deviceShare.flatMap { $0.isSingle ? (step.series, $0) : nil }
        }
        let syncs = steps.first { $0.point.step == .filesystem }.flatMap { step in
            step.series.deviceShare.map { (step.series, $0) }
        }
        guard let (series, share) = writes ?? syncs, !share.isOverlapping else { return nil }
        return Component(
            TermRole(.filesystem),
            constant: share.above,
            provenance: .derived,
            source: "\(series.source) less the block layer's time for its requests",
            note:
                "the volume's filesystem is taken to cost what this one does, system call and waking up included"
        )
    }

    /// One 4 KiB write to a disk at a time.
    private static func diskWrite(
        _ source: SourceRecord,
        _ command: String
    ) throws(ModelError) -> MeasuredSeries {
        let disks = LadderSeries.all(in: source).filter { $0.point.step == .disk }
        let found =
            disks.first(.disk, ["local"], .write)
            ?? disks.first {
                RequestKind($0.point.operation, $0.point.blockBytes) == .write
                    && $0.point.depth == 1
            }
        guard let found else {
            throw .lacks("write to a disk, 4 KiB, one at a time", source.file, command)
        }
        return found.series
    }

    /// `tbench etcd DEVICE --filesystem`: synced overwrites on the raw device and on the filesystem, in one run.
    private static func etcdFilesystem(_ source: SourceRecord) -> Component? {
        func syncs(_ kind: String) -> MeasuredSeries? {
            let phase = source.record.phases.first { $0.kind == kind }
            return phase.flatMap { MeasuredSeries($0, OperationClass.walOverwrite, of: source) }
        }
        guard let above = syncs("verdict"), let below = syncs("device") else { return nil }
        var layer = Component.difference(TermRole(.filesystem), with: above, without: below)
        let note = "of a synced write of etcd's, which Longhorn's replicas never make"
        layer.note = layer.note.map { "\($0); \(note)" } ?? note
        return layer
    }
}
