import Benchmarking
import ResultStore
import Units

/// The host's side of a guest's turns: while it measures, the guest's processors stand still.
///
/// A guest's clock stands still with them, so that the turn which a pause falls into is not longer by it; the warm-up before
/// each round is where it falls when nothing else is wrong.
struct HostSide {
    /// Why it measures nothing, or no longer; nil while it does.
    private(set) var failure: String?
    private let disks: [VirtualMachineOptions.Disk]
    private let schedule: HostSchedule
    private let settings: MatrixSettings
    private let monitor: String
    private let socket: String
    private let cancellation: Cancellation
    private var turns: HostTurns?
    private var done = 0

    init(
        _ disks: [VirtualMachineOptions.Disk],
        settings: MatrixSettings,
        monitor: String,
        socket: String,
        cancellation: Cancellation
    ) {
        self.disks = disks.filter { HostTurns.isPossible($0.combination) }
        self.settings = settings
        self.monitor = monitor
        self.socket = socket
        self.cancellation = cancellation
        schedule = HostSchedule(rounds: settings.maximumRounds)
    }

    /// Measures what is due when the guest has ended so many rounds; nothing most of the time.
    mutating func catchUp(guestRounds: Int) -> [HostTurns.Turn] {
        let wanted = schedule.total(after: guestRounds)
        guard failure == nil, !disks.isEmpty, done < wanted else { return [] }
        var taken: [HostTurns.Turn] = []
        do throws(VirtualDiskError) {
            try pause()
            if turns == nil { turns = try start() }
            while done < wanted, let turns, !cancellation.isRequested {
                taken += try turns.round()
                done += 1
            }
        } catch {
            failure = error.description
        }
        do throws(VirtualDiskError) {
            try resume()
        } catch {
            failure = failure ?? error.description
        }
        return taken
    }

    private func start() throws(VirtualDiskError) -> HostTurns {
        try HostTurns(
            disks,
            monitor: monitor,
            socket: socket,
            settings: settings,
            cancellation: cancellation
        )
    }

    private func pause() throws(VirtualDiskError) {
        var client = try QMPClient.connect(to: monitor, answerSeconds: 30)
        try client.pause()
    }

    private func resume() throws(VirtualDiskError) {
        var client = try QMPClient.connect(to: monitor, answerSeconds: 30)
        try client.resume()
    }

    /// Ends it, before the guest's disks go.
    func stop() { turns?.stop() }
}
