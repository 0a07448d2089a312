import ResultStore
import Statistics
import Units
import Workloads

/// Grades one combination for every role of a rubric.
struct CombinationGrading {
    let rubric: CombinationRubric

    /// One grade a role, each with its evidence.
    ///
    /// - Parameters:
    ///   - combination: the settings.
    ///   - figures: what was measured, by the rubric's names for it; a role whose figure is missing gets "?".
    ///   - trim: as `MatrixRow` has it.
    /// - Returns: the grades, in the rubric's order.
    func grades(
        _ combination: DiskCombination,
        figures: [CombinationRubric.Figure: MatrixFigure],
        trim: String?
    ) -> [MatrixGrade] {
        rubric.roles.map { role in
            let speed = speed(role, figures[role.figure])
            let caps = rubric.caps.filter {
                applies($0, to: combination, trim: trim, role: role.name)
            }
            let worst = caps.max { index($0.best) < index($1.best) }
            // What is not durable is not fit for a role that needs it, whatever a changed rubric says of it.
            let isUnfit = role.needsFlush && !CombinationDurability.isSafe(combination)
            if isUnfit {
                let why =
                    worst.map(\.why) ?? "flushed data does not survive a power cut with this cache"
                return grade(role, CombinationRubric.worst, why, bySpeed: speed.grade)
            }
            // A cap is worth saying only where it costs a grade, and is no answer where nothing was measured.
            guard speed.grade != "?", let worst, index(worst.best) > index(speed.grade) else {
                return grade(role, speed.grade, speed.reason)
            }
            return grade(role, worst.best, worst.why, bySpeed: speed.grade)
        }
    }

    private func grade(
        _ role: CombinationRubric.Role,
        _ grade: String,
        _ reason: String,
        bySpeed: String? = nil
    ) -> MatrixGrade {
        MatrixGrade(
            role: role.name,
            title: role.title,
            grade: grade,
            reason: reason,
            bySpeed: bySpeed
        )
    }

    /// The roles that are judged by one of these figures.
    func roles(of figures: Set<CombinationRubric.Figure>) -> Set<String> {
        Set(rubric.roles.filter { figures.contains($0.figure) }.map(\.name))
    }

    /// What the grades of each role that somebody got mean, a line each.
    func legend(of roles: Set<String>) -> [String] {
        rubric.roles.filter { roles.contains($0.name) }.map { role in
            let steps = zip(CombinationRubric.grades, role.limits).map { grade, limit in
                "\(grade) \(QuantityText.duration(nanoseconds: limit))"
            }
            return
                "\(role.name): \(Self.title(role.figure)) at most \(steps.joined(separator: ", ")); \(role.why)"
        }
    }

    private func speed(
        _ role: CombinationRubric.Role,
        _ figure: MatrixFigure?
    ) -> (grade: String, reason: String) {
        guard let figure else { return ("?", "it was not measured") }
        let name = Self.title(role.figure)
        guard Printability.ofTail(figure.tail) != .tooFew else {
            return ("?", "too few samples for \(name): measure longer")
        }
        let value = QuantityText.duration(nanoseconds: figure.value)
        let position = role.limits.firstIndex { figure.value <= Double($0) }
        guard let position else {
            let limit = QuantityText.duration(nanoseconds: role.limits.last ?? 0)
            return (CombinationRubric.worst, "\(name) \(value) is above \(limit)")
        }
        let limit = QuantityText.duration(nanoseconds: role.limits[position])
        return (CombinationRubric.grades[position], "\(name) \(value) is within \(limit)")
    }

    private func applies(
        _ cap: CombinationRubric.Cap,
        to combination: DiskCombination,
        trim: String?,
        role: String
    ) -> Bool {
        guard cap.roles.contains(role) else { return false }
        if let cache = cap.cache, cache != combination.cache.rawValue { return false }
        if let format = cap.format, format != combination.format.rawValue { return false }
        if let wanted = cap.trim, wanted != trim { return false }
        return true
    }

    private func index(_ grade: String) -> Int {
        CombinationRubric.grades.firstIndex(of: grade) ?? CombinationRubric.grades.count
    }

    static func title(_ figure: CombinationRubric.Figure) -> String {
        switch figure {
        case .commitP99: "commit p99"
        case .commitP50: "commit p50"
        case .writeP99: "write p99"
        }
    }
}
