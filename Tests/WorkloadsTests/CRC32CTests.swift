import Testing
import Workloads

@Suite("CRC-32C") struct CRC32CTests {
    // RFC 3720, appendix B.4.
    @Test(
        "gives the published values",
        arguments: [
            ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
            ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
            ([UInt8](0..<32), 0x46DD_794E),
            (Array("123456789".utf8), 0xE306_9283),
        ] as [([UInt8], UInt32)]
    )
    func published(bytes: [UInt8], expected: UInt32) {
        bytes.withUnsafeBytes { #expect(CRC32C().update(0, $0) == expected) }
    }

    @Test("is the same however the bytes are cut")
    func chained() {
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let crc = CRC32C()
        let whole = bytes.withUnsafeBytes { crc.update(0, $0) }
        for cut in [0, 1, 7, 8, 9, 500, 999, 1000] {
            let chained = bytes.withUnsafeBytes { all in
                let first = crc.update(0, UnsafeRawBufferPointer(rebasing: all[..<cut]))
                return crc.update(first, UnsafeRawBufferPointer(rebasing: all[cut...]))
            }
            #expect(chained == whole, "cut at \(cut)")
        }
    }
}
