import IOEngines
import ResultStore

/// The clients' end of every connection: sends puts that are due and takes their answers.
///
/// One connection a client, one put outstanding on each, as `etcdctl check perf` does. Records each put from its
/// intended start to its answer.
/// - Source: etcd etcdctl/ctlv3/command/check.go.
final class ClientSide: @unchecked Sendable {
    /// What etcdctl refers to of its memory in 7 ms at 150 puts a second, as `ServerSide` has it for etcd: 2.0 MiB.
    private static let touchedBytes = 2 << 20

    private let connections: LoopbackConnections
    private let offered: ProposalQueue
    private let control: RunControl
    private let runtime: GoRuntime
    private let free: Handoff
    private let headers: UnsafeMutablePointer<PutHeader>
    private let received: UnsafeMutablePointer<Int>
    private let recorder: RoundRecorder
    private var threads: [WorkerThread] = []
    private var freed = 0
    private var receiving: RequestWork

    init(connections: LoopbackConnections, offered: ProposalQueue, control: RunControl) {
        self.connections = connections
        self.offered = offered
        self.control = control
        runtime = GoRuntime(touchedBytes: Self.touchedBytes, control: control)
        receiving = runtime.work()
        free = Handoff(capacity: connections.capacity, control: control, runtime: runtime)
        recorder = RoundRecorder(classes: [.clientPut], control: control)
        headers = .allocate(capacity: connections.capacity)
        headers.initialize(repeating: PutHeader(), count: connections.capacity)
        received = .allocate(capacity: connections.capacity)
        received.initialize(repeating: 0, count: connections.capacity)
    }

    deinit {
        headers.deallocate()
        received.deallocate()
    }

    /// What the clients recorded, for the coordinator.
    var recordings: RoundRecorder { recorder }

    func start() throws(EngineError) {
        try runtime.start(process: "client")
        threads.append(try WorkerThread(name: "send") { self.send() })
        threads.append(try WorkerThread(name: "receive") { self.receive() })
    }

    func join() {
        for thread in threads { thread.join() }
        runtime.join()
    }

    /// Puts new connections into use; called when they have been made.
    func useConnections() {
        while freed < connections.count {
            free.push(freed)
            freed += 1
        }
    }

    private func send() {
        let due = UnsafeMutablePointer<UInt64>.allocate(capacity: ApplyLoop.batchLimit)
        defer { due.deallocate() }
        var message = UnsafeMutableRawBufferPointer.allocate(byteCount: 65536, alignment: 16)
        defer { message.deallocate() }
        message.initializeMemory(as: UInt8.self, repeating: 0)
        var work = runtime.work()
        while true {
            let batch = offered.takeAll(into: due, limit: ApplyLoop.batchLimit)
            if batch.count == 0 {
                if control.isStopping { return }
                continue
            }
            let bytes = batch.keyBytes + batch.valueBytes + PutMessages.requestOverhead
            if bytes > message.count {
                // A larger value than any load before: once a phase.
                message.deallocate()
                message = .allocate(byteCount: bytes, alignment: 16)
                message.initializeMemory(as: UInt8.self, repeating: 0)
            }
            for index in 0..<batch.count {
                guard let connection = free.pop(&work), let base = message.baseAddress else {
                    return
                }
                runtime.begin()
                work.perform(.clientRequest)
                let header = PutHeader(intended: due[index], requestBytes: UInt64(bytes))
                base.storeBytes(of: header, as: PutHeader.self)
                _ = connections.send(.client, connection, base, count: bytes)
            }
        }
    }

    private func receive() {
        var ready = ReadyConnections()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 16)
        defer { buffer.deallocate() }
        while !control.isStopping {
            receiving.search()
            let count = connections.wait(.client, milliseconds: 100, into: &ready)
            if count > 0 {
                runtime.wake()
                offered.noteClientEvent()
            }
            for position in 0..<count {
                let connection = ready[position]
                while true {
                    let bytes = connections.receive(.client, connection, into: buffer)
                    if bytes == 0 { break }
                    take(UnsafeRawBufferPointer(rebasing: buffer[..<bytes]), connection, buffer)
                }
            }
            if count == 0 { recorder.roll() }
        }
        recorder.finish()
    }

    /// Follows one connection's bytes: window update, response, ping answer, and again.
    private func take(
        _ bytes: UnsafeRawBufferPointer,
        _ connection: Int,
        _ scratch: UnsafeMutableRawBufferPointer
    ) {
        var rest = bytes
        while rest.count > 0 {
            let before = received[connection]
            if before >= PutMessages.responseStart {
                headers[connection].take(rest, at: before - PutMessages.responseStart)
            }
            let stage =
                before < PutMessages.responseStart
                ? PutMessages.responseStart
                : before < PutMessages.responseEnd
                    ? PutMessages.responseEnd : PutMessages.serverTotal
            let step = min(rest.count, stage - before)
            rest = UnsafeRawBufferPointer(rebasing: rest[step...])
            received[connection] = before + step
            guard before + step == stage, let base = scratch.baseAddress else { continue }
            switch stage {
            case PutMessages.responseStart:
                _ = connections.send(.client, connection, base, count: PutMessages.pingAnswer)
            case PutMessages.responseEnd:
                _ = connections.send(.client, connection, base, count: PutMessages.windowUpdate)
                finish(connection)
            default:
                received[connection] = 0
            }
        }
    }

    private func finish(_ connection: Int) {
        receiving.perform(.clientResponse)
        let now = MonotonicClock.now()
        let intended = headers[connection].intended
        recorder.record(0, start: intended, nanoseconds: now - min(intended, now))
        runtime.end()
        free.push(connection)
        offered.complete(1, at: now)
    }
}
