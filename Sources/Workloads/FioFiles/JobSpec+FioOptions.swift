extension JobSpec {
    /// The job in the words of a fio job file, in the order in which people write them.
    ///
    /// What tbench adds to fio (`file_cycle`, `linked_sync`, verification) has no word there and is left out.
    package var fioOptions: [(name: String, value: String)] {
        var options: [(name: String, value: String)] = [
            ("rw", readWrite == .readwrite ? "rw" : readWrite.rawValue)
        ]
        options += sizeOptions
        options += [
            ("iodepth", "\(ioDepth)"), ("numjobs", "\(numJobs)"), ("ioengine", engine.fioName),
            ("direct", direct ? "1" : "0"),
        ]
        if readWrite.isMixed { options.append(("rwmixread", "\(readPercent)")) }
        if batch > 1 { options.append(("iodepth_batch", "\(batch)")) }
        if completionBatch > 1 {
            options.append(("iodepth_batch_complete_min", "\(completionBatch)"))
        }
        if fsyncEvery > 0 { options.append(("fsync", "\(fsyncEvery)")) }
        if fdatasyncEvery > 0 { options.append(("fdatasync", "\(fdatasyncEvery)")) }
        if let rateIOPS { options.append(("rate_iops", "\(Int(rateIOPS))")) }
        if readWrite.isRandom, access == .randomUniform { options.append(("norandommap", "1")) }
        if case .bytes(let bytes) = size { options.append(("size", "\(bytes)")) }
        if timeBased { options.append(("time_based", "1")) }
        if let runtimeNanoseconds {
            options.append(("runtime", "\(runtimeNanoseconds / 1_000_000_000)"))
        }
        return options
    }

    private var sizeOptions: [(name: String, value: String)] {
        let sizes = readWrite.reads ? readSizes : writeSizes
        if sizes.isFixed { return [("bs", Self.text(sizes.smallest))] }
        let split = sizes.shares.map { "\(Self.text($0.bytes))/\($0.weight)" }
        return [("bssplit", split.joined(separator: ":"))]
    }

    /// "4k" for 4096, as fio's readers expect it.
    private static func text(_ bytes: Int) -> String {
        if bytes % (1 << 20) == 0 { return "\(bytes >> 20)m" }
        return bytes % 1024 == 0 ? "\(bytes >> 10)k" : "\(bytes)"
    }
}

extension JobSpec.Engine {
    /// fio's name for it.
    fileprivate var fioName: String {
        switch self {
        case .ioUring, .nop: "io_uring"
        case .libaio: "libaio"
        case .sync, .auto: "psync"
        case .null: "null"
        }
    }
}
