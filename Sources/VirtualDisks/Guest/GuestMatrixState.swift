import ResultStore
import Units
import Workloads

/// What has come out of a guest so far.
struct GuestMatrixState {
    let combinations: [DiskCombination]
    var failures: [Int: String] = [:]
    /// Of the guest as a whole: accelerator, machine, kernel.
    var tags: [String: String] = [:]
    /// Lines that were not what their checksum says.
    var damaged = 0
    /// What a reader has to know of the run as a whole.
    var notes: [String] = []
    /// Whether the host takes as many turns as the guest.
    var hasHostSide = false
    private(set) var hasBegun = false
    private(set) var hasEnded = false
    private var cellTags: [Int: [String: String]] = [:]
    private var rounds: [Int: [RoundRecord]] = [:]
    private var hostRounds: [Int: [RoundRecord]] = [:]
    private var counters: [Int: [String: Double]] = [:]
    private var firstStatistics: [Int: BlockStatistics.Counters] = [:]
    private var lastStatistics: [Int: BlockStatistics.Counters] = [:]
    private var turnsTaken = 0

    init(combinations: [DiskCombination]) {
        self.combinations = combinations
    }

    /// Takes one message in; what it means to somebody who watches.
    mutating func take(
        _ message: GuestMessage,
        _ settings: MatrixSettings,
        _ disks: Int
    ) -> [MatrixEvent] {
        guard message.cell.map(combinations.indices.contains) ?? true else { return [] }
        switch message.kind {
        case .hello:
            hasBegun = true
            if let cell = message.cell {
                cellTags[cell] = message.facts
            } else {
                tags["guest_kernel"] = message.facts?["kernel"]
            }
            return []
        case .failed:
            let text = message.text ?? "the guest does not say why"
            guard let cell = message.cell else {
                for cell in combinations.indices where failures[cell] == nil {
                    failures[cell] = text
                }
                return []
            }
            failures[cell] = text
            return [.failed(cell, text)]
        case .turn:
            guard let cell = message.cell, let record = message.record else { return [] }
            turnsTaken += 1
            rounds[cell, default: []].append(record)
            counters[cell, default: [:]].merge(message.counters ?? [:]) { $0 + $1 }
            let turns = max(0, disks * settings.maximumRounds - turnsTaken)
            let left = hasHostSide ? 2 * turns : turns
            return [
                .turn(
                    cell,
                    round: message.round ?? 0,
                    remainingNanoseconds: UInt64(left) * settings.turnNanoseconds,
                    phase: phase(cell, settings, reason: nil)
                )
            ]
        case .end:
            hasEnded = true
            return []
        }
    }

    /// Rounds that every disk which still can has behind it.
    var guestRounds: Int {
        combinations.indices.filter { failures[$0] == nil }.map { rounds[$0]?.count ?? 0 }.min()
            ?? 0
    }

    /// Takes a turn of the host's in.
    mutating func take(_ turn: HostTurns.Turn) {
        hostRounds[turn.cell, default: []].append(turn.record)
    }

    /// The host's turns on a cell's disk; nil where there were none.
    private func hostPhase(_ cell: Int, _ settings: MatrixSettings) -> PhaseRecord? {
        guard let rounds = hostRounds[cell], !rounds.isEmpty else { return nil }
        return PhaseRecord(
            name: "\(settings.load.name) on the host",
            kind: PhaseRecord.hostKind,
            offeredPerSecond: settings.load.ratePerSecond,
            startSeconds: 0,
            rounds: rounds
        )
    }

    /// Adds what was counted beside the guest.
    mutating func add(_ more: [String: Double], to cell: Int) {
        counters[cell, default: [:]].merge(more) { $1 }
    }

    /// Keeps what QEMU has counted, by the cell of its uppermost node.
    mutating func note(_ statistics: [BlockStatistics]) {
        for entry in statistics {
            guard let name = entry.nodeName, name.hasPrefix("format"),
                let cell = Int(name.dropFirst(6)), combinations.indices.contains(cell)
            else { continue }
            if firstStatistics[cell] == nil { firstStatistics[cell] = entry.stats }
            lastStatistics[cell] = entry.stats
        }
    }

    private func phase(
        _ cell: Int,
        _ settings: MatrixSettings,
        reason: String?
    ) -> PhaseRecord {
        var all = counters[cell] ?? [:]
        if let first = firstStatistics[cell], let last = lastStatistics[cell] {
            all["qemu_writes"] = Double(last.wr_operations &- first.wr_operations)
            all["qemu_write_ns"] = Double(last.wr_total_time_ns &- first.wr_total_time_ns)
            all["qemu_flushes"] = Double(last.flush_operations &- first.flush_operations)
            all["qemu_flush_ns"] = Double(last.flush_total_time_ns &- first.flush_total_time_ns)
        }
        return PhaseRecord(
            name: settings.load.name,
            kind: "verdict",
            offeredPerSecond: settings.load.ratePerSecond,
            startSeconds: 0,
            rounds: rounds[cell] ?? [],
            counters: all,
            stopReason: reason
        )
    }

    /// What was measured, in the order of the settings.
    func outcome(
        _ settings: MatrixSettings,
        runStart: UInt64,
        reason: String
    ) -> MatrixRun.Outcome {
        MatrixRun.Outcome(
            cells: combinations.indices.map { cell in
                let phase = phase(cell, settings, reason: reason)
                return MatrixCellOutcome(
                    combination: combinations[cell],
                    phase: phase.rounds.isEmpty ? nil : phase,
                    host: hostPhase(cell, settings),
                    failure: failures[cell]
                        ?? (phase.rounds.isEmpty
                            ? "not measured: the run ended before its turn" : nil),
                    tags: tags.merging(cellTags[cell] ?? [:]) { whole, _ in whole }
                )
            },
            stopReason: reason
        )
    }
}
