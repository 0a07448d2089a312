import Glibc
import IOEngines
import Synchronization
import Units

/// One connection of a session: requests in, answers out, in whatever order they are done.
///
/// Its own thread receives. A request that will not keep it waiting is done there and then, and the answers of all that
/// arrived together leave together; any other goes to one of the volume's workers.
final class AgentConnection: @unchecked Sendable {
    private static let batchBytes = 256 << 10
    /// Data from here on is received where it is needed, instead of being copied there.
    private static let largeBytes = 32 << 10
    /// An answer is not held back for longer.
    private static let longestHold: UInt64 = 1_000_000_000

    let volume: AgentVolume
    private let socket: StreamSocket
    private let limits: AgentLimits
    /// Whether the client is tbench's own: a Longhorn engine is told nothing that no replica would say.
    private let isOwn: Bool
    private let slots: AgentSlots
    /// Guards `slots` and `outstanding`.
    private let books = Signal()
    private var outstanding = 0
    /// Guards the sending side of the socket.
    private let sending = Signal()
    /// Answers that have not been sent; of the receiving thread alone.
    private let batch: UnsafeMutableRawBufferPointer
    private var batched = 0
    private let requests = Atomic<UInt64>(0)

    init(
        socket: consuming StreamSocket,
        volume: AgentVolume,
        limits: AgentLimits,
        isOwn: Bool
    ) {
        self.socket = socket
        self.volume = volume
        self.limits = limits
        self.isOwn = isOwn
        slots = AgentSlots(count: limits.inFlight, dataBytes: limits.dataBytes)
        batch = .allocate(byteCount: Self.batchBytes, alignment: 64)
    }

    deinit { batch.deallocate() }

    /// Requests answered so far.
    var served: UInt64 { requests.load(ordering: .relaxed) }

    /// Ends the connection from outside.
    func shutDown() { shutdown(socket.number, Int32(SHUT_RDWR)) }

    /// Answers until the client goes, breaks the protocol, is silent for too long, or the agent ends.
    ///
    /// - Parameter greeting: bytes that were received before and belong to the first message.
    /// - Returns: why it ended; nil for an ordinary end.
    func run(after greeting: [UInt8]) -> String? {
        SocketIO.setTimeouts(
            socket.number,
            receive: limits.idleNanoseconds,
            send: limits.idleNanoseconds
        )
        var reader = MessageReader(
            capacity: MessageHeader.byteCount + limits.dataBytes + (64 << 10)
        )
        greeting.withUnsafeBytes { bytes in
            reader.space.copyMemory(from: bytes)
            reader.advance(by: bytes.count)
        }
        let end = serve(&reader)
        // Workers hold slots of this connection, and the socket; their answers go nowhere once it is shut down.
        shutDown()
        books.lock()
        while outstanding > 0 { books.wait() }
        books.unlock()
        return end
    }

    private func serve(_ reader: inout MessageReader) -> String? {
        while true {
            do throws(WireError) {
                while let message = try reader.next() {
                    if let end = handle(message, isAlone: reader.pending == 0) {
                        _ = flush()
                        return end.isEmpty ? nil : end
                    }
                }
                guard flush() else { return "an answer could not be delivered" }
                if let header = try reader.beginning(), header.kind == .write,
                    header.dataLength >= Self.largeBytes, fault(of: header) == nil
                {
                    if let end = receiveLarge(header, &reader) { return end }
                    continue
                }
            } catch {
                return error.reason
            }
            reader.makeSpace()
            let space = reader.space
            let received = recv(socket.number, space.baseAddress, space.count, 0)
            if received > 0 {
                reader.advance(by: received)
            } else if received == 0 {
                do throws(WireError) { try reader.finish() } catch { return error.reason }
                return nil
            } else if errno == EAGAIN {
                return "nothing was said for \(limits.idleNanoseconds / 1_000_000_000) seconds"
            } else if errno != EINTR {
                return "receiving failed (\(ErrnoName.of(errno)))"
            }
        }
    }

    /// - Parameters:
    ///   - message: a whole one.
    ///   - isAlone: nothing else has been received.
    /// - Returns: nil to go on; why not otherwise, nothing for an ordinary end.
    private func handle(_ message: MessageReader.Message, isAlone: Bool) -> String? {
        let request = message.header
        guard request.kind.isRequest, request.kind != .measure || isOwn else {
            return "a client sent a message of kind '\(request.kind)'"
        }
        requests.add(1, ordering: .relaxed)
        switch request.kind {
        case .close:
            return ""
        case .ping:
            return answer(request, .response) ? nil : "an answer could not be delivered"
        case .measure:
            return measure(request, message.data) ? nil : "an answer could not be delivered"
        default:
            break
        }
        if let fault = fault(of: request) {
            return refuse(request, fault) ? nil : "an answer could not be delivered"
        }
        return start(request, message.data, isAlone: isAlone)
            ? nil : "an answer could not be delivered"
    }

