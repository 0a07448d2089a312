/// Where a series of runs changes its level, by E-divisive with a Welch test.
///
/// The split of a window that maximises the energy distance of its two sides is a candidate; Welch's test
/// decides instead of permutations, so that the same series always gives the same answer. Splits are first
/// taken generously and then the weakest removed until each passes by itself: a split that looks weak in a long
/// window may be strong between its neighbours.
/// - Source: Matteson and James (2014) for the energy statistic; Apache Otava (hunter), docs/MATH.md, for the
///   test, the window and the two passes.
package enum ChangePoints {
    /// What counts as a change.
    package struct Settings: Sendable, Equatable {
        /// Welch's two-sided probability must be below this.
        package var probability = 0.001
        /// Values compared at once.
        package var window = 50
        /// Values on each side of a split at least.
        package var leastValues = 4
        /// The difference of the two means at least, in the unit of the values.
        package var leastDifference = 0.0

        package init() {}
    }

    /// One change.
    package struct Point: Sendable, Equatable {
        /// The first value of the new level.
        package var index: Int
        /// The means up to the neighbouring changes.
        package var before: Double
        package var after: Double
        package var probability: Double
    }

    /// Looks for changes of level.
    ///
    /// - Parameters:
    ///   - values: in time order, finite, usually logarithms.
    ///   - settings: what counts as a change.
    /// - Returns: in order; none for fewer than twice `leastValues` values.
    /// - Complexity: O(n × window) for the search.
    package static func find(in values: [Double], _ settings: Settings = Settings()) -> [Point] {
        guard values.allSatisfy(\.isFinite) else { return [] }
        var candidates: [Int] = []
        var start = 0
        let window = max(2 * settings.leastValues, settings.window)
        while start < values.count {
            let end = min(start + window, values.count)
            var found: [Int] = []
            split(values, start..<end, settings, &found)
            candidates += found
            if end == values.count { break }
            // A change that was found ends the old level: the next window begins there.
            start = max(found.max() ?? 0, start + window / 2)
        }
        return strict(values, Set(candidates).sorted(), settings)
    }

    /// Splits a range where its two sides differ most, as long as they differ at all.
    private static func split(
        _ values: [Double],
        _ range: Range<Int>,
        _ settings: Settings,
        _ found: inout [Int]
    ) {
        guard let index = best(values, range, settings.leastValues) else { return }
        let test = WelchTest(
            Array(values[range.lowerBound..<index]),
            Array(values[index..<range.upperBound])
        )
        // Ten times as generous as the final test.
        guard let test, test.probability < min(1, settings.probability * 10) else { return }
        found.append(index)
        split(values, range.lowerBound..<index, settings, &found)
        split(values, index..<range.upperBound, settings, &found)
    }

    /// The split with the largest (mn/(m+n))·(2·E|X−Y| − E|X−X'| − E|Y−Y'|); nil where the range is too short.
    private static func best(_ values: [Double], _ range: Range<Int>, _ least: Int) -> Int? {
        let count = range.count
        let least = max(2, least)
        guard count >= 2 * least else { return nil }
        let part = Array(values[range])
        // Sums of distances within the left side, within the right side and between them, moved value by value.
        var left = 0.0
        var right = 0.0
        var between = 0.0
        for i in 0..<count {
            for j in (i + 1)..<max(count, i + 1) { right += abs(part[i] - part[j]) }
        }
        var result: (index: Int, energy: Double)?
        for moved in 0..<(count - least) {
            var toLeft = 0.0
            var toRight = 0.0
            for other in 0..<moved { toLeft += abs(part[moved] - part[other]) }
            for other in (moved + 1)..<count { toRight += abs(part[moved] - part[other]) }
            left += toLeft
            right -= toRight
            between += toRight - toLeft
            let m = Double(moved + 1)
            let n = Double(count - moved - 1)
            guard moved + 1 >= least else { continue }
            let energy =
                m * n / (m + n)
                * (2 * between / (m * n) - 2 * left / (m * (m - 1)) - 2 * right / (n * (n - 1)))
            if energy > result?.energy ?? -.infinity {
                result = (range.lowerBound + moved + 1, energy)
            }
        }
        return result?.index
    }

    /// Removes the weakest change until each is significant and large enough between its neighbours.
    private static func strict(
        _ values: [Double],
        _ candidates: [Int],
        _ settings: Settings
    ) -> [Point] {
        var indices = candidates
        while true {
            let points = points(values, indices, settings.leastValues)
            let failing = points.indices.filter { position in
                let point = points[position]
                return point.probability >= settings.probability
                    || abs(point.after - point.before) < settings.leastDifference
            }
            guard let weakest = failing.max(by: { points[$0].probability < points[$1].probability })
            else { return points }
            indices.remove(at: weakest)
        }
    }

    /// The changes with their means; one that has too few values on a side has probability 1.
    private static func points(
        _ values: [Double],
        _ indices: [Int],
        _ least: Int
    ) -> [Point] {
        indices.enumerated().map { position, index in
            let start = position > 0 ? indices[position - 1] : 0
            let end = position + 1 < indices.count ? indices[position + 1] : values.count
            let before = Array(values[start..<index])
            let after = Array(values[index..<end])
            let isLongEnough = min(before.count, after.count) >= least
            return Point(
                index: index,
                before: before.reduce(0, +) / Double(before.count),
                after: after.reduce(0, +) / Double(after.count),
                probability: isLongEnough ? WelchTest(before, after)?.probability ?? 1 : 1
            )
        }
    }
}
