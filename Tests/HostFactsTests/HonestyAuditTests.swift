import ResultStore
import Testing
import Units

@testable import HostFacts

@Suite("Honesty audit")
struct HonestyAuditTests {
    /// What the audit judges.
    struct Machine {
        var host: HostRecord
        var noise: NoiseFloor
        var conditions = Conditions()
    }

    /// A change to a machine without fault and the one warning it must raise, if any.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var expected: [String]
        var severity: Warning.Severity = .caution
        var change: @Sendable (inout Machine) -> Void
    }

    private static let quietNoise = NoiseFloor(
        clockCostNs: 30,
        timerOvershootP50Ns: 55_000,
        timerOvershootP99Ns: 90_000,
        timerOvershootMaxNs: 200_000,
        spinGapMaxNs: 20_000,
        spinStolenRatio: 0.001
    )

    private static func quietHost() -> HostRecord {
        var host = HostRecord()
        host.governor = "performance"
        host.clocksource = "tsc"
        host.cpuCount = 4
        host.loadAverage = 0.4
        return host
    }

    static let cases: [Case] = [
        Case(testDescription: "nothing", expected: []) { _ in },
        Case(testDescription: "steal 2 %", expected: []) { $0.conditions.stealRatio = 0.02 },
        Case(testDescription: "steal 2.1 %", expected: ["steal"]) {
            $0.conditions.stealRatio = 0.021
        },
        Case(testDescription: "steal 11 %", expected: ["steal"], severity: .contaminated) {
            $0.conditions.stealRatio = 0.11
        },
        Case(testDescription: "throttled 1 %", expected: []) {
            $0.conditions.throttledRatio = 0.01
        },
        Case(testDescription: "throttled 2 %", expected: ["throttled"]) {
            $0.conditions.throttledRatio = 0.02
        },
        Case(testDescription: "load 2.0 of 4", expected: []) { machine in
            machine.host.loadAverage = 2.0
        },
        Case(testDescription: "load 2.1 of 4", expected: ["load"]) { machine in
            machine.host.loadAverage = 2.1
        },
        Case(testDescription: "foreign 5 %", expected: []) { $0.conditions.foreignIoRatio = 0.05 },
        Case(testDescription: "foreign 6 %", expected: ["foreign-io"]) {
            $0.conditions.foreignIoRatio = 0.06
        },
        Case(testDescription: "foreign 26 %", expected: ["foreign-io"], severity: .contaminated) {
            $0.conditions.foreignIoRatio = 0.26
        },
        Case(testDescription: "schedutil", expected: ["governor"], severity: .note) { machine in
            machine.host.governor = "schedutil"
        },
        Case(testDescription: "governor unknown", expected: []) { machine in
            machine.host.governor = nil
        },
        Case(testDescription: "hpet", expected: ["clocksource"]) { machine in
            machine.host.clocksource = "hpet"
        },
        Case(testDescription: "kvm-clock", expected: []) { machine in
            machine.host.clocksource = "kvm-clock"
        },
        Case(testDescription: "arm64", expected: []) { machine in
            machine.host.clocksource = "arch_sys_counter"
        },
        Case(testDescription: "io.max", expected: ["io-max"]) { machine in
            machine.host.container["io_max"] = "8:0 wiops=100"
        },
        Case(testDescription: "256 MiB", expected: ["memory-limit"]) { machine in
            machine.host.container["memory_max"] = "268435456"
        },
        Case(testDescription: "512 MiB", expected: []) { machine in
            machine.host.container["memory_max"] = "536870912"
        },
        Case(testDescription: "memory garbage", expected: []) { machine in
            machine.host.container["memory_max"] = "much"
        },
        Case(testDescription: "timers 1 ms", expected: []) {
            $0.noise.timerOvershootP99Ns = 1_000_000
        },
        Case(testDescription: "timers 2 ms", expected: ["timer-overshoot"]) {
            $0.noise.timerOvershootP99Ns = 2_000_000
        },
        Case(testDescription: "spin 3 %", expected: ["stolen-time"]) {
            $0.noise.spinStolenRatio = 0.03
        },
        Case(testDescription: "run delay 5 %", expected: []) { $0.conditions.runDelayRatio = 0.05 },
        Case(testDescription: "run delay 6 %", expected: ["run-delay"]) {
            $0.conditions.runDelayRatio = 0.06
        },
        Case(testDescription: "busy 61 %", expected: ["cpu-busy"]) {
            $0.conditions.cpuBusyRatio = 0.61
        },
        Case(testDescription: "clock +9 ms", expected: []) {
            $0.conditions.clockStepNs = 9_000_000
        },
        Case(testDescription: "clock -1 s", expected: ["clock-step"], severity: .note) {
            $0.conditions.clockStepNs = -1_000_000_000
        },
        Case(testDescription: "clock at its limit", expected: ["clock-step"], severity: .note) {
            $0.conditions.clockStepNs = .min
        },
        Case(testDescription: "PSI cpu", expected: ["pressure-cpu"]) {
            $0.conditions.pressureCpuRatio = 0.11
        },
        Case(testDescription: "PSI cpu, others at work", expected: ["pressure-cpu"]) {
            $0.conditions.pressureCpuRatio = 0.11
            $0.conditions.cpuBusyRatio = 0.4
            $0.conditions.ownCpuRatio = 0.34
        },
        Case(testDescription: "PSI cpu, all our own", expected: ["pressure-cpu"], severity: .note) {
            $0.conditions.pressureCpuRatio = 0.11
            $0.conditions.cpuBusyRatio = 0.4
            $0.conditions.ownCpuRatio = 0.36
        },
        Case(testDescription: "PSI memory", expected: ["pressure-memory"]) {
            $0.conditions.pressureMemoryRatio = 0.02
        },
        Case(testDescription: "PSI io, others unknown", expected: ["pressure-io"], severity: .note)
        {
            $0.conditions.pressureIoRatio = 0.9
        },
        Case(testDescription: "PSI io, all our own", expected: []) {
            $0.conditions.pressureIoRatio = 0.9
            $0.conditions.foreignIoRatio = 0.01
        },
        Case(testDescription: "not a number", expected: []) { $0.conditions.stealRatio = .nan },
    ]

    @Test("each threshold raises its own warning and nothing else", arguments: cases)
    func threshold(example: Case) {
        var machine = Machine(host: Self.quietHost(), noise: Self.quietNoise)
        example.change(&machine)
        let warnings = HonestyAudit.warnings(
            host: machine.host,
            target: TargetFacts(path: "/x", kind: "directory"),
            noise: machine.noise,
            conditions: machine.conditions
        )
        #expect(warnings.map(\.code) == example.expected)
        #expect(warnings.allSatisfy { $0.severity == example.severity && $0.hint != nil })
    }

    @Test("the gravest warning comes first")
    func order() {
        var host = Self.quietHost()
        host.governor = "powersave"
        var conditions = Conditions()
        conditions.runDelayRatio = 0.5
        conditions.foreignIoRatio = 0.9
        let warnings = HonestyAudit.warnings(
            host: host,
            target: TargetFacts(path: "/x", kind: "directory"),
            noise: nil,
            conditions: conditions
        )
        #expect(warnings.map(\.code) == ["foreign-io", "run-delay", "governor"])
    }

    @Test("a warning names its figures")
    func figures() {
        var conditions = Conditions()
        conditions.stealRatio = 0.034
        let warnings = HonestyAudit.warnings(
            host: Self.quietHost(),
            target: TargetFacts(path: "/x", kind: "directory"),
            noise: nil,
            conditions: conditions
        )
        #expect(warnings.map(\.text) == ["the hypervisor gave 3.4 % of the CPU to others"])
    }
}
