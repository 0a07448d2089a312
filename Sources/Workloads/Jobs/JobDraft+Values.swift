/// The keys whose value has a form of its own.
extension JobDraft {
    /// "randread", or "write:60k" for a hole after every block.
    mutating func setReadWrite(_ text: String) throws(ValueError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let word = parts.first.map(String.init) ?? ""
        spec.readWrite =
            word == "readwrite" ? .readwrite : try syntax.word(word, as: JobSpec.ReadWrite.self)
        gapBytes = 0
        guard parts.count == 2 else { return }
        guard !spec.readWrite.isRandom else {
            throw ValueError(
                "'\(shown(text))' asks for several I/Os from each random offset, which tbench does not do",
                allowed: "\(spec.readWrite.rawValue) without a number"
            )
        }
        gapBytes = try syntax.bytes(String(parts[1]))
    }

    /// "4k", or "4k,8k" for reads and writes; an empty place keeps what was there.
    mutating func setBlockSizes(_ text: String) throws(ValueError) {
        let parts = try directions(text)
        if let reads = parts.reads { spec.readSizes = BlockSizes(try blockBytes(reads)) }
        if let writes = parts.writes { spec.writeSizes = BlockSizes(try blockBytes(writes)) }
    }

    /// "4k/70:64k/30", also per direction with a comma; entries without a share divide the rest.
    mutating func setBlockSplit(_ text: String) throws(ValueError) {
        let parts = try directions(text)
        if let reads = parts.reads { spec.readSizes = try mix(reads) }
        if let writes = parts.writes { spec.writeSizes = try mix(writes) }
    }

    /// What stands before and after the comma; without one it counts for both.
    ///
    /// fio's third place is for trims, which tbench does not do.
    private func directions(_ text: String) throws(ValueError) -> (reads: String?, writes: String?)
    {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 3, !text.isEmpty else {
            throw ValueError(
                "'\(shown(text))' is not one value, or one for reads and one for writes",
                allowed: "such as 4k, or 4k,8k"
            )
        }
        guard parts.count > 1 else { return (text, text) }
        return (parts[0].isEmpty ? nil : parts[0], parts[1].isEmpty ? nil : parts[1])
    }

    private func blockBytes(_ text: String) throws(ValueError) -> Int {
        let bytes = try syntax.bytes(text)
        guard (1...Int64(BlockSizes.largestAllowed)).contains(bytes) else {
            throw ValueError(
                "'\(shown(text))' is not a block size",
                allowed: "from 1 byte to 1 GiB"
            )
        }
        return Int(bytes)
    }

    private func mix(_ text: String) throws(ValueError) -> BlockSizes {
        var named: [(bytes: Int, percent: Int?)] = []
        for entry in text.split(separator: ":", omittingEmptySubsequences: false) {
            let parts = entry.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count <= 2, let size = parts.first else {
                throw ValueError(
                    "'\(shown(entry))' is not a size and a share",
                    allowed: "such as 4k/70:64k/30"
                )
            }
            let share = parts.count == 2 && !parts[1].isEmpty ? String(parts[1]) : nil
            let percent = share == nil ? nil : try syntax.integer(share ?? "", in: 0...100)
            named.append((try blockBytes(String(size)), percent))
        }
        let given = named.reduce(0) { $0 + ($1.percent ?? 0) }
        let open = named.filter { $0.percent == nil }.count
        // Both would be shared out by fio in ways its manual does not promise.
        guard given == 100 || (given < 100 && open > 0),
            open == 0 || (100 - given) % open == 0 || syntax == .fio
        else {
            throw ValueError(
                "the shares of '\(shown(text))' add up to \(given)",
                allowed: "shares that add up to 100"
            )
        }
        let rest = open == 0 ? 0 : (100 - given) / open
        let shares = named.map { BlockSizes.Share(bytes: $0.bytes, weight: $0.percent ?? rest) }
            .filter { $0.weight > 0 }
        guard let sizes = BlockSizes(shares: shares) else {
            throw ValueError("'\(shown(text))' is no mix of block sizes", allowed: "1 to 64 sizes")
        }
        return sizes
    }

    /// "random" or "zipf:1.2".
    mutating func setDistribution(_ text: String) throws(ValueError) {
        if text == "random" {
            theta = nil
            return
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.first == "zipf", parts.count <= 2 else {
            throw syntax.unknown(text, among: ["random", "zipf:THETA"])
        }
        // fio's default; 1 itself is outside its formula, and it refuses it.
        let value = parts.count == 1 ? 1.1 : Double(parts[1]) ?? 0
        guard value > 0, value <= 10, value != 1 else {
            throw ValueError(
                "'\(shown(text))' has no theta that works",
                allowed: "zipf:THETA with theta above 0, up to 10, and not 1"
            )
        }
        theta = value
    }

    /// "1g", "50%" of the target, and for the size "0" or "100%" for all of it.
    func extent(_ text: String, zeroIsAll: Bool) throws(ValueError) -> JobSpec.Extent {
        if text.hasSuffix("%") {
            let percent = try syntax.integer(String(text.dropLast()), in: (zeroIsAll ? 1 : 0)...100)
            return percent == 100 && zeroIsAll ? .all : .percent(percent)
        }
        let bytes = try syntax.bytes(text)
        return bytes == 0 && zeroIsAll ? .all : .bytes(bytes)
    }

    mutating func setFileName(_ text: String) throws(ValueError) {
        // fio takes a list with colons here, and "-" for its standard input.
        guard !text.isEmpty, text != "-", !text.contains(":"), !text.utf8.contains(0) else {
            throw ValueError("'\(shown(text))' is not one file", allowed: "one path")
        }
        spec.fileName = text
    }

    /// "crc32c", the checksum that tbench's blocks carry, or "0" for none.
    mutating func setVerify(_ text: String) throws(ValueError) {
        switch text {
        case "crc32c", "crc32c-intel": spec.verify = true
        case "0": spec.verify = false
        case "true" where syntax == .profile: spec.verify = true
        case "false" where syntax == .profile: spec.verify = false
        default:
            throw ValueError(
                "'\(shown(text))' is not a check that tbench does",
                allowed: syntax == .profile ? "true, false or crc32c" : "crc32c or 0"
            )
        }
    }

    mutating func setEngine(_ text: String) throws(ValueError) {
        // fio has four names for plain system calls; what they cost differs by nothing that can be measured.
        if ["psync", "pvsync", "vsync"].contains(text) {
            spec.engine = .sync
            return
        }
        guard syntax == .profile || (text != "auto" && text != "nop") else {
            throw syntax.unknown(text, among: ["io_uring", "libaio", "psync", "sync", "null"])
        }
        spec.engine = try syntax.word(text, as: JobSpec.Engine.self)
    }
}
