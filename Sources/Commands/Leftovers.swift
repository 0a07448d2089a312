import TargetSafety
import Units

/// What killed runs left in a directory.
enum Leftovers {
    /// Scratch of runs that were killed: removed when its owner is surely dead, else left and named.
    static func remove(_ directory: String) throws(SafetyError) -> [Warning] {
        let (removed, kept) = try ScratchDirectory.removeStale(in: directory)
        return removed.map { leftover in
            Warning(
                code: "leftover-removed",
                severity: .note,
                text: "removed the scratch of a run that was killed: \(leftover.path)"
            )
        }
            + kept.map { leftover in
                Warning(
                    code: "leftover-kept",
                    severity: .note,
                    text: "left alone what looks like another run's scratch: \(leftover.path)",
                    hint: "remove it by hand when no tbench uses it"
                )
            }
    }
}
