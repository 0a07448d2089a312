import ArgumentTable
import Benchmarking
import IOEngines
import Replication
import TargetSafety
import Units

/// `tbench serve`: an agent until it is told to end.
struct ServeCommand {
    private let command: ParsedCommand
    private let console: Console

    init(_ command: ParsedCommand, console: Console) {
        self.command = command
        self.console = console
    }

    func run() throws -> ExitCode {
        let endpoint = try listening(command.string("listen") ?? "127.0.0.1")
        let token = try command.string("token-file").map { try AccessToken.read($0) }
        let target = try TargetResolver.resolve(command.positional("directory") ?? ".")
        guard target.kind == .directory else {
            throw CommandError(
                operation: "serve",
                subject: target.path,
                reason: "\(target.path) is no directory, and an agent's volumes are files in one",
                hint: "name a directory on the disk that would hold replicas",
                exitCode: .missing
            )
        }
        let signals = SignalWatch(console: console)
        try signals.start()
        for warning in try Leftovers.remove(target.realPath) {
            console.message("tbench: \(warning.text)\n")
        }
        // Each volume is checked against the free space when somebody asks for it.
        let scratch = try ScratchDirectory.create(in: target.realPath, needing: 1 << 20)
        let console = console
        let agent = try ReplicaAgent(
            at: endpoint,
            token: token,
            directory: scratch.path,
            limits: limits
        ) { console.message("tbench: \($0)\n") }
        try agent.start()
        let place = Endpoint(kind: .agent, host: agent.host, port: agent.port)
        // Datagrams on the same port, by which a client finds the path MTU.
        let echo = try PathEcho(at: place, cookie: agent.cookie)
        try echo.start()
        console.message(
            "tbench: serving \(target.path) at \(place)\(token == nil ? ", to this machine only" : ", to who knows the token")\n"
        )
        let lifetime = command.nanoseconds("lifetime") ?? 28_800_000_000_000
        let end = MonotonicClock.now() &+ lifetime
        while !signals.cancellation.isRequested, MonotonicClock.now() < end {
            MonotonicClock.sleep(nanoseconds: 100_000_000)
        }
        echo.stop()
        agent.stop()
        try scratch.remove()
        let number = signals.cancellation.signalNumber
        return number == 0 ? .success : .signal(number)
    }

    /// An address to listen at; its port may be 0, which no client could connect to.
    private func listening(_ text: String) throws -> Endpoint {
        if text.hasSuffix(":0") {
            return try Endpoint(String(text.dropLast(2))).withPort(0)
        }
        let endpoint = try Endpoint(text)
        guard endpoint.kind == .agent else {
            throw CommandError(
                operation: "serve",
                subject: text,
                reason: "an agent listens at an address and a port, not at \(text)",
                hint: "for example --listen 10.0.0.2:\(Endpoint.defaultPort)"
            )
        }
        return endpoint
    }

    private var limits: AgentLimits {
        var limits = AgentLimits()
        if let size = command.bytes("max-size") { limits.volumeBytes = size }
        if let sessions = command.integer("max-sessions") { limits.sessions = sessions }
        if let idle = command.nanoseconds("idle-timeout") { limits.idleNanoseconds = idle }
        if let delay = command.nanoseconds("delay") { limits.delayNanoseconds = delay }
        return limits
    }
}
