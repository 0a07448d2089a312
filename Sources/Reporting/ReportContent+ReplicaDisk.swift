import ResultStore
import Statistics
import Units

extension ReportContent {
    /// What the cases of a replica's disk mean for a Longhorn volume; nothing for any other run.
    static func replicaDisk(_ record: ResultRecord) -> [Fact] {
        guard record.phases.contains(where: { $0.kind == "disk" }) else { return [] }
        let isV2 = record.benchmark.spec["data_engine"] == "v2"
        return [
            Fact(label: "durability", phrases: durability(record, isV2: isV2)),
            Fact(label: "filesystem", phrases: filesystem(record)),
            Fact(label: "one volume", phrases: oneVolume(record, isV2: isV2)),
            Fact(label: "volumes", phrases: volumes(record)),
            Fact(label: "new blocks", phrases: firstTouch(record)),
            Fact(label: "revision", phrases: revision(record)),
            Fact(label: "trim", phrases: trim(record)),
            Fact(label: "cold reads", phrases: coldReads(record)),
            Fact(label: "rebuild", phrases: rebuild(record)),
        ]
    }

    /// A time in words; nil where it was not measured or too seldom for its percentile.
    private static func time(_ name: String, _ record: ResultRecord) -> String? {
        guard let metric = record.metrics[name], !metric.flags.contains("too-few") else {
            return nil
        }
        return QuantityText.duration(nanoseconds: metric.value)
    }

    private static func value(_ name: String, _ record: ResultRecord) -> Double? {
        record.metrics[name]?.value
    }

    /// What is promised when a write returns; the durable figure is never Longhorn's.
    private static func durability(_ record: ResultRecord, isV2: Bool) -> [String] {
        let engine = isV2 ? "V2" : "V1"
        var phrases = ["Longhorn \(engine) acknowledges before the data is on the medium"]
        if let gap = value("durable_gap_p50_ns", record),
            let durable = time("durable_p50_ns", record)
        {
            let cost = QuantityText.duration(nanoseconds: max(0, gap))
            let writes = value("durable_dependent_writes", record).map {
                ", \(Number.trimmed(QuantityText.threeDigits($0))) device writes in a row"
            }
            phrases.append("durable would cost +\(cost) a write (p50 \(durable)\(writes ?? ""))")
        }
        if let cache = record.target.stack.last?.writeCache {
            phrases.append(
                cache == "write back"
                    ? "the disk's cache is write back: a power cut may lose what was acknowledged"
                    : "the disk's cache is \(cache)"
            )
        }
        return phrases
    }

    /// L_fs, by the block layer's account of the same run.
    private static func filesystem(_ record: ResultRecord) -> [String] {
        guard let above = value("overwrite_filesystem_ns", record),
            let mean = value("overwrite_mean_ns", record)
        else { return [] }
        return [
            "\(QuantityText.duration(nanoseconds: above)) of a write's \(QuantityText.duration(nanoseconds: mean)) "
                + "are above the device: the call, the filesystem, waking up (L_fs)"
        ]
    }

    private static func oneVolume(_ record: ResultRecord, isV2: Bool) -> [String] {
        var phrases: [String] = []
        if let bound = value("volume_write_iops_bound", record),
            let mean = time("overwrite_mean_ns", record)
        {
            phrases.append("16 in flight ÷ \(mean) = \(Number.rate(bound)) writes/s at most")
        }
        if let rate = value(isV2 ? "write_iops_128" : "write_iops_16", record) {
            phrases.append(
                "this disk took \(Number.rate(rate)) writes/s \(isV2 ? "at depth 128" : "from 16 threads")"
            )
        }
        if let read = value(isV2 ? "read_iops_128" : "read_iops_16", record) {
            phrases.append("\(Number.rate(read)) reads/s")
        }
        if !phrases.isEmpty { phrases.append("network and engine come on top") }
        return phrases
    }

