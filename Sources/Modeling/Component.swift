/// Which part of the formula a latency is, and whose.
package struct TermRole: Sendable, Hashable {
    /// The parts of `L_total ≈ L_virt + L_fs + max_r(RTT_r + L_io_r)`.
    package enum Part: String, Sendable, Hashable, CaseIterable {
        /// L_virt: the engine and the front end.
        case engine
        /// L_fs.
        case filesystem
        /// What the copies sent before this one cost it.
        case uplink
        /// RTT_r.
        case network
        /// L_io_r.
        case disk
    }

    package var part: Part
    /// The replica it belongs to; nil for what all of them share.
    package var replica: String?

    package init(_ part: Part, _ replica: String? = nil) {
        self.part = part
        self.replica = replica
    }
}

/// One latency on the way of a request: measured, or set by somebody.
package struct Component: Sendable, Equatable {
    /// Where its values come from.
    package enum Content: Sendable, Equatable {
        case measured(MeasuredSeries)
        /// Always so many nanoseconds.
        case constant(Double)
    }

    package var role: TermRole
    package var content: Content
    /// Each value counts so many times as long.
    package var factor = 1.0
    /// And so many nanoseconds longer.
    package var offset = 0.0
    package var provenance: Provenance
    /// The file and phase, or who says so.
    package var source: String
    /// What a reader must know to judge it; nil where there is nothing.
    package var note: String?
    /// The figures to show where they are not those of the values: a difference of two measurements has an interval.
    package var figures: LatencyFigures?

    /// What a phase measured.
    package init(_ role: TermRole, _ series: MeasuredSeries) {
        self.role = role
        content = .measured(series)
        provenance = .measured
        source = series.source
    }

    /// A figure that nobody measured here.
    package init(
        _ role: TermRole,
        constant nanoseconds: Double,
        provenance: Provenance = .assumed,
        source: String,
        note: String? = nil
    ) {
        self.role = role
        content = .constant(nanoseconds)
        self.provenance = provenance
        self.source = source
        self.note = note
    }

    /// The rounds behind it; nil for a constant.
    package var series: MeasuredSeries? {
        if case .measured(let series) = content { series } else { nil }
    }

    /// All rounds together.
    package var distribution: LatencyDistribution {
        switch content {
        case .constant(let nanoseconds): adjusted(LatencyDistribution(constant: nanoseconds))
        case .measured(let series):
            adjusted(LatencyDistribution(series.pooled) ?? LatencyDistribution(constant: 0))
        }
    }

    /// Equal for components that have the same values.
    var key: String {
        switch content {
        case .measured(let series): "\(series.key)|\(factor)|\(offset)"
        case .constant(let nanoseconds): "\(nanoseconds)|\(factor)|\(offset)"
        }
    }

    /// `distribution` with this component's factor and offset.
    func adjusted(_ distribution: LatencyDistribution) -> LatencyDistribution {
        distribution.scaled(by: factor).shifted(by: offset)
    }

    /// The same shape with another median, as an assumption.
    ///
    /// - Parameters:
    ///   - nanoseconds: the new median.
    ///   - source: who says so.
    ///   - isAdding: whether a longer one is every latency later by the same time, as on a longer way, and not every one so
    ///     many times as long, as on a slower disk.
    /// - Returns: a constant where there is no shape to keep.
    package func withMedian(
        _ nanoseconds: Double,
        source: String,
        isAdding: Bool = false
    ) -> Component {
        let median = distribution.quantile(0.5)
        guard median > 0, nanoseconds > 0 else {
            return Component(role, constant: nanoseconds, source: source)
        }
        var copy = self
        if isAdding, nanoseconds > median {
            copy.offset += nanoseconds - median
        } else {
            copy.factor *= nanoseconds / median
            copy.offset *= nanoseconds / median
        }
        copy.provenance = .assumed
        copy.source = source
        copy.note = "the shape is that of \(self.source)"
        return copy
    }
}
