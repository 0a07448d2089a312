import ResultStore

/// A ceiling on what a volume can do, and where it comes from.
package struct Bound: Sendable, Equatable {
    /// What it is a ceiling on.
    package enum Figure: String, Sendable, Codable, CaseIterable {
        case writeIOPS = "write_iops"
        case readIOPS = "read_iops"
        /// In bytes a second.
        case writeBandwidth = "write_bandwidth"
        /// In bytes a second.
        case readBandwidth = "read_bandwidth"
    }

    package var figure: Figure
    /// In operations or bytes a second.
    package var value: Double
    /// What sets it: "16 requests in flight, 412 µs each".
    package var name: String
    package var provenance: Provenance
    package var source: String
}

extension ReplicationModel {
    /// What a V1 volume has in flight at most.
    ///
    /// - Source: tgt usr/bs.c, nr_iothreads = 16, each in one blocking call.
    package static let requestsInFlight = 16.0
    /// Ethernet's payload at an MTU of 1500: 1448 of every 1538 bytes.
    static let payloadShare = 1448.0 / 1538
    private static let largeBytes: UInt64 = 131_072

    /// Every ceiling that the files know, of each figure the lowest first.
    package var bounds: [Bound] {
        let all = inFlight + disks + links + known
        return Bound.Figure.allCases.flatMap { figure in
            all.filter { $0.figure == figure && $0.value > 0 && $0.value.isFinite }
                .sorted { $0.value < $1.value }
        }
    }

    /// The lowest ceiling on a figure.
    package func bound(on figure: Bound.Figure) -> Bound? {
        bounds.first { $0.figure == figure }
    }

    /// The predicted mean of a 4 KiB write to the volume, in nanoseconds, as far as its terms are known.
    var writeMean: Double? {
        volumePath.map { $0.path.distribution { $0.distribution }.mean }
    }

    private var readMean: Double? {
        guard input.replicas.contains(where: { $0.disk[.read] != nil }) else { return nil }
        let layers = [input.engine, input.filesystem].compactMap { $0?.distribution.mean }
        return Self.path(input.replicas, .read).path.map { path in
            path.distribution { $0.distribution }.mean + layers.reduce(0, +)
        }
    }

    private var inFlight: [Bound] {
        let means = [
            (Bound.Figure.writeIOPS, writeMean),
            (.readIOPS, readMean),
        ]
        return means.compactMap { figure, mean in
            guard let mean, mean > 0 else { return nil }
            return Bound(
                figure: figure,
                value: Self.requestsInFlight * 1e9 / mean,
                name: "16 requests in flight in a V1 volume",
                provenance: .derived,
                source: "16 divided by the predicted mean"
            )
        }
    }

    private var disks: [Bound] {
        let count = Double(input.replicas.count)
        var bounds: [Bound] = []
        for replica in input.replicas {
            func add(_ figure: Bound.Figure, _ operation: String, _ bytes: UInt64) {
                guard let found = replica.deep(.disk, operation, bytes),
                    let rate = found.series.perSecond
                else { return }
                let isRead = operation == "read"
                let isRate = figure == .writeIOPS || figure == .readIOPS
                let unit = (isRate ? 1 : Double(bytes)) * (isRead ? count : 1)
                let share =
                    isRead && count > 1 ? ", which has one read of \(input.replicas.count)" : ""
                bounds.append(
                    Bound(
                        figure: figure,
                        value: rate * unit,
                        name: "the disk of \(replica.name)\(share)",
                        provenance: share.isEmpty ? .measured : .derived,
                        source: found.series.source
                    )
                )
            }
            add(.writeIOPS, "write", 4096)
            add(.readIOPS, "read", 4096)
            add(.writeBandwidth, "write", Self.largeBytes)
            add(.readBandwidth, "read", Self.largeBytes)
            if let counter = replica.revisionCounter?.write.distribution.mean, counter > 0 {
                bounds.append(
                    Bound(
                        figure: .writeIOPS,
                        value: 1e9 / counter,
                        name: "the revision counter of \(replica.name): one writer",
                        provenance: .derived,
                        source: replica.revisionCounter?.write.source ?? ""
                    )
                )
            }
        }
        return bounds
    }

    /// What one network adapter carries, and what is left of it for each copy.
    private var links: [Bound] {
        let remote = input.replicas.filter { !$0.isLocal }
        guard !remote.isEmpty else { return [] }
        let copies = Double(remote.count)
        var bounds: [Bound] = []
        if let link = uplink {
            bounds.append(
                Bound(
                    figure: .writeBandwidth,
                    value: link.value / copies,
                    name: remote.count > 1
                        ? "the uplink, shared by \(remote.count) copies" : "the uplink",
                    provenance: link.provenance == .assumed ? .assumed : .derived,
                    source: link.source
                )
            )
            bounds.append(
                Bound(
                    figure: .readBandwidth,
                    value: link.value * Double(input.replicas.count) / copies,
                    name:
                        "the downlink, which \(remote.count) of \(input.replicas.count) reads use",
                    provenance: link.provenance == .assumed ? .assumed : .derived,
                    source: link.source
                )
            )
        }
        for replica in remote {
            guard let stream = replica.stream("write") else { continue }
            bounds.append(
                Bound(
                    figure: .writeBandwidth,
                    value: stream.bytesPerSecond,
                    name: "the network to \(replica.name)",
                    provenance: .measured,
                    source: stream.source
                )
            )
        }
        return bounds
    }

    /// What others saw, which no file here can.
    private var known: [Bound] {
        [
            Bound(
                figure: .writeBandwidth,
                value: 400e6,
                name: "V1's iSCSI target, 300 to 400 MB/s as others observed",
                provenance: .assumed,
                source: "longhorn/longhorn issue 3037, with a backend that does nothing"
            )
        ]
    }

    /// Bytes a second that the engine's adapter sends: as set, or the fastest stream to any replica, or what the slope says.
    var uplink: (value: Double, provenance: Provenance, source: String)? {
        if let set = input.linkBitsPerSecond {
            return (set / 8 * Self.payloadShare, .assumed, "--set link")
        }
        let remote = input.replicas.filter { !$0.isLocal }
        let best = remote.compactMap { $0.stream("write") }
            .max { $0.bytesPerSecond < $1.bytesPerSecond }
        if let best { return (best.bytesPerSecond, .measured, best.source) }
        let slopes = remote.compactMap { ReplicaTerms.slope($0.exchange) }
        return slopes.min { $0.0 < $1.0 }.map { (1e9 / $0.0, .derived, $0.1) }
    }
}

extension ReplicaTerms {
    /// The fastest stream of large requests that nobody's disk slowed down; nil where none was measured.
    func stream(_ operation: String) -> (bytesPerSecond: Double, source: String)? {
        others.filter {
            $0.point.step == .exchange && $0.point.operation == operation && $0.point.depth >= 8
                && $0.point.blockBytes >= 65_536
        }
        .compactMap { stream in
            stream.series.perSecond.map {
                ($0 * Double(stream.point.blockBytes), stream.series.source)
            }
        }
        .max { $0.0 < $1.0 }
    }

    /// What was measured with 16 in flight; nil where nothing was.
    func deep(_ step: LadderStep, _ operation: String, _ bytes: UInt64) -> LadderSeries? {
        let pattern = bytes > 4096 ? "sequential" : "random"
        let fitting = others.filter {
            $0.point.step == step && $0.point.depth == 16 && $0.point.blockBytes == bytes
                && $0.point.operation == operation
        }
        return fitting.first { $0.point.pattern == pattern } ?? fitting.first
    }
}
