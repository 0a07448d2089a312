import ResultStore
import Units

extension ReportContent {
    /// What tbench itself cost, and what was read back; nothing for a run without jobs.
    static func jobFacts(_ record: ResultRecord) -> [Fact] {
        let phases = record.phases.filter { $0.kind == "job" }
        return [
            Fact(label: "verified", phrases: verified(phases)),
            Fact(label: "own cost", phrases: ownCost(phases, record.noise)),
        ].filter { !$0.phrases.isEmpty }
    }

    private static func verified(_ phases: [PhaseRecord]) -> [String] {
        guard phases.contains(where: { $0.counters["verified_blocks"] != nil }) else { return [] }
        let (checked, wrong) = (total("verified_blocks", phases), total("wrong_blocks", phases))
        let count = QuantityText.count(UInt64(checked))
        return [
            wrong > 0
                ? "\(QuantityText.count(UInt64(wrong))) of \(count) blocks read back were wrong"
                : "\(count) blocks read back, each as it was written"
        ]
    }

    private static func ownCost(_ phases: [PhaseRecord], _ noise: NoiseFloor?) -> [String] {
        guard !phases.isEmpty else { return [] }
        var phrases: [String] = []
        if let cost = noise?.engineCostNs {
            phrases.append("\(QuantityText.duration(nanoseconds: cost)) per I/O without a kernel")
        }
        let all = total("all_ios", phases)
        guard all > 0 else { return phrases }
        let user = QuantityText.duration(nanoseconds: total("user_cpu_ns", phases) / all)
        phrases.append("here \(user) of user CPU per I/O")
        let calls = total("system_calls", phases) / all
        if calls > 0 {
            let number = Number.trimmed(QuantityText.threeDigits(calls))
            phrases.append("\(number) system call\(number == "1" ? "" : "s") per I/O")
        }
        return phrases
    }

    /// A counter over all phases; what a damaged file may hold counts as nothing.
    private static func total(_ name: String, _ phases: [PhaseRecord]) -> Double {
        let sum = phases.reduce(0) { $0 + max(0, $1.counters[name] ?? 0) }
        return sum < 9e15 ? sum : 0
    }
}
