import ResultStore
import Testing

@Suite("A device's requests against the calls that made them") struct DeviceRequestsTests {
    @Test("one request a call: what is left of the call lies above the device")
    func direct() throws {
        let requests = DeviceRequests(count: 1000, nanoseconds: 1000 * 80e3)
        let share = try #require(requests.share(ofCalls: 1000, meanNanoseconds: 100e3))
        #expect(share.dependent == 1 && !share.isOverlapping && share.above == 20e3)
    }

    @Test("three in a row are three dependent writes")
    func inARow() throws {
        let requests = DeviceRequests(count: 3000, nanoseconds: 3000 * 1e6)
        let share = try #require(requests.share(ofCalls: 1000, meanNanoseconds: 3.1e6))
        #expect(share.dependent == 3)
        #expect(!share.isOverlapping)
        #expect(abs(share.above - 0.1e6) < 1)
    }

    @Test("of four that overlap, as many as fit into the call's time are in a row")
    func overlapping() throws {
        let requests = DeviceRequests(count: 4000, nanoseconds: 4000 * 1e6)
        let share = try #require(requests.share(ofCalls: 1000, meanNanoseconds: 3e6))
        #expect(share.dependent == 3 && share.isOverlapping && share.above == 0)
    }

    @Test(
        "counts that cannot be those calls' say nothing",
        arguments: [
            // Half of the calls never reached the device: a cache took them.
            (500.0, 1000.0, 1e5), (200_000, 1000, 1e5), (0, 1000, 1e5), (10, 0, 1e5), (10, 10, 0),
        ]
    )
    func implausible(requests: Double, calls: Double, mean: Double) {
        let counted = DeviceRequests(count: requests, nanoseconds: requests * 1e3)
        #expect(counted.share(ofCalls: calls, meanNanoseconds: mean) == nil)
    }

    @Test("rounds add up in a phase's counters, and come back from them")
    func counters() throws {
        let first = DeviceRequests(count: 10, nanoseconds: 5e6)
        var counters = ["threads": 1.0]
        first.add(to: &counters)
        (DeviceRequests(count: 25, nanoseconds: 12e6) - first).add(to: &counters)
        #expect(DeviceRequests(counters) == DeviceRequests(count: 25, nanoseconds: 12e6))
        #expect(counters["threads"] == 1)
    }

    @Test(
        "what stands in a file and is no count is none",
        arguments: [
            [:], ["device_requests": 5], ["device_requests": -1, "device_request_ns": 5],
            ["device_requests": .infinity, "device_request_ns": 5],
            ["device_requests": 5, "device_request_ns": .nan],
        ] as [[String: Double]]
    )
    func damaged(counters: [String: Double]) {
        #expect(DeviceRequests(counters) == nil)
    }
}
