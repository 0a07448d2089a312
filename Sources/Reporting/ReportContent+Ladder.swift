import Modeling
import ResultStore
import Statistics
import Units

extension ReportContent {
    /// What the latency model says of a ladder; nothing for any other run, or where a ladder holds too little of it.
    static func ladderModel(_ record: ResultRecord) -> [Fact] {
        guard record.phases.contains(where: { $0.kind == "ladder" }),
            let model = try? ReplicationModel(record)
        else { return [] }
        var facts: [Fact] = []
        for (label, prediction) in [("write", model.write), ("read", model.read)] {
            guard let prediction else { continue }
            facts.append(Fact(label: label, phrases: phrases(prediction)))
        }
        if let limit = model.limit {
            let share = QuantityText.percent(limit.share)
            facts.append(
                Fact(label: "limit", phrases: ["\(limit.name): without it \(share) less"])
            )
        }
        let bounds = model.bounds.filter { $0.figure == .writeIOPS }
        if let least = bounds.min(by: { $0.value < $1.value }) {
            let rate = QuantityText.count(UInt64(max(0, min(least.value, 1e15))))
            facts.append(
                Fact(
                    label: "at most",
                    phrases: ["\(rate) writes/s", "\(least.name) (\(least.provenance.rawValue))"]
                )
            )
        }
        return facts
    }

    /// "243 µs on average by the model, 234 µs measured (-3.7 %)".
    private static func phrases(_ prediction: Prediction) -> [String] {
        var phrases: [String] = []
        let figures: [(String, Statistic, Estimate, Estimate?)] = [
            ("mean", .mean, prediction.refined.mean, prediction.measured?.mean),
            ("p50", .p50, prediction.refined.p50, prediction.measured?.p50),
        ]
        for (name, statistic, predicted, measured) in figures {
            let said = QuantityText.duration(nanoseconds: predicted.value)
            guard let measured, let residual = prediction.residual(statistic) else {
                phrases.append("\(name) \(said) by the model")
                continue
            }
            let share = residual.share.value * 100
            let sign = share < 0 ? "" : "+"
            let mark = residual.isWithinTolerance ? "" : ", more than it should be off"
            phrases.append(
                "\(name) \(said) by the model, \(QuantityText.duration(nanoseconds: measured.value)) measured "
                    + "(\(sign)\(QuantityText.fixed(share, decimals: 1)) %\(mark))"
            )
        }
        for missing in prediction.missing { phrases.append("\(missing) not measured") }
        return phrases
    }
}
