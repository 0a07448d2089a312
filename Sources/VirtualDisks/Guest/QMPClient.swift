import FoundationEssentials
import Glibc
import IOEngines
import ResultStore
import Units

/// Speaks with a running QEMU over its machine protocol.
///
/// `blockStatistics` changes nothing; everything else is for guests of tbench's own.
/// - Source: QEMU, docs/interop/qmp-spec.rst; qapi/block-core.json, query-blockstats.
package struct QMPClient: ~Copyable {
    private let socket: OwnedSocket
    private let path: String
    private let answerNanoseconds: UInt64
    private var buffer: [UInt8] = []
    /// How far `buffer` has been searched for the end of a line.
    private var searched = 0

    /// The longest answer that is read: thousands of disks.
    private static let answerBytes = 16 << 20

    private init(socket: consuming OwnedSocket, path: String, answerNanoseconds: UInt64) {
        self.socket = socket
        self.path = path
        self.answerNanoseconds = answerNanoseconds
    }

    /// Connects and ends the greeting.
    ///
    /// - Parameters:
    ///   - path: the socket.
    ///   - answerSeconds: how long each answer may take in all, however it comes.
    /// - Returns: a client that may ask.
    /// - Throws: `VirtualDiskError` when nobody listens, or what answers is no QEMU.
    package static func connect(
        to path: String,
        answerSeconds: Int = 5
    ) throws(VirtualDiskError) -> QMPClient {
        var client = QMPClient(
            socket: try dial(path),
            path: path,
            answerNanoseconds: UInt64(answerSeconds) * 1_000_000_000
        )
        let deadline = MonotonicClock.now() + client.answerNanoseconds
        guard let greeting = client.readLine(until: deadline),
            greeting.starts(with: Array("{\"QMP\"".utf8))
        else { throw foreign(path) }
        try client.execute("qmp_capabilities")
        return client
    }

    private static func dial(_ path: String) throws(VirtualDiskError) -> OwnedSocket {
        do throws(EngineError) {
            return try UnixSocket.connect(to: path)
        } catch {
            throw VirtualDiskError(
                operation: "ask QEMU",
                subject: path,
                reason: "nobody answers at \(path)",
                cause: error.cause,
                hint: "a Proxmox guest has /run/qemu-server/VMID.qmp while it runs; it takes root",
                exitCode: error.cause?.errno == EACCES ? .refused : .missing
            )
        }
    }

    /// What QEMU has counted for each disk since it began.
    package mutating func blockStatistics() throws(VirtualDiskError) -> [BlockStatistics] {
        try ask("query-blockstats", as: [BlockStatistics].self)
    }

    /// Stops the guest's processors; its disks can still be written by others.
    mutating func pause() throws(VirtualDiskError) { try execute("stop") }

    /// Lets them go on.
    mutating func resume() throws(VirtualDiskError) { try execute("cont") }

    /// Has QEMU listen for NBD clients, once in its life.
    mutating func startNBDServer(at path: String) throws(VirtualDiskError) {
        let address = JSONText.object([
            ("type", .text("unix")), ("data", .object([("path", .text(path))])),
        ])
        try execute("nbd-server-start", [("addr", address), ("max-connections", .number(0))])
    }

    /// Exports a block node.
    mutating func addExport(
        _ name: String,
        of node: String,
        isWriteThrough: Bool
    ) throws(VirtualDiskError) {
        try execute(
            "block-export-add",
            [
                ("type", .text("nbd")), ("id", .text(name)), ("node-name", .text(node)),
                ("name", .text(name)), ("writable", .flag(true)),
                ("writethrough", .flag(isWriteThrough)),
            ]
        )
    }

    /// Has QEMU sort the times of a device's requests into bins from now on.
    ///
    /// - Parameters:
    ///   - device: the name of the guest's device.
    ///   - boundaries: between the bins, in nanoseconds, ascending.
    /// - Throws: `VirtualDiskError` with QEMU's own words.
    mutating func keepHistograms(
        of device: String,
        boundaries: [UInt64]
    ) throws(VirtualDiskError) {
        try execute(
            "block-latency-histogram-set",
            [("id", .text(device)), ("boundaries", .list(boundaries.map { .number($0) }))]
        )
    }

    private struct Empty: Decodable {}

    private struct Answer<Value: Decodable>: Decodable {
        var `return`: Value
    }

    private struct Refusal: Decodable {
        struct Content: Decodable { var desc: String }
        var error: Content
    }

    private mutating func execute(
        _ command: String,
        _ arguments: [(String, JSONText)] = []
    ) throws(VirtualDiskError) {
        _ = try ask(command, arguments, as: Empty.self)
    }

    private mutating func ask<Value: Decodable>(
        _ command: String,
        _ arguments: [(String, JSONText)] = [],
        as type: Value.Type
    ) throws(VirtualDiskError) -> Value {
        var question: [(String, JSONText)] = [("execute", .text(command))]
        if !arguments.isEmpty { question.append(("arguments", .object(arguments))) }
        let text = Array("\(JSONText.object(question).rendered)\n".utf8)
        let sent = text.withUnsafeBytes {
            send(socket.rawValue, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard sent == text.count else { throw Self.foreign(path) }
        let deadline = MonotonicClock.now() + answerNanoseconds
        // Events may stand between a question and its answer.
        for _ in 0..<1000 {
            guard let line = readLine(until: deadline) else { throw Self.foreign(path) }
            let data = Data(line)
            if let answer = try? JSONDecoder().decode(Answer<Value>.self, from: data) {
                return answer.return
            }
            if let refusal = try? JSONDecoder().decode(Refusal.self, from: data) {
                throw Self.refused(command, path, refusal.error.desc)
            }
            let isEvent = line.starts(with: Array("{\"timestamp\"".utf8))
            guard isEvent || String(decoding: line, as: UTF8.self).contains("\"event\"") else {
                throw Self.foreign(path)
            }
        }
        throw Self.foreign(path)
    }

    /// The next line, without its end; nil when the other side has gone, is too slow or says too much.
    private mutating func readLine(until deadline: UInt64) -> [UInt8]? {
        while true {
            if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = Array(buffer[..<end].filter { $0 != UInt8(ascii: "\r") })
                buffer.removeFirst(end + 1)
                searched = 0
                return line
            }
            searched = buffer.count
            let now = MonotonicClock.now()
            guard buffer.count < Self.answerBytes, now < deadline else { return nil }
            // What is left of the time, so that a byte now and then does not prolong it.
            var wait = pollfd(fd: socket.rawValue, events: Int16(POLLIN), revents: 0)
            let milliseconds = Int32(clamping: (deadline - now) / 1_000_000 + 1)
            guard poll(&wait, 1, milliseconds) >= 0 || errno == EINTR else { return nil }
            guard wait.revents != 0 else { continue }
            var part = [UInt8](repeating: 0, count: 65536)
            let count = part.withUnsafeMutableBytes {
                recv(socket.rawValue, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT))
            }
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { return nil }
            buffer += part[..<count]
        }
    }

    private static func foreign(_ path: String) -> VirtualDiskError {
        VirtualDiskError(
            operation: "ask QEMU",
            subject: path,
            reason: "what answers at \(path) is no QEMU, or it is busy with another monitor",
            hint: "give the socket of -qmp, and try again when no other tool is connected"
        )
    }

    private static func refused(
        _ command: String,
        _ path: String,
        _ words: String
    ) -> VirtualDiskError {
        VirtualDiskError(
            operation: "ask QEMU",
            subject: path,
            reason: "QEMU refused \(command): \(words.prefix(300))"
        )
    }
}
