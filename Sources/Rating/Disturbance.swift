import ResultStore
import Units

/// What contaminated a run, and which way that moves its numbers.
///
/// Stolen CPU and other writers make a disk look slower: a PASS then stands all the more, and a FAIL says that it was
/// disturbed. A flush that reaches no disk makes it look faster: then no PASS is given.
struct Disturbance {
    private static let flattering: Set<String> = ["no-disk", "flush-costs-nothing", "clock-step"]

    private let warnings: [Warning]

    init(_ record: ResultRecord) {
        warnings = record.warnings.filter { $0.severity == .contaminated }
    }

    /// The numbers are better than the disk.
    var flatters: Bool { warnings.contains { Self.flattering.contains($0.code) } }

    /// The numbers are worse than the disk.
    var slows: Bool { !warnings.isEmpty && !flatters }

    /// What happened, for the headline; empty when nothing did.
    var text: String {
        let first = warnings.first { Self.flattering.contains($0.code) } ?? warnings.first
        return first?.text ?? ""
    }
}
