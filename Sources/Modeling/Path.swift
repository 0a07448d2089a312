/// How the parts of a request's latency follow each other, run side by side, or take turns.
package indirect enum Path: Sendable, Equatable {
    case component(Component)
    /// One after the other.
    case sum([Path])
    /// Side by side, all waited for.
    case largest([Path])
    /// Each in its turn: a request takes one of them.
    case turns([Path])
    /// Later by a component that the documented formula does not have: the copies that leave before this one.
    case after(Component, Path)
    /// Again and again, each time anew; 2.5 times is two or three times, by halves.
    case repeated(Double, Path)

    /// Every component in it, from left to right.
    package var components: [Component] {
        switch self {
        case .component(let component): [component]
        case .sum(let parts), .largest(let parts), .turns(let parts): parts.flatMap(\.components)
        case .after(let delay, let path): [delay] + path.components
        case .repeated(_, let path): path.components
        }
    }

    /// The distribution where each component has the one that `value` gives.
    func distribution(
        _ value: (Component) -> LatencyDistribution
    ) -> LatencyDistribution {
        let zero = LatencyDistribution(constant: 0)
        switch self {
        case .component(let component): return value(component)
        case .sum(let parts):
            guard let first = parts.first?.distribution(value) else { return zero }
            return parts.dropFirst().reduce(first) { $0.plus($1.distribution(value)) }
        case .largest(let parts):
            return LatencyDistribution.maximum(of: parts.map { $0.distribution(value) }) ?? zero
        case .turns(let parts):
            let mixed = parts.map { (distribution: $0.distribution(value), weight: 1.0) }
            return LatencyDistribution.mixture(of: mixed) ?? zero
        case .after(let delay, let path): return path.distribution(value).plus(value(delay))
        case .repeated(let times, let path):
            return path.distribution(value).repeated(times)
        }
    }

    /// The same path without the components that `isGone` picks: they take no time.
    func removing(_ isGone: (TermRole) -> Bool) -> Path {
        func kept(_ component: Component) -> Component {
            guard isGone(component.role) else { return component }
            return Component(component.role, constant: 0, source: "removed")
        }
        switch self {
        case .component(let component): return .component(kept(component))
        case .sum(let parts): return .sum(parts.map { $0.removing(isGone) })
        case .largest(let parts): return .largest(parts.map { $0.removing(isGone) })
        case .turns(let parts): return .turns(parts.map { $0.removing(isGone) })
        case .after(let delay, let path): return .after(kept(delay), path.removing(isGone))
        case .repeated(let times, let path): return .repeated(times, path.removing(isGone))
        }
    }

    /// The documented formula: each figure of the components added, and of parallel ones the largest taken.
    ///
    /// - Returns: One for each of `Statistic.allCases`.
    func figures(_ value: (Component) -> LatencyFigures) -> [Double] {
        func combined(_ parts: [Path], _ combine: ([Double]) -> Double) -> [Double] {
            let figures = parts.map { $0.figures(value) }
            return Statistic.allCases.indices.map { index in combine(figures.map { $0[index] }) }
        }
        switch self {
        case .component(let component):
            let figures = value(component)
            return Statistic.allCases.map { figures[$0].value }
        case .sum(let parts): return combined(parts) { $0.reduce(0, +) }
        case .largest(let parts): return combined(parts) { $0.max() ?? 0 }
        case .turns(let parts):
            return combined(parts) { $0.reduce(0, +) / Double(max(1, $0.count)) }
        case .after(_, let path): return path.figures(value)
        case .repeated(let times, let path): return path.figures(value).map { $0 * times }
        }
    }
}

extension LatencyDistribution {
    /// The sum of so many independent ones; a fraction is the chance of one more, and below 0 or NaN counts as 0.
    package func repeated(_ times: Double) -> LatencyDistribution {
        // Nothing does a thousand dependent writes in one fsync; a figure from a file must not loop for ever.
        let times = times > 0 ? min(times, 1000) : 0
        let whole = Int(times)
        var sum = LatencyDistribution(constant: 0)
        for _ in 0..<whole { sum = sum.plus(self) }
        let rest = times - Double(whole)
        guard rest > 1e-9 else { return sum }
        return .mixture(of: [(sum, 1 - rest), (sum.plus(self), rest)]) ?? sum
    }
}
