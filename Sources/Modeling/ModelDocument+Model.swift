import ResultStore
import Statistics

// From the model to the document.
extension ModelDocument {
    /// - Parameters:
    ///   - model: the terms.
    ///   - whatIf: the same model with changes; nil without any.
    ///   - options: which Longhorn it is.
    package init(
        _ model: ReplicationModel,
        whatIf: WhatIf? = nil,
        options: ModelOptions = ModelOptions()
    ) {
        longhornVersion = "\(options.version.major).\(options.version.minor)"
        files = model.input.sources.map { source in
            File(
                file: source.file,
                run: source.record.run.id,
                started: source.record.run.started,
                node: source.record.host.node,
                benchmark: source.record.benchmark.name
            )
        }
        replicas = model.input.replicas.map(\.name)
        terms = model.terms.map(Line.init)
        bars = Bar.all(model)
        let found = Self.sorted(model.predictions)
        predictions = found.map(Forecast.init)
        volume = model.volumeWrite.map(Forecast.init)
        fsync = Fsync.all(model)
        limit = model.limit.map(Limiting.init)
        bounds = model.bounds.map(Ceiling.init)
        outlook = Prospect(model.outlook)
        self.whatIf = whatIf.map(Alternative.init)
        assumptions = model.input.assumptions
        let judged = (found + (model.volumeWrite.map { [$0] } ?? [])).compactMap(\.passes)
        passes = judged.isEmpty ? nil : judged.allSatisfy(\.self)
    }

    /// All replicas before one of them, small requests before large ones, writes before reads.
    private static func sorted(_ predictions: [Prediction]) -> [Prediction] {
        func rank(_ one: Prediction) -> [UInt64] {
            [
                one.subject.step == .fanOut ? 0 : 1, one.subject.blockBytes,
                one.subject.operation == "write" ? 0 : 1,
                UInt64.max - UInt64(one.subject.replicas.count),
            ]
        }
        return predictions.enumerated()
            .sorted { one, other in
                let ranks = (rank(one.element), rank(other.element))
                return ranks.0 == ranks.1
                    ? one.offset < other.offset : ranks.0.lexicographicallyPrecedes(ranks.1)
            }
            .map(\.element)
    }
}

extension ModelDocument.Value {
    /// To a hundredth of a nanosecond, which keeps the document readable.
    init(_ estimate: Estimate, scale: Double = 100) {
        func rounded(_ value: Double) -> Double { (value * scale).rounded() / scale }
        value = rounded(estimate.value)
        ci95 = estimate.interval.map { [rounded($0.low), rounded($0.high)] }
    }
}

extension ModelDocument.Figures {
    init(_ figures: LatencyFigures) {
        mean = .init(figures.mean)
        p50 = .init(figures.p50)
        p99 = figures.p99IsKnown ? .init(figures.p99) : nil
    }
}

extension ModelDocument.Line {
    init(_ term: Term) {
        name = term.name
        part = term.role.part.rawValue
        replica = term.role.replica
        figuresNs = term.figures.map(ModelDocument.Figures.init)
        provenance = term.provenance
        source = term.source.isEmpty ? nil : term.source
        note = term.note
        command = term.command
    }
}

extension ModelDocument.Bar {
    /// One for each replica, with what all of them share in front.
    static func all(_ model: ReplicationModel) -> [Self] {
        var sent: [Component] = []
        var shown: Set<String> = []
        return model.input.replicas.compactMap { replica in
            var parts = [model.input.engine, model.input.filesystem].compactMap(\.self)
            let count = model.input.replicas.count
            if replica.isWired {
                if replica.busyExchange(.write, among: count) == nil { parts += sent }
                if let sending = replica.sending { sent.append(sending) }
            }
            let way = replica.isWired ? replica.exchange(.write, among: count) : nil
            parts += [way, replica.disk(.write, among: count)].compactMap(\.self)
            if let counter = replica.revisionCounter, counter.isSerial {
                parts.append(counter.write)
            }
            guard !parts.isEmpty, shown.insert(replica.name).inserted else { return nil }
            return Self(
                replica: replica.name,
                segments: parts.map {
                    Segment(
                        part: $0.role.part.rawValue,
                        meanNs: ($0.distribution.mean * 100).rounded() / 100,
                        provenance: $0.provenance
                    )
                }
            )
        }
    }
}