    /// What a volume cannot do, in the words of the answer.
    private func fault(of request: MessageHeader) -> String? {
        let count = request.kind == .write ? request.dataLength : request.size
        if request.kind != .unmap, Int(count) > limits.dataBytes {
            return
                "\(request.kind) of \(count) bytes: the most in one request is \(limits.dataBytes)"
        }
        guard volume.store.isMemory || request.offset <= volume.store.byteCount - Int64(count)
        else {
            return
                "\(request.kind) of \(count) bytes at \(request.offset) leaves the volume of \(volume.store.byteCount)"
        }
        return nil
    }

    private func start(
        _ request: MessageHeader,
        _ data: UnsafeRawBufferPointer,
        isAlone: Bool
    ) -> Bool {
        guard let slot = take(request) else { return false }
        if request.kind == .write {
            slots.data(slot, data.count).copyMemory(from: data)
        }
        return begin(slot, isAlone: isAlone)
    }

    /// Receives what is missing of a large write straight into its slot.
    ///
    /// - Returns: nil to go on; why not otherwise.
    private func receiveLarge(_ request: MessageHeader, _ reader: inout MessageReader) -> String? {
        guard let slot = take(request) else { return "an answer could not be delivered" }
        let data = slots.data(slot, Int(request.dataLength))
        let begun = reader.takeBeginning()
        data.copyMemory(from: begun)
        var have = begun.count
        while have < data.count, let base = data.baseAddress {
            let received = recv(socket.number, base + have, data.count - have, 0)
            if received > 0 {
                have += received
            } else if received < 0, errno == EINTR {
                continue
            } else {
                let code = received < 0 ? errno : 0
                release(slot)
                return code == EAGAIN
                    ? "nothing was said for \(limits.idleNanoseconds / 1_000_000_000) seconds"
                    : WireError.truncated(missing: data.count - have).reason
            }
        }
        requests.add(1, ordering: .relaxed)
        return begin(slot, isAlone: true) ? nil : "an answer could not be delivered"
    }

    /// A slot for a request; waits until one is free.
    ///
    /// - Returns: nil when the client does not read its answers.
    private func take(_ request: MessageHeader) -> Int? {
        books.lock()
        // No slot is free: what waits in the socket waits on, which is all the pressure a client needs to feel.
        while slots.freeCount == 0 {
            books.unlock()
            guard flush() else { return nil }
            books.lock()
            if slots.freeCount == 0 { books.wait() }
        }
        let slot = slots.take()
        outstanding += 1
        books.unlock()
        if let slot { slots.header(slot).pointee = request }
        return slot
    }

    /// Does a request here and now where that keeps nobody waiting, and has a worker do it otherwise.
    private func begin(_ slot: Int, isAlone: Bool) -> Bool {
        books.lock()
        let others = outstanding - 1
        books.unlock()
        if volume.isQuick || (isAlone && others == 0) {
            execute(slot)
            let kept = append(slots.message(slot))
            release(slot)
            return kept
        }
        if !volume.push(AgentVolume.WorkItem(connection: self, slot: slot)) { perform(slot) }
        return true
    }

    /// Does the request of a slot and sends its answer; called by workers.
    func perform(_ slot: Int) {
        execute(slot)
        if !send(slots.message(slot)) { shutDown() }
        release(slot)
    }

    private func release(_ slot: Int) {
        books.lock()
        slots.give(slot)
        outstanding -= 1
        books.signalAll()
        books.unlock()
    }

    /// Does the request of a slot; the slot then holds the answer.
    private func execute(_ slot: Int) {
        let start = MonotonicClock.now()
        let header = slots.header(slot)
        let request = header.pointee
        header.pointee.kind = .response
        header.pointee.dataLength = 0
        do throws(EngineError) {
            switch request.kind {
            case .write:
                let data = slots.data(slot, Int(request.dataLength))
                try volume.store.write(UnsafeRawBufferPointer(data), at: request.offset)
                header.pointee.size = request.dataLength
            case .read:
                let data = slots.data(slot, Int(request.size))
                try volume.store.read(into: data, at: request.offset)
                header.pointee.dataLength = request.size
            default:
                try volume.store.punchHole(at: request.offset, count: Int64(request.size))
            }
        } catch {
            fail(slot, error)
        }
        if volume.store.isMemory {
            hold(header, since: start)
        } else if volume.delayNanoseconds > 0 {
            MonotonicClock.sleep(until: start &+ volume.delayNanoseconds)
        }
        volume.note(MonotonicClock.now() &- start)
    }

