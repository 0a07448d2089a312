extension JobSpec {
    /// Everything that decides what a job does to the target, in words; jobs that differ in it are not compared.
    ///
    /// How long it runs is left out: more rounds make the same numbers better known.
    package var identity: String {
        (pattern + pressure + durability + extent + route).joined(separator: ", ")
    }

    private var pattern: [String] {
        let sizes = (readWrite.reads ? [readSizes] : []) + (readWrite.writes ? [writeSizes] : [])
        var parts = [readWrite.rawValue, "\(access)", sizes.map { "\($0)" }.joined(separator: "/")]
        if readWrite.isMixed { parts.append("\(readPercent) % reads") }
        if compressPercent > 0 { parts.append("compress \(compressPercent) %") }
        if dedupePercent > 0 { parts.append("dedupe \(dedupePercent) %") }
        if let fileCycle { parts.append("\(fileCycle.fileCount) files") }
        return parts
    }

    private var pressure: [String] {
        var parts = [
            "iodepth \(ioDepth)", "batch \(batch)/\(completionBatch)", "numjobs \(numJobs)",
        ]
        if let rateIOPS { parts.append("rate \(rateIOPS) \(arrivals)") }
        return parts
    }

    private var durability: [String] {
        var parts: [String] = []
        if fsyncEvery > 0 { parts.append("fsync \(fsyncEvery)") }
        if fdatasyncEvery > 0 { parts.append("fdatasync \(fdatasyncEvery)") }
        if linkedSync { parts.append("linked") }
        if endFsync { parts.append("end_fsync") }
        if verify { parts.append("verified") }
        return parts
    }

    private var extent: [String] {
        var parts: [String] = []
        if size != .all { parts.append("size \(size)") }
        if offset != .bytes(0) { parts.append("offset \(offset)") }
        if offsetIncrement != .bytes(0) { parts.append("offset_increment \(offsetIncrement)") }
        if !timeBased { parts.append("until moved") }
        return parts
    }

    private var route: [String] {
        var parts = [direct ? "direct" : "buffered", "engine \(engine.rawValue)"]
        if !registeredBuffers { parts.append("plain buffers") }
        if ioPoll { parts.append("hipri") }
        if sqPoll { parts.append("sqthread_poll") }
        return parts
    }
}