extension ModelDocument.Forecast {
    init(_ prediction: Prediction) {
        step = prediction.subject.step.rawValue
        replicas = prediction.subject.replicas
        operation = prediction.subject.operation
        blockBytes = prediction.subject.blockBytes
        documentedNs = .init(prediction.documented)
        refinedNs = .init(prediction.refined)
        measuredNs = prediction.measured.map(ModelDocument.Figures.init)
        measuredSource = prediction.measuredSource
        residuals = prediction.residuals.map { residual in
            ModelDocument.Rest(
                statistic: residual.statistic,
                share: .init(residual.share, scale: 10_000),
                limit: residual.statistic.tolerance,
                passes: residual.passes,
                withinLimit: residual.isWithinTolerance
            )
        }
        missing = prediction.missing
        passes = prediction.passes
    }
}

extension ModelDocument.Fsync {
    static func all(_ model: ReplicationModel) -> [Self] {
        model.fsyncs.map { writes, prediction in
            Self(
                name: writes.name,
                dependentWrites: writes.count,
                provenance: writes.provenance,
                source: writes.source,
                forecast: .init(prediction)
            )
        }
    }
}

extension ModelDocument.Limiting {
    init(_ limit: Limit) {
        name = limit.name
        var parts: [String] = []
        for part in limit.roles.map(\.part.rawValue) where !parts.contains(part) {
            parts.append(part)
        }
        self.parts = parts
        replicas = limit.roles.compactMap(\.replica)
        share = (limit.share * 10_000).rounded() / 10_000
        totalNs = limit.total.rounded()
        withoutNs = limit.without.rounded()
    }
}

extension ModelDocument.Ceiling {
    init(_ bound: Bound) {
        figure = bound.figure
        perSecond = (bound.value * 10).rounded() / 10
        name = bound.name
        provenance = bound.provenance
        source = bound.source
    }
}

extension ModelDocument.Prospect {
    init(_ outlook: Outlook) {
        longestNs = outlook.longest?.nanoseconds
        longestSource = outlook.longest?.source
        timeoutMargin = outlook.longest.map {
            (Outlook.replicaTimeout / max($0.nanoseconds, 1) * 10).rounded() / 10
        }
        volumesPerDisk = outlook.volumesPerDisk.map { ($0.count * 10).rounded() / 10 }
        slowestDisk = outlook.volumesPerDisk?.replica
        volumesPerLink = outlook.volumesPerLink.map { ($0 * 10).rounded() / 10 }
        rebuildBytesPerSecond = outlook.rebuild?.bytesPerSecond.rounded()
        rebuildLimit = outlook.rebuild?.limit
        rebuildSecondsPer100GiB = outlook.rebuild.map {
            (100 * 1_073_741_824 / max($0.bytesPerSecond, 1)).rounded()
        }
    }
}

extension ModelDocument.Alternative {
    init(_ whatIf: WhatIf) {
        settings = whatIf.settings
        let before = whatIf.before.terms
        let after = whatIf.after.terms
        var names: [String] = []
        for name in (before + after).map(\.name) where !names.contains(name) { names.append(name) }
        terms = names.compactMap { name in
            let old = before.first { $0.name == name }
            let new = after.first { $0.name == name }
            guard old?.figures != new?.figures || old?.source != new?.source else { return nil }
            return Change(
                name: name,
                beforeMeanNs: old?.figures?.mean.value.rounded(),
                afterMeanNs: new?.figures?.mean.value.rounded(),
                provenance: new?.provenance
            )
        }
        beforeNs = whatIf.before.volumeWrite.map { .init($0.refined) }
        afterNs = whatIf.after.volumeWrite.map { .init($0.refined) }
        limit = whatIf.after.limit.map(ModelDocument.Limiting.init)
        bounds = whatIf.after.bounds.map(ModelDocument.Ceiling.init)
        fsync = ModelDocument.Fsync.all(whatIf.after)
        notes = whatIf.notes
    }
}
