import Glibc
import IOEngines
import ResultStore
import TargetSafety
import Units

/// A guest in QEMU that runs tbench as its init, watched from outside.
struct VirtualMachine: ~Copyable {
    private let process: ServiceProcess
    private let console: String
    private let results: String
    /// QEMU's QMP socket.
    let monitor: String
    private let log: String
    private var offset: Int64 = 0
    private var rest: [UInt8] = []
    private let line = GuestLine()

    /// Starts QEMU; returns before the guest says anything.
    static func start(
        _ program: String,
        _ options: VirtualMachineOptions,
        stem: String,
        listener: consuming OwnedSocket
    ) throws(VirtualDiskError) -> VirtualMachine {
        do throws(SystemCallFailure) {
            let process = try ServiceProcess.start(
                program,
                options.arguments,
                log: "\(stem).log",
                passing: listener.rawValue
            )
            return VirtualMachine(
                process: process,
                console: options.console,
                results: options.results,
                monitor: "\(stem).qmp",
                log: "\(stem).log"
            )
        } catch {
            throw .notStarted(program, error)
        }
    }

    private init(
        process: consuming ServiceProcess,
        console: String,
        results: String,
        monitor: String,
        log: String
    ) {
        self.process = process
        self.console = console
        self.results = results
        self.monitor = monitor
        self.log = log
    }

    /// Whether QEMU still runs.
    var isRunning: Bool { process.endStatus == nil }

    /// What the guest has said since the last call, and how many lines were damaged.
    mutating func messages() -> (messages: [GuestMessage], damaged: Int) {
        let bytes = SmallFile.bytes(results, from: offset, atMost: 8 << 20) ?? []
        offset += Int64(bytes.count)
        rest += bytes
        var messages: [GuestMessage] = []
        var damaged = 0
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let text = Array(rest[..<end])
            rest.removeFirst(end + 1)
            if let message = line.decode(text) {
                messages.append(message)
            } else if text.contains(where: { $0 > 32 }) {
                damaged += 1
            }
        }
        return (messages, damaged)
    }

    /// What QEMU has counted for each of its disks so far; empty where it does not say.
    func statistics() -> [BlockStatistics] {
        guard var client = try? QMPClient.connect(to: monitor) else { return [] }
        return (try? client.blockStatistics()) ?? []
    }

    /// Has QEMU keep the times of its disks' requests in bins; one that cannot goes without.
    func keepHistograms() {
        guard var client = try? QMPClient.connect(to: monitor) else { return }
        // A virtio-blk disk is not found by the name it was given, only by the path that QEMU itself says.
        for disk in (try? client.blockStatistics()) ?? [] {
            guard let path = disk.qdev else { continue }
            try? client.keepHistograms(of: path, boundaries: Self.boundaries)
        }
    }

    /// 1, 2 and 5 of each power of ten from 1 µs to 1 s.
    private static let boundaries: [UInt64] =
        [1_000, 10_000, 100_000, 1_000_000, 10_000_000]
        .flatMap { [$0, 2 * $0, 5 * $0] } + [100_000_000, 200_000_000, 500_000_000, 1_000_000_000]

    /// The last lines of the guest's console, or of QEMU itself where there are none.
    var lastWords: String {
        for path in [console, log] {
            let text = SmallFile.text(path, atMost: 4 << 20) ?? ""
            let lines = text.split(whereSeparator: \.isNewline)
                .filter { $0.contains { !$0.isWhitespace } }
            // A panic is named where it happens; what follows is a trace.
            let start = lines.firstIndex { $0.contains("Kernel panic") } ?? max(0, lines.count - 5)
            let last = lines[start...].prefix(5)
            if !last.isEmpty { return last.map(String.init).joined(separator: " | ") }
        }
        return "it said nothing"
    }

    consuming func stop() { process.stop() }
}
