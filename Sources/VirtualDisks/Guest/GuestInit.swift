import Benchmarking
import CLinuxShims
import FoundationEssentials
import Glibc
import IOEngines
import ResultStore
import Statistics
import Units
import Workloads

/// tbench as the init of a guest: brings the disks up, takes the turns, reports, powers off.
///
/// Nothing else runs in the guest. What goes wrong is said on the second serial port, and what cannot be said there goes
/// to the console; the host's watchdog ends a guest that says nothing.
package enum GuestInit {
    /// The argument by which the kernel is told to start it.
    package static let argument = "vm-guest"

    /// Whether this process is the init of such a guest.
    package static func isWanted(_ arguments: [String]) -> Bool {
        getpid() == 1 && arguments.contains(argument)
    }

    /// Does it all; never returns.
    package static func main() -> Never {
        mountFilesystems()
        loadModules()
        let report = GuestReport()
        if let plan = plan() {
            run(plan, report)
        } else {
            report.send(GuestMessage(.failed, text: "the guest's plan cannot be read"))
        }
        report.send(GuestMessage(.end))
        report.drain()
        sync()
        _ = tbench_power_off()
        while true { sleep(1) }
    }

    private static func mountFilesystems() {
        for (type, point) in [("proc", "/proc"), ("sysfs", "/sys"), ("devtmpfs", "/dev")] {
            mkdir(point, 0o755)
            if tbench_mount_plain(type, point) != 0 {
                complain("mount \(point): \(ErrnoName.of(errno))")
            }
        }
        mkdir("/tmp", 0o700)
    }

    /// Loads what the host packed, in the order of the names; one that is built in after all is no failure.
    private static func loadModules() {
        for number in 0..<256 {
            let stem = "\(GuestPlan.modules)/\(number)"
            for (name, isCompressed) in [(stem, false), ("\(stem).z", true)] {
                let file = open(name, O_RDONLY | O_CLOEXEC)
                guard file >= 0 else { continue }
                if tbench_load_module(file, isCompressed ? 1 : 0) != 0, errno != EEXIST {
                    complain("module \(number): \(ErrnoName.of(errno))")
                }
                close(file)
            }
        }
    }

    private static func plan() -> GuestPlan? {
        guard let bytes = SmallFile.bytes(GuestPlan.path, from: 0, atMost: 1 << 20) else {
            return nil
        }
        return try? JSONDecoder().decode(GuestPlan.self, from: Data(bytes))
    }

    private static func run(_ plan: GuestPlan, _ report: GuestReport) {
        var hello = GuestMessage(.hello)
        hello.facts = ["kernel": SmallFile.text("/proc/sys/kernel/osrelease").map(trimmed) ?? ""]
        report.send(hello)
        let names = GuestDisks.find(plan)
        var lanes: [(cell: Int, lane: EtcdLane, file: FileDisk)] = []
        for disk in plan.disks {
            guard let name = names[disk.cell] else {
                report.send(
                    GuestMessage(
                        .failed,
                        cell: disk.cell,
                        text: "the guest found no disk of \(disk.sectors) sectors"
                    )
                )
                continue
            }
            do {
                let (lane, file) = try lane(name, disk, plan)
                lanes.append((disk.cell, lane, file))
                var seen = GuestMessage(.hello, cell: disk.cell)
                seen.facts = GuestDisks.facts(name)
                report.send(seen)
            } catch {
                report.send(GuestMessage(.failed, cell: disk.cell, text: "\(error)"))
            }
        }
        takeTurns(plan, lanes, report)
        for entry in lanes { _ = entry.lane.stop(runStart: 0) }
    }

    private static func lane(
        _ name: String,
        _ disk: GuestPlan.Disk,
        _ plan: GuestPlan
    ) throws -> (EtcdLane, FileDisk) {
        let file = try FileDisk(path: "/dev/\(name)")
        let region = Region(
            fileDescriptor: file.descriptor,
            path: "/dev/\(name)",
            offset: 0,
            // The odd sectors that tell disks apart are left alone.
            byteCount: disk.sectors * 512 / 65536 * 65536
        )
        let lane = try EtcdLane(
            place: .region(region),
            options: EtcdOptions(transport: .memory, engine: .sync, seed: plan.seed),
            omitsSyncs: false,
            cancellation: Cancellation()
        )
        return (lane, file)
    }

    private static func takeTurns(
        _ plan: GuestPlan,
        _ lanes: [(cell: Int, lane: EtcdLane, file: FileDisk)],
        _ report: GuestReport
    ) {
        let load = EtcdLoad.named(plan.load) ?? .medium
        var failed: Set<Int> = []
        for round in 0..<plan.rounds {
            for index in MatrixSettings.order(of: lanes.count, round: round) {
                let (cell, lane, _) = lanes[index]
                guard !failed.contains(cell) else { continue }
                do throws(BenchmarkError) {
                    guard
                        let turn = try lane.turn(
                            load: load,
                            warmUpNanoseconds: plan.warmUpNanoseconds,
                            roundNanoseconds: plan.roundNanoseconds
                        )
                    else { continue }
                    var message = GuestMessage(.turn, cell: cell, round: round)
                    message.record = RoundRecord(turn)
                    message.counters = turn.counters
                    report.send(message)
                } catch {
                    failed.insert(cell)
                    report.send(GuestMessage(.failed, cell: cell, text: error.description))
                }
            }
        }
    }

    static func trimmed(_ text: String) -> String {
        String(text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }

    /// To the console, which the host keeps for a guest that fails.
    static func complain(_ text: String) {
        let bytes = Array("tbench guest: \(text)\n".utf8)
        _ = bytes.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
    }
}

extension RoundRecord {
    /// A turn as it stands in a record.
    init(_ turn: EtcdLane.Turn) {
        self.init(
            durationNs: turn.nanoseconds,
            latency: turn.latency.reduce(into: [:]) {
                $0[$1.key.rawValue] = SparseHistogram($1.value)
            }
        )
    }
}

/// The guest's second serial port.
final class GuestReport {
    private let port: Int32
    private let line = GuestLine()

    init() {
        port = open("/dev/ttyS1", O_WRONLY | O_NOCTTY | O_CLOEXEC)
        if port < 0 { GuestInit.complain("no second serial port: \(ErrnoName.of(errno))") }
    }

    deinit { if port >= 0 { close(port) } }

    func send(_ message: GuestMessage) {
        guard let text = line.encode(message) else { return }
        let bytes = Array("\(text)\n".utf8)
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                write(port, buffer.baseAddress.map { $0 + done }, bytes.count - done)
            }
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return }
            done += count
        }
    }

    /// Waits until the port has sent everything.
    func drain() { tcdrain(port) }
}
