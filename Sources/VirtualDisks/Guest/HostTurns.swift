import Benchmarking
import IOEngines
import ResultStore
import Units
import Workloads

/// The disks of a guest that stands still, measured from the host: the same QEMU, the same nodes, the same images.
///
/// QEMU itself exports each disk over NBD, so that the format, the cache mode and what is cached are those the guest has; only
/// the guest is left out. What NBD takes by itself is seen on the null device.
final class HostTurns {
    /// One turn of the host's on a cell's disk.
    struct Turn {
        var cell: Int
        var record: RoundRecord
    }

    private let lanes: [(cell: Int, lane: EtcdLane)]
    private let settings: MatrixSettings
    private var done = 0

    /// Exports the disks and starts an etcd member on each.
    ///
    /// - Parameters:
    ///   - disks: those that were written before, and null devices; fresh images have no second first touch.
    ///   - monitor: QEMU's QMP socket.
    ///   - socket: where the exports listen; a path of at most 107 bytes, because QEMU opens it.
    ///   - settings: the load and the lengths of turns.
    ///   - cancellation: the user's wish to end early.
    /// - Throws: `VirtualDiskError` where this QEMU cannot export them.
    init(
        _ disks: [VirtualMachineOptions.Disk],
        monitor: String,
        socket: String,
        settings: MatrixSettings,
        cancellation: Cancellation
    ) throws(VirtualDiskError) {
        guard socket.utf8.count <= 107 else {
            throw VirtualDiskError(
                operation: "export",
                subject: socket,
                reason: "the directory's name is too long for a socket of QEMU's",
                hint: "name a directory with a shorter path"
            )
        }
        var client = try QMPClient.connect(to: monitor, answerSeconds: 30)
        try client.startNBDServer(at: socket)
        var lanes: [(cell: Int, lane: EtcdLane)] = []
        do throws(VirtualDiskError) {
            for disk in disks {
                let name = "host\(disk.cell)"
                let isWriteThrough = disk.combination.cache.isWriteThrough
                try client.addExport(name, of: "format\(disk.cell)", isWriteThrough: isWriteThrough)
                let lane = try Self.lane(disk, name, socket, settings, cancellation)
                lanes.append((disk.cell, lane))
            }
        } catch {
            // A member's threads do not end by themselves.
            for entry in lanes { _ = entry.lane.stop(runStart: 0) }
            throw error
        }
        self.lanes = lanes
        self.settings = settings
    }

    private static func lane(
        _ disk: VirtualMachineOptions.Disk,
        _ name: String,
        _ socket: String,
        _ settings: MatrixSettings,
        _ cancellation: Cancellation
    ) throws(VirtualDiskError) -> EtcdLane {
        let region = Region(
            fileDescriptor: -1,
            path: socket,
            offset: 0,
            // The guest's own part of it.
            byteCount: disk.byteCount / 65536 * 65536
        )
        do throws(BenchmarkError) {
            return try EtcdLane(
                place: .export(socket: socket, name: name, region),
                options: EtcdOptions(transport: .memory, engine: .sync, seed: settings.seed),
                omitsSyncs: disk.combination.cache.isWriteThrough,
                cancellation: cancellation
            )
        } catch {
            throw VirtualDiskError(error)
        }
    }

    /// Whether a disk has a host's side: a fresh image is not fresh a second time.
    static func isPossible(_ combination: DiskCombination) -> Bool {
        [.raw, .qcow2, .null].contains(combination.format)
    }

    /// One turn on each disk, in the order that the guest has in the same round.
    func round() throws(VirtualDiskError) -> [Turn] {
        var turns: [Turn] = []
        for index in MatrixSettings.order(of: lanes.count, round: done) {
            let (cell, lane) = lanes[index]
            do throws(BenchmarkError) {
                guard
                    let turn = try lane.turn(
                        load: settings.load,
                        warmUpNanoseconds: settings.warmUpNanoseconds,
                        roundNanoseconds: settings.roundNanoseconds
                    )
                else { return turns }
                turns.append(Turn(cell: cell, record: RoundRecord(turn)))
            } catch {
                throw VirtualDiskError(error)
            }
        }
        done += 1
        return turns
    }

    /// Ends the members.
    func stop() {
        for entry in lanes { _ = entry.lane.stop(runStart: 0) }
    }
}
