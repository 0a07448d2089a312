import FoundationEssentials
import Glibc
import IOEngines
import Units

/// Asks a running QEMU about its disks over its machine protocol; changes nothing.
///
/// - Source: QEMU, docs/interop/qmp-spec.rst; qapi/block-core.json, query-blockstats.
package struct QMPClient: ~Copyable {
    private let socket: OwnedSocket
    private let path: String
    private var buffer: [UInt8] = []

    /// The longest answer that is read: thousands of disks.
    private static let answerBytes = 16 << 20
    private static let answerSeconds = 5

    private init(socket: consuming OwnedSocket, path: String) {
        self.socket = socket
        self.path = path
    }

    /// Connects and ends the greeting.
    ///
    /// - Throws: `VirtualDiskError` when nobody listens, or what answers is no QEMU.
    package static func connect(to path: String) throws(VirtualDiskError) -> QMPClient {
        var client = QMPClient(socket: try dial(path), path: path)
        guard let greeting = client.readLine(), greeting.starts(with: Array("{\"QMP\"".utf8))
        else { throw foreign(path) }
        _ = try client.execute("qmp_capabilities", as: Empty.self)
        return client
    }

    private static func dial(_ path: String) throws(VirtualDiskError) -> OwnedSocket {
        do throws(EngineError) {
            let socket = try UnixSocket.connect(to: path)
            var time = timeval(tv_sec: answerSeconds, tv_usec: 0)
            setsockopt(
                socket.rawValue,
                SOL_SOCKET,
                SO_RCVTIMEO,
                &time,
                socklen_t(MemoryLayout<timeval>.size)
            )
            return socket
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
        try execute("query-blockstats", as: [BlockStatistics].self)
    }

    private struct Empty: Decodable {}

    private struct Answer<Value: Decodable>: Decodable {
        var `return`: Value
    }

    private mutating func execute<Value: Decodable>(
        _ command: String,
        as type: Value.Type
    ) throws(VirtualDiskError) -> Value {
        let text = Array("{\"execute\": \"\(command)\"}\n".utf8)
        let sent = text.withUnsafeBytes {
            send(socket.rawValue, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard sent == text.count else { throw Self.foreign(path) }
        // Events may stand between a question and its answer.
        for _ in 0..<1000 {
            guard let line = readLine() else { throw Self.foreign(path) }
            let data = Data(line)
            if let answer = try? JSONDecoder().decode(Answer<Value>.self, from: data) {
                return answer.return
            }
            let isEvent = line.starts(with: Array("{\"timestamp\"".utf8))
            guard isEvent || String(decoding: line, as: UTF8.self).contains("\"event\"") else {
                throw Self.foreign(path)
            }
        }
        throw Self.foreign(path)
    }

    /// The next line, without its end; nil when the other side has gone, is silent or says too much.
    private mutating func readLine() -> [UInt8]? {
        while true {
            if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
                let line = Array(buffer[..<end].filter { $0 != UInt8(ascii: "\r") })
                buffer.removeFirst(end + 1)
                return line
            }
            guard buffer.count < Self.answerBytes else { return nil }
            var part = [UInt8](repeating: 0, count: 65536)
            let count = part.withUnsafeMutableBytes {
                recv(socket.rawValue, $0.baseAddress, $0.count, 0)
            }
            if count < 0, errno == EINTR { continue }
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
}

/// What QEMU has counted for one disk.
package struct BlockStatistics: Decodable, Sendable, Equatable {
    /// Operations, bytes, and the time they took in QEMU, in nanoseconds.
    package struct Counters: Decodable, Sendable, Equatable {
        package var wr_operations: UInt64
        package var wr_bytes: UInt64
        package var wr_total_time_ns: UInt64
        package var flush_operations: UInt64
        package var flush_total_time_ns: UInt64
        package var rd_operations: UInt64
        package var rd_total_time_ns: UInt64
    }

    package var device: String?
    package var nodeName: String?
    package var qdev: String?
    package var stats: Counters

    private enum CodingKeys: String, CodingKey {
        case device
        case nodeName = "node-name"
        case qdev
        case stats
    }

    /// What to call it: Proxmox's "drive-scsi0", else the block node.
    package var name: String {
        for text in [device, nodeName, qdev] {
            if let text, !text.isEmpty { return text }
        }
        return "disk"
    }
}