    private static func volumes(_ record: ResultRecord) -> [String] {
        guard
            let phase = record.phases.first(where: {
                $0.kind == "disk" && $0.name.hasPrefix("volumes-")
            }), phase.measuredSeconds > 0
        else { return [] }
        let pooled = phase.pooled([.write])
        let rate = Number.rate(Double(pooled.count) / phase.measuredSeconds)
        let number = phase.name.dropFirst("volumes-".count)
        let mean = QuantityText.duration(nanoseconds: pooled.mean)
        return ["\(number) at once: \(rate) writes/s together, \(mean) each"]
    }

    private static func firstTouch(_ record: ResultRecord) -> [String] {
        let pairs = [
            ("first_touch_p50_ns", "overwrite_p50_ns", "an overwrite"),
            ("first_cluster_p50_ns", "later_cluster_p50_ns", "a later write to the cluster"),
        ]
        for (first, other, name) in pairs {
            guard let high = value(first, record), let low = value(other, record), low > 0
            else { continue }
            var phrases = [
                "first writes take \(QuantityText.duration(nanoseconds: high)) (p50), "
                    + "\(Number.trimmed(QuantityText.threeDigits(high / low))) × \(name)"
            ]
            if let deep = value("first_touch_iops_16", record) {
                phrases.append("\(Number.rate(deep)) writes/s from 16 threads")
            }
            return phrases
        }
        return []
    }

    private static func revision(_ record: ResultRecord) -> [String] {
        guard let single = time("revision_p50_ns", record),
            let deep = value("revision_iops_16", record)
        else { return [] }
        return [
            "with the revision counter a write takes \(single) (p50)",
            "\(Number.rate(deep)) writes/s from 16 threads: its one writer is the limit",
        ]
    }

    private static func trim(_ record: ResultRecord) -> [String] {
        guard let hole = value("punch_hole_mean_ns", record),
            let longest = time("punch_hole_max_ns", record)
        else { return [] }
        // A mean: a short run punches too few holes for percentiles.
        let mean = QuantityText.duration(nanoseconds: hole)
        var phrases = ["a hole of 1 to 64 MiB takes \(mean) (mean), at most \(longest)"]
        if let beside = time("punching_overwrite_p99_ns", record),
            let alone = time("overwrite_p99_ns", record)
        {
            phrases.append("meanwhile a write's p99 is \(beside), alone \(alone)")
        }
        return phrases + ["Longhorn stops the volume's I/O for each"]
    }

    private static func coldReads(_ record: ResultRecord) -> [String] {
        guard let lookup = time("fiemap_p50_ns", record), let read = time("read_p50_ns", record)
        else { return [] }
        return [
            "\(lookup) (p50) to find a block by FIEMAP in a file written in random order",
            "for each 4 KiB not read before, once a snapshot layer", "a read takes \(read)",
        ]
    }

    private static func rebuild(_ record: ResultRecord) -> [String] {
        func phrase(_ name: String) -> String? {
            guard let seconds = value("\(name)_100gib_seconds", record),
                let rate = value("\(name)_bytes_per_second", record)
            else { return nil }
            let minutes = QuantityText.minutes(seconds: seconds)
            return "\(minutes) (\(QuantityText.bytesPerSecond(rate)))"
        }
        guard let plain = phrase("rebuild") else { return [] }
        var phrases = ["100 GiB in \(plain), read and written on this one disk"]
        if let hashed = phrase("rebuild_sha512") {
            phrases.append("with SHA-512 of each batch \(hashed)")
        }
        return phrases + ["a network may be slower"]
    }
}

extension QuantityText {
    /// A long time: "45 s", "4 min 10 s", "2 h 5 min".
    static func minutes(seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 9e15 else { return "–" }
        let whole = UInt64(seconds.rounded())
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
        return "\(whole / 3600) h \(whole % 3600 / 60) min"
    }
}
