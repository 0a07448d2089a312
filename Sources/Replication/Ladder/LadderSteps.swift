import Benchmarking
import IOEngines
import ResultStore
import Statistics

/// The steps of a ladder, each with the rounds it has been through.
struct LadderSteps {
    /// One step: a phase of the record in the making.
    private struct Step {
        var name: String
        var point: LadderPoint
        var operation: OperationClass
        var load: LadderPlan.Load
        /// Numbers of the replicas in `replicas`.
        var members: [Int]
        var startSeconds: UInt64 = 0
        var rounds: [RoundRecord] = []
        var counters: [String: Double] = [:]
        var nextBlock: Int64 = 0
        var isOver = false
    }

    private let plan: LadderPlan
    private let replicas: [LadderReplica]
    private let volumes: ReplicaSet?
    private let memory: ReplicaSet?
    private let volumeBytes: Int64
    private let cancellation: Cancellation
    private var steps: [Step] = []
    private(set) var failures: [ReplicationError] = []

    init(
        plan: LadderPlan,
        replicas: [LadderReplica],
        volumes: ReplicaSet?,
        memory: ReplicaSet?,
        volumeBytes: Int64,
        cancellation: Cancellation
    ) {
        self.plan = plan
        self.replicas = replicas
        self.volumes = volumes
        self.memory = memory
        self.volumeBytes = volumeBytes
        self.cancellation = cancellation
        steps = makeSteps()
    }

    // MARK: What there is to measure

    private func makeSteps() -> [Step] {
        let every = Array(replicas.indices)
        var list = every.map { step(.ping, [$0], Self.ping) }
        for load in plan.requests {
            let isSingle = load.depth == 1
            let able = every.filter { replicas[$0].isWritable || load.operation == .read }
            let agents = able.filter { replicas[$0].isAgent }
            list += agents.map { step(.disk, [$0], load) }
            list += agents.map { step(.exchange, [$0], load) }
            // With many in flight, one replica alone says little that its disk and its link do not.
            if isSingle { list += able.map { step(.replica, [$0], load) } }
            // A volume whose replicas are not all written to is no volume.
            if able.count == replicas.count { list.append(step(.fanOut, every, load)) }
        }
        return list
    }

    private static let ping = LadderPlan.Load(
        operation: .ping,
        isRandom: true,
        blockBytes: 0,
        depth: 1
    )

    private func step(_ kind: LadderStep, _ members: [Int], _ load: LadderPlan.Load) -> Step {
        let touchesDisk = kind != .ping && kind != .exchange
        let point = LadderPoint(
            step: kind,
            replicas: members.map { replicas[$0].name },
            operation: load.operation.rawValue,
            pattern: touchesDisk ? (load.isRandom ? "random" : "sequential") : nil,
            blockBytes: UInt64(load.blockBytes),
            depth: load.depth,
            connections: kind == .disk ? 0 : plan.connections
        )
        return Step(
            name: Self.name(point),
            point: point,
            operation: Self.operation(load.operation),
            load: load,
            members: members
        )
    }

    private static func operation(_ operation: ExchangePlan.Operation) -> OperationClass {
        switch operation {
        case .ping: .ping
        case .read: .read
        case .write: .write
        }
    }

    /// "C write 4 KiB x1 10.0.0.2:9650".
    private static func name(_ point: LadderPoint) -> String {
        let letter =
            switch point.step {
            case .disk: "A disk"
            case .ping: "B ping"
            case .exchange: "B exchange"
            case .replica: "C replica"
            case .fanOut: "D fan-out"
            case .engine: "E engine"
            case .device: "F device"
            case .filesystem: "G filesystem"
            }
        let what =
            point.step == .ping
            ? ""
            : " \(point.pattern.map { "\($0) " } ?? "")\(point.operation) \(point.blockBytes >> 10)K x\(point.depth)"
        let where_ = point.step == .fanOut ? "\(point.replicas.count) replicas" : point.replicas[0]
        return "\(letter)\(what) \(where_)"
    }

    // MARK: Rounds

    /// Runs every step once.
    ///
    /// - Returns: false when nothing is left to run.
    mutating func run(_ round: Int) -> Bool {
        for number in steps.indices where !steps[number].isOver {
            if cancellation.isRequested { return false }
            do throws(ReplicationError) {
                try run(number, round)
            } catch {
                note(error)
                steps[number].isOver = true
            }
        }
        return steps.contains { !$0.isOver }
    }

