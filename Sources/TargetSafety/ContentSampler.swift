import Units

/// Looks for anything but zeros on a device that carries no signature.
enum ContentSampler {
    /// One in each of this many equal stretches; a used stretch twice as long cannot hide.
    static let sampleCount = 256
    static let sampleBytes = 4096
    static let edgeBytes: UInt64 = 1 << 20
    /// Up to here the whole device is read, which takes less time than it takes to explain sampling.
    static let wholeBytes: UInt64 = 16 << 20

    /// The offset of the first block that is not all zeros, or all 0xFF as erased flash reads.
    ///
    /// Reads the first and the last MiB and a 4 KiB block at a random place in each of 256 equal
    /// stretches between them; a device up to 16 MiB is read whole. A few scattered blocks can be
    /// missed; that is the price of an answer in a second.
    /// - Parameters:
    ///   - descriptor: open for reading, without O_DIRECT.
    ///   - sizeBytes: the size of the device.
    ///   - seed: the same seed looks at the same places.
    /// - Returns: nil when everything read was blank.
    /// - Throws: `SystemCallFailure` when the device cannot be read there.
    static func firstData(
        _ descriptor: borrowing Descriptor,
        sizeBytes: UInt64,
        seed: UInt64 = 0x7462_656E_6368
    ) throws(SystemCallFailure) -> UInt64? {
        for place in places(sizeBytes: sizeBytes, seed: seed) {
            let bytes = try descriptor.read(count: place.count, at: place.offset)
            guard bytes.count == place.count else {
                throw SystemCallFailure(call: "pread", errno: 5)
            }
            if !isBlank(bytes) { return place.offset }
        }
        return nil
    }

    struct Place: Equatable {
        let offset: UInt64
        let count: Int
    }

    /// What is read, in the order in which it is read.
    static func places(sizeBytes: UInt64, seed: UInt64) -> [Place] {
        let edge = Int(edgeBytes)
        if sizeBytes <= wholeBytes {
            return stride(from: 0, to: sizeBytes, by: edge).map { offset in
                Place(offset: offset, count: Int(min(edgeBytes, sizeBytes - offset)))
            }
        }
        var places = [
            Place(offset: 0, count: edge), Place(offset: sizeBytes - edgeBytes, count: edge),
        ]
        let stretch = (sizeBytes - 2 * edgeBytes) / UInt64(sampleCount)
        var state = seed
        for index in 0..<UInt64(sampleCount) {
            let slots = max(1, stretch / UInt64(sampleBytes))
            let start = edgeBytes + index * stretch
            let offset = start + next(&state) % slots * UInt64(sampleBytes)
            places.append(Place(offset: offset, count: sampleBytes))
        }
        return places
    }

    private static func isBlank(_ bytes: [UInt8]) -> Bool {
        guard let first = bytes.first, first == 0 || first == 0xFF else { return bytes.isEmpty }
        return bytes.allSatisfy { $0 == first }
    }

    /// - Source: SplitMix64, Steele, Lea and Flood, OOPSLA 2014; wraps by design.
    private static func next(_ state: inout UInt64) -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
