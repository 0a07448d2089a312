import Benchmarking
import IOEngines
import TargetSafety
import Units

/// The volumes of an agent: made with the first connection of a session, removed with its last.
final class VolumeTable: @unchecked Sendable {
    private let limits: AgentLimits
    /// Where files go; nil for an agent that has no disk to offer.
    private let directory: String?
    private let lock = Signal()
    private var entries: [UInt64: Entry] = [:]
    private var nextNumber = 0

    private struct Entry {
        var volume: AgentVolume
        var mode: SessionMode
        var users: Int
        /// Its own directory; nil in memory.
        var path: String?
    }

    /// Why there is no volume.
    struct Refusal: Error {
        var state: Welcome.State
        var text: String
    }

    init(directory: String?, limits: AgentLimits) {
        self.directory = directory
        self.limits = limits
    }

    /// The volume of a session, for one connection more.
    func join(
        _ session: UInt64,
        _ mode: SessionMode,
        bytes: UInt64
    ) throws(Refusal) -> AgentVolume {
        lock.lock()
        defer { lock.unlock() }
        if var entry = entries[session] {
            guard entry.mode == mode else {
                throw Refusal(state: .failed, text: "the session began with another kind of volume")
            }
            entry.users += 1
            entries[session] = entry
            return entry.volume
        }
        guard entries.count < limits.volumes else {
            throw Refusal(
                state: .failed,
                text: "the agent has \(limits.volumes) volumes already; wait for a run to end"
            )
        }
        let entry = try make(mode, bytes: bytes)
        entries[session] = entry
        return entry.volume
    }

    private func make(_ mode: SessionMode, bytes: UInt64) throws(Refusal) -> Entry {
        let capacity = limits.sessions * limits.inFlight
        func volume(_ store: VolumeStore) -> AgentVolume {
            AgentVolume(
                store: store,
                capacity: capacity,
                workers: limits.workers,
                // A disk's delay is none of the network's.
                delayNanoseconds: store.isMemory ? 0 : limits.delayNanoseconds
            )
        }
        guard mode == .replica else {
            // Any offset is as good as another where nothing is kept.
            return Entry(volume: volume(VolumeStore(memory: .max)), mode: mode, users: 1)
        }
        guard let directory else {
            throw Refusal(state: .failed, text: "the agent has no directory for volumes")
        }
        guard bytes > 0, bytes % 4096 == 0, bytes <= limits.volumeBytes else {
            throw Refusal(
                state: .tooLarge,
                text:
                    "a volume of \(bytes) bytes: the agent takes multiples of 4096 up to \(limits.volumeBytes); see --max-size"
            )
        }
        let free: UInt64
        do throws(EngineError) { free = try FileSystemCalls.freeBytes(directory) } catch {
            throw Refusal(state: .failed, text: error.description)
        }
        // 5 % are left to everybody else on that disk.
        guard bytes <= free / 20 * 19 else {
            throw Refusal(
                state: .noSpace,
                text:
                    "a volume of \(QuantityText.bytes(bytes)) does not fit: \(QuantityText.bytes(free)) are free"
            )
        }
        nextNumber += 1
        let path = "\(directory)/volume-\(nextNumber)"
        do throws(EngineError) {
            try FileSystemCalls.makeDirectory(path)
            let file = try ReplicaFile.create(in: path, byteCount: Int64(clamping: bytes))
            return Entry(volume: volume(VolumeStore(file: file)), mode: mode, users: 1, path: path)
        } catch {
            throw Refusal(state: .failed, text: error.description)
        }
    }

    /// One connection less; with the last the volume goes.
    func leave(_ session: UInt64) {
        lock.lock()
        guard var entry = entries[session] else {
            lock.unlock()
            return
        }
        entry.users -= 1
        entries[session] = entry.users > 0 ? entry : nil
        lock.unlock()
        guard entry.users == 0 else { return }
        entry.volume.close()
        guard let path = entry.path else { return }
        // What stays behind goes with the agent's scratch.
        try? FileSystemCalls.unlink("\(path)/\(ReplicaFile.name)")
        try? FileSystemCalls.removeDirectory(path)
    }

    /// Volumes at this moment.
    var count: Int {
        lock.lock()
        defer { lock.unlock() }
        return entries.count
    }
}
