import Benchmarking
import HostFacts
import IOEngines
import ResultStore
import Statistics

/// The steps of a ladder, each with the rounds it has been through.
struct LadderSteps {
    private let plan: LadderPlan
    private let replicas: [LadderReplica]
    private let volumes: ReplicaSet?
    private let memory: ReplicaSet?
    private let top: LadderUpper
    private let volumeBytes: Int64
    private let cancellation: Cancellation
    private var steps: [LadderStepRun]
    /// What each replica's disk took for a request of a kind, of the last round: how long the way's answers are held back.
    private var typical: [String: [Int: UInt64]] = [:]
    private(set) var failures: [ReplicationError] = []

    init(
        plan: LadderPlan,
        replicas: [LadderReplica],
        volumes: ReplicaSet?,
        memory: ReplicaSet?,
        top: LadderUpper,
        volumeBytes: Int64,
        cancellation: Cancellation
    ) {
        self.plan = plan
        self.replicas = replicas
        self.volumes = volumes
        self.memory = memory
        self.top = top
        self.volumeBytes = volumeBytes
        self.cancellation = cancellation
        steps = Self.steps(plan, replicas) + Self.steps(plan, top.description)
    }

    // MARK: What there is to measure

    private static func steps(
        _ plan: LadderPlan,
        _ replicas: [LadderReplica]
    ) -> [LadderStepRun] {
        let every = Array(replicas.indices)
        func step(_ kind: LadderStep, _ members: [Int], _ load: LadderPlan.Load) -> LadderStepRun {
            LadderStepRun(kind, members, load, plan, names: replicas.map(\.name))
        }
        var list = every.map { step(.ping, [$0], .ping) }
        for load in plan.requests {
            let able = every.filter { replicas[$0].isWritable || load.operation == .read }
            let agents = able.filter { replicas[$0].isAgent }
            list += agents.map { step(.disk, [$0], load) }
            list += agents.map { step(.exchange, [$0], load) }
            // A write keeps all disks and all links busy at the same moment; a read does not, and with many in flight
            // one replica alone says little that its disk and its link do not.
            if load.depth == 1 {
                if load.operation == .write, agents.count == replicas.count, agents.count > 1 {
                    list += [step(.disk, agents, load), step(.exchange, agents, load)]
                }
                list += able.map { step(.replica, [$0], load) }
            }
            // A volume whose replicas are not all written to is no volume.
            if able.count == replicas.count, !every.isEmpty {
                list.append(step(.fanOut, every, load))
            }
        }
        return list
    }

    /// The steps above the replicas, as far as there are any.
    private static func steps(_ plan: LadderPlan, _ top: LadderTop) -> [LadderStepRun] {
        var list: [LadderStepRun] = []
        if let engine = top.engine {
            let able = plan.requests.filter { engine.isWritable || $0.operation == .read }
            list += able.map { LadderStepRun(.engine, $0, plan, name: engine.name) }
        }
        let single = plan.requests.filter { $0.depth == 1 }
        if let device = top.device {
            list += single.map { LadderStepRun(.device, $0, plan, name: device.name) }
        }
        if let file = top.file {
            list += single.filter { $0.operation == .write }
                .map { LadderStepRun(.filesystem, $0, plan, name: file.name) }
        }
        return list
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
        steps[number].begin()
        let step = steps[number]
        let isTotal = step.kind == .fanOut && step.load.depth == 1
        let slice = isTotal ? plan.sliceNanoseconds * 2 : plan.sliceNanoseconds
        // The same places for every step of a round, others in the next one.
        let seed = plan.seed &+ UInt64(round) &* 0x9E37_79B9
        switch step.kind {
        case .disk: try measureDisks(number, slice, seed)
        case .exchange: try exchange(number, memory, slice, seed, holds: holds(step))
        case .engine: try exchange(number, top.engine, slice, seed, holds: [])
        case .device:
            let result = try top.run(step, slice, seed)
            steps[number].keep(0, result.duration, result.latency)
        case .filesystem:
            let meter = top.description.fileDevice
            let before = meter?.read()
            let result = try top.run(step, slice, seed)
            steps[number].keep(meter?.read(since: before))
            steps[number].keep(0, result.duration, result.latency)
        default: try exchange(number, volumes, slice, seed, holds: [])
        }
    }

    private mutating func measureDisks(
        _ number: Int,
        _ slice: UInt64,
        _ seed: UInt64
    ) throws(ReplicationError) {
        guard let volumes else { return }
        let step = steps[number]
        let results = try volumes.measure(
            LocalMeasurement.Request(
                isWrite: step.load.operation == .write,
                isRandom: step.load.isRandom,
                blockBytes: UInt32(step.load.blockBytes),
                depth: UInt32(step.load.depth),
                durationNanoseconds: slice,
                seed: seed,
                pauseNanoseconds: step.load.depth == 1 ? pause(step.members) : 0
            ),
            on: step.members
        )
        for (index, result) in results.enumerated() {
            steps[number].keep(index, result.durationNanoseconds, result.latency)
            if step.load.depth == 1 {
                typical[step.load.key, default: [:]][step.members[index]] = UInt64(
                    result.latency.quantile(0.5)
                )
            }
        }
    }

    /// The shortest way of these replicas: a disk that is asked again at once has not gone to sleep.
    private func pause(_ members: [Int]) -> UInt64 {
        let ways = members.compactMap { typical[LadderPlan.Load.ping.key]?[$0] }
        return min(ways.min() ?? 0, 1_000_000_000)
    }

    /// Nothing with many in flight: the waiting of one would be the working time of another.
    private func holds(_ step: LadderStepRun) -> [UInt64] {
        guard step.load.depth == 1 else { return [] }
        return step.members.map { typical[step.load.key]?[$0] ?? 0 }
    }

    private mutating func exchange(
        _ number: Int,
        _ set: ReplicaSet?,
        _ slice: UInt64,
        _ seed: UInt64,
        holds: [UInt64]
    ) throws(ReplicationError) {
        guard let set else { return }
        let step = steps[number]
        let usesMemory = step.kind == .exchange
        var exchange = ExchangePlan(
            operation: step.load.operation,
            blockBytes: step.load.blockBytes,
            depth: step.load.depth,
            isRandom: step.load.isRandom,
            volumeBytes: step.kind == .engine
                ? top.description.engine?.volumeBytes ?? 0 : volumeBytes,
            durationNanoseconds: slice,
            seed: seed,
            connections: plan.connections,
            timeoutNanoseconds: plan.timeoutNanoseconds,
            firstBlock: step.nextBlock
        )
        exchange.holds = holds
        let outcome = try set.run(
            exchange,
            on: usesMemory
                ? step.members.map(numberAmongAgents) : step.kind == .engine ? [0] : step.members,
            isCancelled: { [cancellation] in cancellation.isRequested }
        )
        steps[number].nextBlock = outcome.nextBlock
        if let failure = outcome.failures.first {
            note(failure.error)
            if step.kind == .engine {
                steps[number].isOver = true
            } else {
                endSteps(with: usesMemory ? step.members[0] : failure.replica)
            }
            return
        }
        steps[number].keep(outcome)
        if step.kind == .ping {
            typical[step.load.key, default: [:]][step.members[0]] = UInt64(
                outcome.latency.quantile(0.5)
            )
        }
    }

    private func numberAmongAgents(_ replica: Int) -> Int {
        replicas[..<replica].filter(\.isAgent).count
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
        steps.flatMap { $0.phases(runStart: runStart, isInterrupted: cancellation.isRequested) }
    }
}
