import Testing

@testable import Replication

@Suite struct PathSearchTests {
    /// A path that carries so much; beyond that it says so, or not.
    static func search(_ limit: Int, most: Int, isTold: Bool = false) -> PathSearch {
        PathSearch(most: most, isOver: { false }) { bytes in
            bytes <= limit ? .arrived : isTold ? .told(limit) : .silent
        }
    }

    @Test(
        "a path that carries all that the interface sends takes one try",
        arguments: [1500, 9000]
    )
    func whole(mtu: Int) {
        let search = Self.search(mtu, most: mtu)
        #expect(search.largest == mtu)
        #expect(search.tries.count == 1)
        #expect(search.smallestLost == nil)
    }

    @Test(
        "the limit is found to the byte, whatever it is",
        arguments: [576, 577, 1279, 1280, 1400, 1420, 1438, 1450, 1476, 1500, 4352, 8950, 8999]
    )
    func exact(limit: Int) {
        for isTold in [true, false] {
            let search = Self.search(limit, most: 9000, isTold: isTold)
            #expect(search.largest == limit)
            #expect(search.smallestLost == limit + 1 || search.smallestLost == nil)
            #expect(search.hasSilence == !isTold)
        }
    }

    @Test("a common limit takes few tries, even in silence")
    func few() {
        #expect(Self.search(1500, most: 9000).tries.map(\.bytes) == [9000, 8950, 1500, 1501])
        #expect(
            Self.search(1500, most: 9000, isTold: true).tries.map(\.bytes) == [9000, 1500, 1501]
        )
    }

    @Test("a path that carries nothing has no largest packet, and the search ends")
    func nothing() {
        let search = Self.search(0, most: 9000)
        #expect(search.largest == nil)
        #expect(search.tries.last?.bytes == 576)
        #expect(search.tries.count < 12)
    }

    @Test("a router's word that cannot be true is not followed", arguments: [0, -5, 9000, 70_000])
    func lie(size: Int) {
        let search = PathSearch(most: 9000, isOver: { false }) { bytes in
            bytes <= 1500 ? .arrived : .told(size)
        }
        #expect(search.largest == 1500)
    }

    @Test("when time is over, what was found stays")
    func over() {
        var count = 0
        let search = PathSearch(most: 9000, isOver: { count >= 3 }) { bytes in
            count += 1
            return bytes <= 1433 ? .arrived : .silent
        }
        #expect(search.tries.count == 3)
        #expect(search.largest == nil)
    }
}
