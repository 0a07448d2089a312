import Glibc
import IOEngines
import Statistics
import Workloads

/// A closed loop over the connections of some replicas, in the calling thread.
///
/// A write goes to all of them and is done when all have answered; a read and a ping go to one after the other. Nothing is
/// allocated between the first request and the last.
final class ExchangeLoop {
    static let mostDepth = 64

    private let plan: ExchangePlan
    private let set: ReplicaSet
    private let replicas: [Int]
    private let members: [ReplicaSet.Member]
    private let slots: ExchangeSlots
    private var fill: BlockFill
    private var random: SplitMix64
    private let blocks: Int64
    private var nextBlock: Int64
    private var turn = 0
    private var started: UInt64 = 0
    private var inFlight = 0
    private let polls: UnsafeMutablePointer<pollfd>
    private let links: [(member: Int, link: ReplicaLink)]

    private var latency = LatencyHistogram()
    private let byReplica: HistogramRow
    private let last: UnsafeMutablePointer<UInt64>
    private var sendNanoseconds: UInt64 = 0
    private var failures: [(replica: Int, error: ReplicationError)] = []

    init(plan: ExchangePlan, set: ReplicaSet, replicas: [Int]) throws(EngineError) {
        precondition((1...Self.mostDepth).contains(plan.depth))
        precondition(plan.blockBytes <= set.dataBytes)
        self.plan = plan
        self.set = set
        let alive = replicas.filter { set.members[$0].isAlive }
        self.replicas = alive
        members = alive.map { set.members[$0] }
        slots = try ExchangeSlots(
            count: plan.depth,
            replicas: alive.count,
            blockBytes: max(plan.blockBytes, 1)
        )
        fill = BlockFill(seed: plan.seed)
        random = SplitMix64(seed: plan.seed ^ 0x5eed)
        blocks = plan.blockBytes > 0 ? max(1, plan.volumeBytes / Int64(plan.blockBytes)) : 1
        nextBlock = plan.firstBlock
        links = members.enumerated().flatMap { number, member in
            member.links.prefix(plan.connections).map { (number, $0) }
        }
        polls = .allocate(capacity: max(1, links.count))
        polls.initialize(repeating: pollfd(), count: max(1, links.count))
        byReplica = HistogramRow(count: alive.count)
        last = .allocate(capacity: max(1, alive.count))
        last.initialize(repeating: 0, count: max(1, alive.count))
        if plan.operation == .write {
            for slot in 0..<plan.depth { fill.fill(slots.data(slot)) }
        }
    }

    deinit {
        polls.deallocate()
        last.deallocate()
    }

    func run(isCancelled: () -> Bool) -> ExchangeOutcome {
        let start = MonotonicClock.now()
        let end = start &+ plan.durationNanoseconds
        var now = start
        var looked = start
        var isEnding = members.isEmpty
        while true {
            if !isEnding {
                isEnding =
                    now >= end || !hasMember
                    || (plan.mostRequests > 0 && started >= plan.mostRequests)
                while !isEnding, let slot = slots.take() {
                    begin(slot)
                    isEnding = plan.mostRequests > 0 && started >= plan.mostRequests
                }
            }
            sendAll()
            guard inFlight > 0 else { break }
            receive()
            now = MonotonicClock.now()
            // The clock of a slow disk or link: late requests, and a user who has seen enough.
            if now &- looked > 200_000_000 {
                looked = now
                dropTheLate(now)
                if isCancelled() { isEnding = true }
            }
        }
        var outcome = ExchangeOutcome()
        outcome.durationNanoseconds = MonotonicClock.now() &- start
        outcome.latency = latency.snapshot()
        outcome.requests = outcome.latency.count
        outcome.byReplica = byReplica.snapshots()
        outcome.last = (0..<replicas.count).map { last[$0] }
        outcome.sendNanoseconds = sendNanoseconds
        outcome.failures = failures
        outcome.nextBlock = blocks > 0 ? nextBlock % blocks : 0
        return outcome
    }

    /// Whether anybody is left to ask; a key path in its place would be allocated for every request.
    private var hasMember: Bool {
        for number in 0..<members.count where members[number].failure == nil { return true }
        return false
    }

    /// Makes a request and queues it.
    private func begin(_ slot: Int) {
        let block: Int64
        if plan.isRandom {
            block = Int64(bitPattern: random.next() % UInt64(blocks))
        } else {
            block = nextBlock % blocks
            nextBlock += 1
        }
        started += 1
        let kind: MessageKind =
            switch plan.operation {
            case .ping: .ping
            case .read: .read
            case .write: .write
            }
        let header = MessageHeader(
            sequence: set.nextSequence(),
            kind: kind,
            offset: kind == .ping ? 0 : block * Int64(plan.blockBytes),
            size: kind == .ping ? 0 : UInt32(plan.blockBytes),
            dataLength: kind == .write ? UInt32(plan.blockBytes) : 0
        )
        if kind == .write { fill.renew(slots.data(slot)) }
        slots.begin(slot, header.sequence, at: MonotonicClock.now())
        inFlight += 1
        if kind == .write {
            for number in 0..<members.count where members[number].failure == nil {
                queue(slot, header, number, members[number])
            }
        } else {
            // One after the other, and past those that are lost.
            for _ in 0..<members.count {
                let number = turn % members.count
                turn += 1
                guard members[number].isAlive else { continue }
                queue(slot, header, number, members[number])
                break
            }
        }
        if slots.isDone(slot) { finish(slot, by: 0, at: 0) }
    }

