/// Every node with every other, in rounds in which no node has two partners, so that links do not disturb each other.
///
/// The circle method: one node stays, the others move on by one place a round, and opposite places are partners. An even number of
/// nodes needs one round fewer than it has nodes; an odd one as many rounds as nodes, because one of them rests each time.
/// - Source: Kirkman 1847; "round-robin tournament", circle method.
package enum PairSchedule {
    /// The pairs of each round.
    ///
    /// - Parameters:
    ///   - count: nodes, at least 0.
    ///   - most: rounds at most; the first ones already spread partners evenly.
    /// - Returns: indices below `count`, the smaller first; none for fewer than two nodes.
    /// - Complexity: O(rounds × count).
    package static func rounds(_ count: Int, most: Int = .max) -> [[(Int, Int)]] {
        guard count >= 2 else { return [] }
        let places = count + count % 2
        return (0..<max(0, min(most, places - 1))).map { round in
            (0..<places / 2).compactMap { place -> (Int, Int)? in
                // Place 0 holds the node that stays; the others stand in a circle of places - 1.
                let one = place == 0 ? places - 1 : (round + place) % (places - 1)
                let other = (round + places - 1 - place) % (places - 1)
                guard one < count, other < count else { return nil }
                return (min(one, other), max(one, other))
            }
        }
    }
}