    private mutating func run(_ number: Int, _ round: Int) throws(ReplicationError) {
        if steps[number].rounds.isEmpty { steps[number].startSeconds = MonotonicClock.now() }
        let step = steps[number]
        let slice =
            step.point.step == .fanOut && step.load.depth == 1
            ? plan.sliceNanoseconds * 2 : plan.sliceNanoseconds
        // The same places for every step of a round, others in the next one.
        let seed = plan.seed &+ UInt64(round) &* 0x9E37_79B9
        if step.point.step == .disk {
            guard let volumes else { return }
            let result = try volumes.measure(
                LocalMeasurement.Request(
                    isWrite: step.load.operation == .write,
                    isRandom: step.load.isRandom,
                    blockBytes: UInt32(step.load.blockBytes),
                    depth: UInt32(step.load.depth),
                    durationNanoseconds: slice,
                    seed: seed
                ),
                on: step.members[0]
            )
            keep(number, result.durationNanoseconds, result.latency)
            return
        }
        let usesMemory = step.point.step == .exchange
        guard let set = usesMemory ? memory : volumes else { return }
        let members = usesMemory ? step.members.map(numberAmongAgents) : step.members
        let outcome = try set.run(
            ExchangePlan(
                operation: step.load.operation,
                blockBytes: step.load.blockBytes,
                depth: step.load.depth,
                isRandom: step.load.isRandom,
                volumeBytes: volumeBytes,
                durationNanoseconds: slice,
                seed: seed,
                connections: plan.connections,
                timeoutNanoseconds: plan.timeoutNanoseconds,
                firstBlock: step.nextBlock
            ),
            on: members,
            isCancelled: { [cancellation] in cancellation.isRequested }
        )
        steps[number].nextBlock = outcome.nextBlock
        if let failure = outcome.failures.first {
            note(failure.error)
            endSteps(with: usesMemory ? step.members[0] : failure.replica)
            return
        }
        keep(number, outcome.durationNanoseconds, outcome.latency)
        count(number, outcome)
    }

    private func numberAmongAgents(_ replica: Int) -> Int {
        replicas[..<replica].filter(\.isAgent).count
    }

    private mutating func keep(_ number: Int, _ duration: UInt64, _ latency: HistogramSnapshot) {
        steps[number].rounds.append(
            RoundRecord(
                durationNs: duration,
                latency: latency.count == 0
                    ? [:] : [steps[number].operation.rawValue: SparseHistogram(latency)]
            )
        )
    }

    private mutating func count(_ number: Int, _ outcome: ExchangeOutcome) {
        func add(_ name: String, _ value: UInt64) {
            steps[number].counters[name, default: 0] += Double(value)
        }
        add("requests", outcome.requests)
        if steps[number].load.depth == 1 { add("send_total_ns", outcome.sendNanoseconds) }
        guard steps[number].point.step == .fanOut else { return }
        for (replica, count) in outcome.last.enumerated() { add("last.\(replica)", count) }
    }

    /// A lost replica ends its own steps and the volume's.
    private mutating func endSteps(with replica: Int) {
        for number in steps.indices where steps[number].members.contains(replica) {
            steps[number].isOver = true
        }
    }

    private mutating func note(_ error: ReplicationError) {
        if !failures.contains(where: { $0.subject == error.subject }) { failures.append(error) }
    }

    /// The phases of the record; steps that measured nothing are none.
    func phases(runStart: UInt64) -> [PhaseRecord] {
        steps.filter { !$0.rounds.isEmpty }.map { step in
            var counters = step.counters
            if let total = counters.removeValue(forKey: "send_total_ns"),
                let requests = counters["requests"], requests > 0
            {
                // A write goes to all replicas, so a copy's share is that divided by their number.
                let copies = step.operation == .write ? step.members.count : 1
                counters["send_ns"] = total / requests / Double(copies)
            }
            return PhaseRecord(
                name: step.name,
                kind: "ladder",
                startSeconds: Double(step.startSeconds - min(step.startSeconds, runStart)) / 1e9,
                rounds: step.rounds,
                counters: counters,
                ladder: step.point,
                stopReason: step.isOver
                    ? "replica lost" : cancellation.isRequested ? "interrupted" : "fixed"
            )
        }
    }
}
