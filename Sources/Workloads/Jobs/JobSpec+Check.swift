/// What single keys cannot see: values that do not go together.
extension JobSpec {
    /// Why this job cannot be run as it stands, with what would; nil when it can.
    package func contradiction() -> (reason: String, hint: String)? {
        if timeBased, runtimeNanoseconds == nil {
            return ("is time_based and has no runtime", "add a runtime")
        }
        if fsyncEvery > 0, fdatasyncEvery > 0 {
            return ("asks for fsync and fdatasync", "keep one of the two")
        }
        if !readWrite.writes, fsyncEvery > 0 || fdatasyncEvery > 0 || endFsync {
            return ("syncs and never writes", "use rw=write or rw=randwrite, or drop the sync")
        }
        if linkedSync, readWrite.reads || max(fsyncEvery, fdatasyncEvery) != 1 {
            return (
                "chains its writes to their syncs (linked_sync) and does not sync after every write",
                "only write, with fsync or fdatasync 1, or drop linked_sync"
            )
        }
        if rateIOPS != nil, readWrite.isMixed {
            return (
                "has rate_iops and reads and writes; fio would limit each on its own, tbench has one schedule for a job",
                "make two jobs of it, one that reads and one that writes, each with its rate"
            )
        }
        return sizeContradiction() ?? engineContradiction() ?? fileCycleContradiction()
    }

    private func sizeContradiction() -> (reason: String, hint: String)? {
        let used = (readWrite.reads ? [readSizes] : []) + (readWrite.writes ? [writeSizes] : [])
        let isMix = used.contains { $0 != used[0] || !$0.isFixed }
        if isMix, access == .randomOnce {
            return (
                "has several block sizes and random offsets that must not repeat, which cannot both be kept",
                "add norandommap"
            )
        }
        if case .strided(let bytes) = access {
            if isMix { return ("has several block sizes and a stride", "keep one block size") }
            if bytes < Int64(blockAlignment) {
                return ("has a stride shorter than its blocks", "use a stride of at least bs")
            }
        }
        if case .bytes(let bytes) = size, bytes < Int64(blockCapacity), fileCycle == nil {
            return ("has a size smaller than one block", "use a size of at least bs")
        }
        if verify, isMix || blockAlignment % VerifyBlock.sectorBytes != 0 || !readWrite.writes {
            return (
                "verifies, which takes writes of one block size, a multiple of \(VerifyBlock.sectorBytes) bytes",
                "use rw=write, randwrite or a mix with one bs"
            )
        }
        if verify, case .strided(let bytes) = access, bytes % Int64(blockAlignment) != 0 {
            return ("verifies and has a stride that is no multiple of bs", "use a multiple")
        }
        if verify, compressPercent > 0 || dedupePercent > 0 {
            return ("verifies blocks and makes them alike", "drop the compression and duplication")
        }
        return nil
    }

    private func engineContradiction() -> (reason: String, hint: String)? {
        if ioPoll, !direct { return ("polls (hipri) without direct I/O", "add direct=1") }
        if ioPoll || sqPoll, engine != .ioUring, engine != .auto {
            return (
                "asks engine \(engine.rawValue) for what only io_uring has", "use ioengine=io_uring"
            )
        }
        if ioPoll, fsyncEvery > 0 || fdatasyncEvery > 0 {
            return ("polls (hipri) and syncs, which a polled ring cannot", "drop hipri")
        }
        if numJobs * ioDepth * blockCapacity > 1 << 34 {
            return ("needs more than 16 GiB of buffers", "lower iodepth, numjobs or bs")
        }
        return nil
    }

    private func fileCycleContradiction() -> (reason: String, hint: String)? {
        guard fileCycle != nil else { return nil }
        guard readWrite == .write, !direct, ioDepth == 1, writeSizes.isFixed, rateIOPS == nil,
            !verify
        else {
            return (
                "has file_cycle, which creates and writes one file after the other",
                "use rw: \"write\" with one bs, buffered, iodepth 1, closed loop"
            )
        }
        return nil
    }
}
