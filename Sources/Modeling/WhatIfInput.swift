import ResultStore

/// Terms while they are being changed.
struct WhatIfInput {
    var input: ModelInput
    let options: ModelOptions
    var notes: [String] = []

    init(input: ModelInput, options: ModelOptions) {
        self.input = input
        self.options = options
    }

    mutating func apply(_ setting: Setting) throws(ModelError) {
        let source = "--set \(setting.text)"
        switch setting.action {
        case .roundTrip(let time, let name):
            let wired = try chosen(name, setting).filter { input.replicas[$0].isWired }
            for index in wired { setRoundTrip(index, time, source) }
            if wired.isEmpty {
                notes.append("\(source) changes nothing: no way leads over a network.")
            }
        case .disk(let time, let name):
            for index in try chosen(name, setting) {
                changeDisk(index) { $0.withMedian(time, source: source) }
                if input.replicas[index].disk[.write] == nil {
                    let role = TermRole(.disk, input.replicas[index].name)
                    input.replicas[index].disk[.write] = Component(
                        role,
                        constant: time,
                        source: source
                    )
                }
            }
            recount()
        case .diskOf(let record, let label, let name):
            let other = try ModelInput.read(ModelInput.Files(any: [record]))
            guard let disk = other.replicas.first(where: { $0.disk[.write] != nil }) else {
                throw .lacks(
                    "write to a disk, 4 KiB, one at a time",
                    record.file,
                    "tbench longhorn TARGET -o DIR"
                )
            }
            for index in try chosen(name, setting) {
                takeDisk(index, from: disk, source: "--set \(label)")
            }
            recount()
        case .engine(let time):
            input.engine = Component(TermRole(.engine), constant: time, source: source)
        case .filesystem(let time):
            input.filesystem = Component(TermRole(.filesystem), constant: time, source: source)
        case .link(let speed): setLink(speed, source)
        case .replicas(let count): setCount(count, source)
        case .dependentWrites(let count):
            input.dependentWrites = DependentWrites(
                count: count,
                name: "as set",
                provenance: .assumed,
                source: source
            )
        }
    }

    /// The replicas that a setting is about.
    private func chosen(_ name: String?, _ setting: Setting) throws(ModelError) -> [Int] {
        guard let name else { return Array(input.replicas.indices) }
        let found = input.replicas.indices.filter { index in
            input.replicas[index].name == name || input.replicas[index].name.hasPrefix("\(name) (")
        }
        guard !found.isEmpty else {
            throw .setting(
                setting.text,
                "there is no replica '\(name)'",
                "one of \(input.replicas.map(\.name).joined(separator: ", "))"
            )
        }
        return found
    }

    private mutating func setRoundTrip(_ index: Int, _ time: Double, _ source: String) {
        let role = TermRole(.network, input.replicas[index].name)
        guard let write = input.replicas[index].exchange[.write] else {
            input.replicas[index].exchange[.write] = Component(role, constant: time, source: source)
            return
        }
        let median = write.distribution.quantile(0.5)
        // Other sizes, and the way to a busy volume, keep their distance from the small write alone.
        func changed(_ trip: Component) -> Component {
            let own = trip.distribution.quantile(0.5)
            return trip.withMedian(
                time + max(0, own - median),
                source: source,
                isAdding: true
            )
        }
        input.replicas[index].exchange = input.replicas[index].exchange.mapValues(changed)
        if let busy = input.replicas[index].busy {
            input.replicas[index].busy?.exchange = busy.exchange.mapValues(changed)
        }
    }

    private mutating func changeDisk(_ index: Int, _ change: (Component) -> Component) {
        input.replicas[index].disk = input.replicas[index].disk.mapValues(change)
        if let busy = input.replicas[index].busy {
            input.replicas[index].busy?.disk = busy.disk.mapValues(change)
        }
    }

    private mutating func takeDisk(_ index: Int, from other: ReplicaTerms, source: String) {
        let name = input.replicas[index].name
        let old = input.replicas[index].disk
        // How the new disk bears company, nobody knows.
        input.replicas[index].busy?.disk = [:]
        input.replicas[index].disk = other.disk.mapValues { disk in
            var copy = disk
            copy.role = TermRole(.disk, name)
            copy.provenance = .assumed
            copy.note = "\(source): measured elsewhere, taken to be so here"
            return copy
        }
        for kind in old.keys where other.disk[kind] == nil && kind.blockBytes == 4096 {
            notes.append("\(source) has no \(kind.operation) of this size; \(name) has none now.")
        }
        input.replicas[index].others =
            input.replicas[index].others.filter { $0.point.step != .disk }
            + other.others.filter { $0.point.step == .disk }.map { series in
                var copy = series
                copy.point.replicas = [name]
                return copy
            }
    }

    /// The bytes of a write and its answer take as long as the link is slow; what else is in a round trip stays.
    private mutating func setLink(_ speed: Double, _ source: String) {
        input.linkBitsPerSecond = speed
        let perByte = 1e9 / (speed / 8 * ReplicationModel.payloadShare)
        for index in input.replicas.indices where !input.replicas[index].isLocal {
            let name = input.replicas[index].name
            let bytes = ReplicaTerms.wireBytes(4096)
            // The copies sent before are in it, at the old speed.
            input.replicas[index].busy?.exchange = [:]
            let sending = input.replicas[index].sending?.distribution.mean
            input.replicas[index].sending = Component(
                TermRole(.uplink, name),
                // The call that sends, or the link, whichever is slower.
                constant: max(sending ?? 0, perByte * bytes),
                source: source
            )
            guard let (slope, _) = ReplicaTerms.slope(input.replicas[index].exchange),
                let write = input.replicas[index].exchange[.write]
            else {
                notes.append(
                    "\(source): RTT \(name) keeps what it was measured with, because no larger round trip says what a byte costs there; 'tbench net' measures it."
                )
                continue
            }
            let median = write.distribution.quantile(0.5)
            let changed = max(median * 0.01, median + (perByte - slope) * bytes)
            input.replicas[index].exchange[.write] = write.withMedian(
                changed,
                source: source,
                isAdding: true
            )
        }
    }

    private mutating func setCount(_ count: Int, _ source: String) {
        while input.replicas.count > count { input.replicas.removeLast() }
        if input.replicas.contains(where: { $0.busy?.count ?? count != count }) {
            notes.append(
                "\(source): disks and links were measured together for another number of replicas; here they count as measured alone."
            )
        }
        guard let pattern = input.replicas.last(where: { !$0.isLocal }) ?? input.replicas.last
        else { return }
        while input.replicas.count < count {
            let name = "assumed \(input.replicas.count + 1)"
            input.replicas.append(pattern.copy(named: name, source: source))
        }
    }

    /// The revision counter goes to the same disk.
    private mutating func recount() { input.apply(options) }
}

extension ReplicaTerms {
    /// Another replica that is like this one, as an assumption.
    fileprivate func copy(named name: String, source: String) -> ReplicaTerms {
        func assumed(_ component: Component) -> Component {
            var copy = component
            copy.role.replica = name
            copy.provenance = .assumed
            copy.note = "\(source): taken to be like \(self.name)"
            return copy
        }
        var copy = self
        copy.name = name
        copy.disk = disk.mapValues(assumed)
        copy.exchange = exchange.mapValues(assumed)
        copy.busy = nil
        copy.ping = ping.map(assumed)
        copy.sending = sending.map(assumed)
        if let counter = revisionCounter {
            copy.revisionCounter = RevisionCounter(
                write: assumed(counter.write),
                isSerial: counter.isSerial
            )
        }
        return copy
    }
}