    /// In a memory session a marked offset is no place: it says how long to hold the answer back, and in the answer, how long that was.
    private func hold(_ header: UnsafeMutablePointer<MessageHeader>, since start: UInt64) {
        let offset = header.pointee.offset
        guard isOwn, offset & SessionMode.holdMark != 0 else { return }
        let wanted = UInt64(offset & ~SessionMode.holdMark)
        MonotonicClock.sleep(until: start &+ min(wanted, Self.longestHold))
        header.pointee.offset = Int64(MonotonicClock.now() &- start)
    }

    /// Turns a slot into the answer that it failed.
    private func fail(_ slot: Int, _ error: EngineError) {
        let header = slots.header(slot)
        let text = Array(error.description.utf8.prefix(Handshake.mostTextBytes))
        header.pointee.kind = error.cause?.errno == ENOSPC ? .noSpace : .error
        header.pointee.size = UInt32(text.count)
        header.pointee.dataLength = UInt32(text.count)
        slots.data(slot, text.count).copyBytes(from: text)
    }

    // MARK: Answers of the receiving thread

    private func answer(_ request: MessageHeader, _ kind: MessageKind) -> Bool {
        let reply = MessageHeader(
            sequence: request.sequence,
            kind: kind,
            offset: request.offset,
            size: request.size
        )
        guard batched + MessageHeader.byteCount <= batch.count || flush(),
            let base = batch.baseAddress
        else { return false }
        reply.write(to: base + batched)
        batched += MessageHeader.byteCount
        return true
    }

    private func refuse(_ request: MessageHeader, _ text: String) -> Bool {
        answer(request, .error, Array(text.utf8.prefix(Handshake.mostTextBytes)))
    }

    private func answer(_ request: MessageHeader, _ kind: MessageKind, _ data: [UInt8]) -> Bool {
        var bytes = [UInt8](repeating: 0, count: MessageHeader.byteCount)
        let reply = MessageHeader(
            sequence: request.sequence,
            kind: kind,
            offset: request.offset,
            size: UInt32(data.count),
            dataLength: UInt32(data.count)
        )
        bytes.withUnsafeMutableBytes { buffer in
            if let base = buffer.baseAddress { reply.write(to: base) }
        }
        bytes += data
        return bytes.withUnsafeBytes { append($0) }
    }

    /// Puts an answer to those that leave together.
    private func append(_ message: UnsafeRawBufferPointer) -> Bool {
        if batched + message.count > batch.count {
            guard flush() else { return false }
            if message.count > batch.count { return send(message) }
        }
        UnsafeMutableRawBufferPointer(rebasing: batch[batched...]).copyMemory(from: message)
        batched += message.count
        return true
    }

    private func flush() -> Bool {
        guard batched > 0 else { return true }
        let count = batched
        batched = 0
        return send(UnsafeRawBufferPointer(rebasing: batch[..<count]))
    }

    /// Sends one piece whole, whoever else sends.
    ///
    /// - Returns: false when the client is gone or does not read.
    private func send(_ message: UnsafeRawBufferPointer) -> Bool {
        sending.lock()
        defer { sending.unlock() }
        var rest = message
        while let base = rest.baseAddress, rest.count > 0 {
            let sent = Glibc.send(socket.number, base, rest.count, Int32(MSG_NOSIGNAL))
            if sent > 0 {
                rest = UnsafeRawBufferPointer(rebasing: rest[sent...])
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }

    /// Times the volume's own file, as the request says, and answers with a histogram.
    private func measure(_ request: MessageHeader, _ data: UnsafeRawBufferPointer) -> Bool {
        guard let wish = LocalMeasurement.Request(Array(data)), !volume.store.isMemory else {
            return refuse(request, "this measurement is not possible here")
        }
        do throws(EngineError) {
            let measurement = LocalMeasurement(request: wish, volume: volume, limits: limits)
            return answer(request, .response, try measurement.run().bytes)
        } catch {
            return refuse(request, error.description)
        }
    }
}
