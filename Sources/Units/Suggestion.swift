/// "Did you mean": the known word that looks most like the one typed.
package enum Suggestion {
    /// The nearest candidate, or nil where none is near enough.
    ///
    /// Near is fewer than 4 edits and fewer than half of the longer word; failing that, the one candidate that the text begins.
    /// - Complexity: O(candidates × length²), with texts longer than 64 characters left alone.
    /// - Source: 4 is swift-argument-parser's floor; the half keeps it from suggesting "xfs" for "zzz".
    package static func nearest(to text: String, among candidates: [String]) -> String? {
        guard text.utf8.count <= 256 else { return nil }
        let typed = Array(text.lowercased())
        guard typed.count <= 64 else { return nil }
        var best: (candidate: String, edits: Int)?
        for candidate in candidates {
            let known = Array(candidate.lowercased())
            let edits = edits(from: typed, to: known)
            guard edits < 4, edits * 2 < max(typed.count, known.count) else { continue }
            if edits < best?.edits ?? .max { best = (candidate, edits) }
        }
        if let best { return best.candidate }
        let begun = candidates.filter { $0.hasPrefix(text) }
        return text.utf8.count >= 3 && begun.count == 1 ? begun.first : nil
    }

    /// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other.
    ///
    /// - Source: optimal string alignment; the swap makes "ectd" one edit from "etcd".
    static func edits(from first: [Character], to second: [Character]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...second.count)
        for row in 0..<first.count {
            var current = [row + 1]
            for column in 0..<second.count {
                let replaced = last[column] + (first[row] == second[column] ? 0 : 1)
                var least = min(replaced, last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, first[row] == second[column - 1],
                    first[row - 1] == second[column]
                {
                    least = min(least, beforeLast[column - 1] + 1)
                }
                current.append(least)
            }
            (beforeLast, last) = (last, current)
        }
        return last[second.count]
    }
}
