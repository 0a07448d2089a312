import ResultStore
import Statistics
import Units

/// Chooses among the cells that keep flushed data: the fastest, or what is as good and simpler.
struct MatrixChoice {
    let cells: [MatrixRating.Cell]
    let rows: [MatrixRow]
    /// What the cells were compared by.
    let quantile: Double

    /// What to take, with the lines to paste; nil where no safe cell was measured.
    var recommendation: MatrixRecommendation? {
        let candidates = cells.indices.filter { index in
            let combination = cells[index].combination
            return combination.format != .null && combination.format != .qcow2Overlay
                && combination.format != .qcow2Sparse
                && CombinationDurability.isSafe(combination)
                && rows[index].failure == nil && !rows[index].isEmulated && time(index) != nil
        }
        guard let fastest = candidates.min(by: { time($0) ?? 0 < time($1) ?? 0 }) else {
            return nil
        }
        // What cannot be told from the fastest by a relevant difference is as good, and the plainer one is better.
        let equals = candidates.filter { isAsGood($0, as: fastest) }
        let best = equals.min { preference($0) < preference($1) } ?? fastest
        let combination = cells[best].combination
        return MatrixRecommendation(
            cell: combination.name,
            sentence: sentence(best, fastest: fastest, among: candidates),
            config: Self.config(combination)
        )
    }

    private func time(_ index: Int) -> Double? {
        let row = rows[index]
        let figure =
            quantile == 0.5
            ? row.commitP50Ns : quantile == 0.9 ? row.commitP90Ns : row.commitP99Ns
        return figure?.value
    }

    private func isAsGood(_ index: Int, as fastest: Int) -> Bool {
        guard index != fastest, let one = cells[fastest].record?.verdictPhase,
            let other = cells[index].record?.verdictPhase
        else { return index == fastest }
        let threshold =
            quantile == 0.5 ? MatrixRating.relevantMedian : MatrixRating.relevantTail
        let change = PairedBootstrap(
            reference: one.snapshots(of: [one.headline]),
            candidate: other.snapshots(of: [one.headline]),
            resamples: 400
        ).change(quantile: quantile, threshold: threshold)
        switch change.verdict {
        case .unchanged, .lower: return true
        case .higher: return false
        // Too unsteady to tell: the plainer one has the benefit of the doubt, within reason.
        case .inconclusive: return change.ratio <= 1.25
        }
    }

    /// Lower is plainer: raw before qcow2, none before what uses the host's memory or flushes each write.
    private func preference(_ index: Int) -> Int {
        let combination = cells[index].combination
        let format = combination.format == .raw ? 0 : 10
        let cache =
            switch combination.cache {
            case .none: 0
            case .writeback: 1
            case .directsync: 2
            case .writethrough: 3
            case .unsafe: 9
            }
        let aio =
            switch combination.aio {
            case .ioUring: 0
            case .native: 1
            case .threads: 2
            }
        return format * 10 + cache * 10 + aio
    }

    private func sentence(_ best: Int, fastest: Int, among candidates: [Int]) -> String {
        let name = cells[best].combination.name
        let figure = MatrixRating.title(quantile, of: rows[best].operation ?? "commit")
        let value = QuantityText.duration(nanoseconds: time(best) ?? 0)
        if candidates.count == 1 {
            return "\(name): its \(figure) is \(value), and no other here keeps flushed data"
        }
        if best == fastest {
            return
                "\(name): its \(figure) is \(value), and nothing that keeps flushed data is faster"
        }
        return
            "\(name): its \(figure) is \(value), and \(cells[fastest].combination.name) is not relevantly faster, as far as these turns can tell"
    }

    /// What stands in the configuration of a Proxmox guest.
    ///
    /// - Source: Proxmox qm(1), "scsi[n]": cache, aio, iothread, discard, ssd; iothread needs virtio-scsi-single.
    static func config(_ combination: DiskCombination) -> [String] {
        let volume =
            combination.format == .raw
            ? "STORAGE:vm-VMID-disk-0" : "STORAGE:VMID/vm-VMID-disk-0.qcow2"
        let options =
            "\(volume),cache=\(combination.cache.rawValue),aio=\(combination.aio.rawValue)"
        switch combination.controller {
        case .virtioBlk:
            let thread = combination.hasIOThread ? ",iothread=1" : ""
            return ["virtio0: \(options)\(thread),discard=on"]
        case .sata: return ["sata0: \(options),discard=on,ssd=1"]
        case .ide: return ["ide0: \(options),discard=on,ssd=1"]
        case .virtioSCSI:
            return ["scsihw: virtio-scsi-pci", "scsi0: \(options),discard=on,ssd=1"]
        case .virtioSCSISingle, nil:
            let thread =
                combination.hasIOThread || combination.controller == nil ? ",iothread=1" : ""
            return ["scsihw: virtio-scsi-single", "scsi0: \(options)\(thread),discard=on,ssd=1"]
        }
    }
}
