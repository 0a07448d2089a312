import Testing
import Workloads

@Suite("The rubric of disk combinations") struct CombinationRubricTests {
    @Test("the one that comes along knows every role of the matrix, and etcd's limit is etcd's")
    func embedded() throws {
        let rubric = try CombinationRubric.embedded()
        #expect(rubric.roles.map(\.name) == ["etcd", "longhorn-v1", "longhorn-v2", "general"])
        let etcd = try #require(rubric.roles.first)
        #expect(etcd.figure == .commitP99)
        // etcd's FAQ: the 99th percentile of WAL fsyncs below 10 ms is the last that is fit.
        #expect(etcd.limits[2] == 10_000_000)
        #expect(etcd.needsFlush)
        #expect(rubric.caps.contains { $0.cache == "unsafe" && $0.best == "F" })
    }

    private static let role =
        "{ name: 'r', title: 't', figure: 'commit_p50', why: 'w', limits: { A: '1ms', B: '2ms', C: '3ms', D: '4ms', E: '5ms' } }"

    @Test(
        "what is refused says where and what is allowed",
        arguments: [
            ("[]", "the rubric is not an object"),
            ("{ roles: [], caps: [] }", "no role is defined"),
            ("{ roles: [], caps: [], colour: 1 }", "unknown key 'colour'"),
            ("{ caps: [] }", "has no 'roles'"),
            (
                "{ roles: [{ name: 'a', title: 'b', figure: 'speed', why: 'c' }], caps: [] }",
                "'speed' is no figure"
            ),
            (
                "{ roles: [{ name: 'a', title: 'b', figure: 'write_p99', why: 'c' }], caps: [] }",
                "has no 'limits'"
            ),
            (
                "{ roles: [{ name: 'a', title: 'b', figure: 'write_p99', why: 'c', limits: { A: '2ms', B: '1ms', C: '3ms', D: '4ms', E: '5ms' } }], caps: [] }",
                "do not ascend"
            ),
            (
                "{ roles: [{ name: 'a', title: 'b', figure: 'write_p99', why: 'c', limits: { A: 'fast', B: '1ms', C: '3ms', D: '4ms', E: '5ms' } }], caps: [] }",
                "the limit of A"
            ),
            (
                "{ roles: [\(role)], caps: [{ roles: ['x'], best: 'F', why: 'w' }] }",
                "a role that is not defined"
            ),
            (
                "{ roles: [\(role)], caps: [{ roles: ['r'], best: 'G', why: 'w' }] }",
                "'G' is no grade"
            ),
            ("{ roles: [\(role)], caps: [", "line"),
        ]
    )
    func refused(text: String, reason: String) {
        let error = #expect(throws: WorkloadError.self) {
            try CombinationRubric(json5: text, path: "mine.json5")
        }
        #expect(
            error?.reason.contains(reason) == true || error?.reason.contains("mine.json5:") == true
        )
        #expect(error?.subject.hasPrefix("mine.json5") == true)
    }
}