    private func queue(
        _ slot: Int,
        _ header: MessageHeader,
        _ number: Int,
        _ member: ReplicaSet.Member
    ) {
        var header = header
        // In memory there is no place: the offset says how long to hold the answer back.
        if !plan.holds.isEmpty {
            header.offset = SessionMode.holdMark | Int64(clamping: min(plan.holds[number], 1 << 61))
        }
        let count = min(plan.connections, member.links.count)
        let link = member.links[member.turn % count]
        member.turn = (member.turn + 1) % count
        link.push(slots.header(slot, number, header))
        if plan.operation == .write { link.push(UnsafeRawBufferPointer(slots.data(slot))) }
        link.outstanding += 1
        slots.wait(slot, for: number)
    }

    private func sendAll() {
        let isTimed = plan.depth == 1
        let before = isTimed ? MonotonicClock.now() : 0
        var hasSent = false
        for index in 0..<links.count {
            let (number, link) = links[index]
            guard link.isClogged, members[number].failure == nil else { continue }
            let code = link.flush(isBatched: plan.isBatched)
            hasSent = true
            if code != 0 { lose(number, .lost(link.endpoint, "sending failed", code)) }
        }
        if isTimed, hasSent { sendNanoseconds &+= MonotonicClock.now() &- before }
    }

    private func receive() {
        var count = 0
        var only = -1
        for number in 0..<links.count {
            let (member, link) = links[number]
            let isWanted = link.outstanding > 0 && members[member].failure == nil
            polls[number].fd = isWanted || link.isClogged ? link.number : -1
            polls[number].events = Int16(POLLIN) | (link.isClogged ? Int16(POLLOUT) : 0)
            polls[number].revents = 0
            if polls[number].fd >= 0 {
                count += 1
                only = link.isClogged ? -1 : number
            }
        }
        // One connection to hear from: the call that waits is the call that receives.
        if count == 1, only >= 0 {
            take(only, isWaiting: true)
            return
        }
        guard poll(polls, nfds_t(links.count), 200) > 0 else { return }
        for number in 0..<links.count where polls[number].revents & ~Int16(POLLOUT) != 0 {
            take(number, isWaiting: false)
        }
    }

    private func take(_ number: Int, isWaiting: Bool) {
        let (member, link) = links[number]
        let received = link.receive(isWaiting: isWaiting)
        if received <= 0 {
            if -received == EAGAIN { return }
            lose(
                member,
                received == 0
                    ? .lost(link.endpoint, "it closed the connection")
                    : .lost(link.endpoint, "receiving failed", Int32(-received))
            )
            return
        }
        let now = MonotonicClock.now()
        do throws(WireError) {
            while let answer = try link.reader.next() {
                guard let slot = slots.find(answer.header.sequence, from: member) else {
                    lose(member, .lost(link.endpoint, "it answered what nobody asked"))
                    return
                }
                link.outstanding -= 1
                let isRead = plan.operation == .read
                guard answer.header.kind == .response,
                    !isRead || Int(answer.header.dataLength) == plan.blockBytes
                else {
                    let text = String(decoding: answer.data.prefix(512), as: UTF8.self)
                    lose(member, .replica(link.endpoint, answer.header.kind, text))
                    return
                }
                slots.answered(slot, by: member)
                let took = now &- slots.start(slot)
                let held = plan.holds.isEmpty ? 0 : UInt64(answer.header.offset)
                byReplica.record(member, took - min(took, held))
                if slots.isDone(slot) { finish(slot, by: member, at: now) }
            }
        } catch {
            lose(member, .lost(link.endpoint, error.reason))
        }
    }

    /// A request is over; `now` is 0 for one that nobody could take.
    private func finish(_ slot: Int, by member: Int, at now: UInt64) {
        // A request that lost a replica on its way waited for what never came.
        if now > 0, !slots.isSpoilt(slot) {
            latency.record(now &- slots.start(slot))
            last[member] &+= 1
        }
        slots.give(slot)
        inFlight -= 1
    }

    private func dropTheLate(_ now: UInt64) {
        for slot in 0..<plan.depth where slots.isInUse(slot) {
            guard now &- slots.start(slot) > plan.timeoutNanoseconds else { continue }
            let seconds = Double(plan.timeoutNanoseconds) / 1e9
            for (number, member) in members.enumerated()
            where member.isAlive && slots.isWaiting(slot, for: number) {
                lose(number, .late(member.endpoint, seconds))
            }
        }
    }

    /// A replica is no longer waited for.
    private func lose(_ number: Int, _ error: ReplicationError) {
        guard members[number].isAlive else { return }
        members[number].failure = error
        failures.append((replicas[number], error))
        for slot in 0..<plan.depth where slots.isInUse(slot) {
            guard slots.isWaiting(slot, for: number) else { continue }
            slots.spoil(slot, number)
            if slots.isDone(slot) { finish(slot, by: number, at: 0) }
        }
    }
}

/// A fixed number of histograms.
final class HistogramRow {
    private let storage: UnsafeMutablePointer<LatencyHistogram>
    private let count: Int

    init(count: Int) {
        self.count = count
        storage = .allocate(capacity: max(1, count))
        for index in 0..<count { (storage + index).initialize(to: LatencyHistogram()) }
    }

    deinit {
        storage.deinitialize(count: count)
        storage.deallocate()
    }

    func record(_ index: Int, _ nanoseconds: UInt64) { storage[index].record(nanoseconds) }

    func snapshots() -> [HistogramSnapshot] { (0..<count).map { storage[$0].snapshot() } }
}
