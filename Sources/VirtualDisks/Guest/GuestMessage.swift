import FoundationEssentials
import ResultStore
import Workloads

/// What the host tells the guest to do; a file in the initramfs.
struct GuestPlan: Codable, Equatable {
    /// One disk of the guest.
    struct Disk: Codable, Equatable {
        /// Which cell it is.
        var cell: Int
        /// Disks are told apart by their size, which every controller shows: no two have the same.
        var sectors: UInt64
    }

    var disks: [Disk]
    /// A name that `EtcdLoad.named` knows.
    var load: String
    var rounds: Int
    var roundNanoseconds: UInt64
    var warmUpNanoseconds: UInt64
    var seed: UInt64
    /// How long to wait for the disks.
    var diskSeconds: Int

    static let path = "/tbench-plan.json"
    /// The modules, in the order to load them, are named by their place in it.
    static let modules = "/modules"
}

/// What the guest says, a line each, on its second serial port.
struct GuestMessage: Codable, Equatable {
    enum Kind: String, Codable {
        /// The guest runs; `facts` say what it sees.
        case hello
        /// A turn is over.
        case turn
        /// A cell cannot be measured, or no longer; without a cell, nothing can.
        case failed
        /// All turns are over.
        case end
    }

    var kind: Kind
    var cell: Int?
    var round: Int?
    var text: String?
    var facts: [String: String]?
    var record: RoundRecord?
    var counters: [String: Double]?

    init(_ kind: Kind, cell: Int? = nil, round: Int? = nil, text: String? = nil) {
        self.kind = kind
        self.cell = cell
        self.round = round
        self.text = text
    }
}

/// Lines with a checksum: "tb1 CRC32C LENGTH JSON".
///
/// A serial line drops a byte when a guest is stalled, and a kernel may print into it.
struct GuestLine {
    private static let mark = "tb1"
    /// Longer than any message.
    private static let longest = 4 << 20

    private let checksum = CRC32C()

    /// The message as a line, without its end.
    func encode(_ message: GuestMessage) -> String? {
        guard let data = try? JSONEncoder().encode(message) else { return nil }
        let body = [UInt8](data)
        return
            "\(Self.mark) \(hex(body)) \(body.count) \(String(decoding: body, as: UTF8.self))"
    }

    /// The message of a line; nil where it is none or is damaged.
    func decode(_ line: [UInt8]) -> GuestMessage? {
        guard line.count <= Self.longest else { return nil }
        let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 3)
        guard parts.count == 4, String(decoding: parts[0], as: UTF8.self) == Self.mark,
            let count = Int(String(decoding: parts[2], as: UTF8.self))
        else { return nil }
        let body = Array(parts[3].prefix(while: { $0 != UInt8(ascii: "\r") }))
        guard body.count == count, hex(body) == String(decoding: parts[1], as: UTF8.self) else {
            return nil
        }
        return try? JSONDecoder().decode(GuestMessage.self, from: Data(body))
    }

    private func hex(_ bytes: [UInt8]) -> String {
        let sum = bytes.withUnsafeBytes { checksum.update(0, $0) }
        let digits = String(sum, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
