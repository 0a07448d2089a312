import ResultStore
import Testing

@testable import Replication

/// What the sizes that were found mean.
@Suite struct PathMTUTests {
    static func found(
        _ interface: UInt64?,
        _ forward: UInt64?,
        back: UInt64? = nil,
        answers: [String] = []
    ) -> PathMTU {
        var mtu = PathMTU(method: "datagrams", state: .unknown)
        mtu.interfaceBytes = interface
        mtu.forwardBytes = forward
        mtu.reverseBytes = back ?? forward
        mtu.probes = answers.map {
            PathProbeRecord(bytes: 9000, direction: "forward", answer: $0)
        }
        return mtu
    }

    @Test("what arrives whole needs no words")
    func whole() {
        var mtu = Self.found(9000, 9000, answers: ["arrived"])
        mtu.conclude(packetBytes: 9000)
        #expect(mtu.state == .whole)
        #expect(mtu.diagnosis == nil)
    }

    @Test("loopback sends more than a datagram can be")
    func loopback() {
        var mtu = Self.found(65_536, 65_535, answers: ["arrived"])
        mtu.conclude()
        #expect(mtu.state == .whole)
    }

    @Test("a black hole is worse where TCP's own packets fall into it")
    func blackHole() {
        var hit = Self.found(9000, 1500, answers: ["silent", "arrived"])
        hit.conclude(packetBytes: 9000, isStalled: true)
        #expect(hit.state == .blackHole)
        #expect(hit.diagnosis?.hasPrefix("NIC 9000, path 1500: ") == true)
        #expect(hit.diagnosis?.contains("large writes stall") == true)
        var spared = Self.found(9000, 1500, answers: ["silent", "arrived"])
        spared.conclude(packetBytes: 1500)
        #expect(spared.state == .blackHole)
        #expect(spared.diagnosis?.contains("TCP is spared") == true)
    }

    @Test("a router that spoke once is heard, whatever was silent besides")
    func told() {
        var mtu = Self.found(9000, 1500, answers: ["told", "arrived", "silent"])
        mtu.conclude(packetBytes: 1500)
        #expect(mtu.state == .told)
    }

    @Test("a smaller way back is a black hole for reads")
    func back() {
        var mtu = Self.found(9000, 9000, back: 1500, answers: ["arrived"])
        mtu.conclude(packetBytes: 9000)
        #expect(mtu.state == .blackHole)
        #expect(mtu.diagnosis?.contains("the way back carries 1500") == true)
    }

    @Test("TCP that sends less than fits is worth a word")
    func clamped() {
        var mtu = Self.found(1500, 1500, answers: ["arrived"])
        mtu.conclude(packetBytes: 1400)
        #expect(mtu.state == .whole)
        #expect(mtu.diagnosis?.contains("packets of 1400") == true)
    }

    @Test("without an interface's MTU, or without time, nothing is claimed")
    func unknown() {
        var nameless = Self.found(nil, 1500, answers: ["arrived"])
        nameless.conclude()
        #expect(nameless.state == .unknown)
        var early = Self.found(9000, 1500)
        early.conclude()
        #expect(early.state == .unknown)
        #expect(early.diagnosis?.contains("at least") == true)
    }

    @Test("where datagrams are not answered, TCP's own belief counts, and a stall more")
    func belief() {
        let whole = PathMTU(believedBy: 1500, interfaceBytes: 1500, isStalled: false)
        #expect(whole.state == .whole)
        #expect(whole.method == "tcp")
        let smaller = PathMTU(believedBy: 1500, interfaceBytes: 9000, isStalled: false)
        #expect(smaller.state == .told)
        #expect(smaller.forwardBytes == 1500)
        let stalled = PathMTU(believedBy: 9000, interfaceBytes: 9000, isStalled: true)
        #expect(stalled.state == .blackHole)
        #expect(stalled.forwardBytes == nil)
        #expect(PathMTU(believedBy: nil, interfaceBytes: 9000, isStalled: false).state == .unknown)
    }
}
