/// One figure of a job, over a range: `iodepth=1..128`, `numjobs=1,2,4`, `rate=10%..110%`, `rate=1000..64000`.
///
/// Counts and rates double from the first to the last, which is always there; shares go in steps of 10 points.
package struct SweepPlan: Sendable, Equatable {
    /// What is changed from point to point.
    package enum Figure: String, Sendable, CaseIterable {
        case ioDepth = "iodepth"
        case numJobs = "numjobs"
        case rate
    }

    /// How many points a sweep has at most.
    package static let mostPoints = 64
    private static let forms =
        "iodepth=1..128, numjobs=1,2,4, rate=10%..110% or rate=1000..64000"

    package let figure: Figure
    /// Ascending and different; percent of the closed loop's rate where `isShare`.
    package let values: [Int]
    /// The values are percent of what the job reaches as a closed loop, which is measured first.
    package let isShare: Bool
    /// As it was written.
    package let text: String

    /// Reads a sweep from the command line.
    ///
    /// - Throws: `WorkloadError` for anything but the forms above.
    package init(_ text: String) throws(WorkloadError) {
        self.text = text
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let figure = Figure(rawValue: String(parts[0])) else {
            throw .sweep(text, "does not say which figure to change", Self.forms)
        }
        self.figure = figure
        var words = parts[1].split(separator: ",", omittingEmptySubsequences: false).map(
            String.init
        )
        isShare = words.allSatisfy { $0.hasSuffix("%") }
        if isShare, figure != .rate {
            throw .sweep(text, "has percentages, which only rate takes", Self.forms)
        }
        let isRange = words.count == 1 && words[0].contains("..")
        if isRange {
            words = words[0].split(separator: "..", omittingEmptySubsequences: false)
                .map(String.init)
            guard words.count == 2 else {
                throw .sweep(text, "has a range without two ends", Self.forms)
            }
        }
        var numbers: [Int] = []
        for word in words {
            let digits = isShare ? String(word.dropLast()) : word
            guard word.hasSuffix("%") == isShare, digits.first != "+", let number = Int(digits),
                Self.range(figure, isShare).contains(number)
            else {
                let range = Self.range(figure, isShare)
                throw .sweep(
                    text,
                    "has '\(word)', which is not a whole number from \(range.lowerBound) to \(range.upperBound)\(isShare ? " %" : "")",
                    Self.forms
                )
            }
            numbers.append(number)
        }
        guard zip(numbers, numbers.dropFirst()).allSatisfy({ $0 < $1 }) else {
            throw .sweep(text, "does not go upwards", Self.forms)
        }
        values = isRange ? Self.steps(from: numbers[0], to: numbers[1], isShare: isShare) : numbers
        guard (2...Self.mostPoints).contains(values.count) else {
            throw .sweep(
                text,
                "has \(values.count) points, and a sweep has 2 to \(Self.mostPoints)",
                Self.forms
            )
        }
    }

    private static func range(_ figure: Figure, _ isShare: Bool) -> ClosedRange<Int> {
        switch figure {
        case .ioDepth: 1...32_768
        case .numJobs: 1...1024
        case .rate: isShare ? 1...1000 : 1...1_000_000_000
        }
    }

    private static func steps(from first: Int, to last: Int, isShare: Bool) -> [Int] {
        var values: [Int] = []
        var next = first
        while next < last, values.count <= mostPoints {
            values.append(next)
            next = isShare ? next + 10 : next * 2
        }
        return values + [last]
    }

    /// A value in words: "iodepth 32", "40 %", "5000/s".
    package func label(_ value: Int) -> String {
        switch figure {
        case .ioDepth, .numJobs: "\(figure.rawValue) \(value)"
        case .rate: isShare ? "\(value) %" : "\(value)/s"
        }
    }
}
