import HostFacts
import IOEngines
import Replication
import TargetSafety
import Units

/// What a ladder holds on this machine for as long as it runs: scratch on the local replica's disk and on the mounted
/// volume, and the claim of the volume's device.
final class LadderHoldings {
    /// The file of the step in a filesystem.
    private static let fileBytes: Int64 = 64 << 20

    private var scratch: ScratchDirectory?
    private var mounted: ScratchDirectory?
    private var claim: DeviceClaim?
    /// Where the local replica's volume goes; nil without one.
    private(set) var localDirectory: String?
    /// As the ladder takes them, without the engine.
    private(set) var top = LadderTop()

    init() {}

    /// Makes room for the local replica.
    func addLocal(in directory: String, bytes: Int64) throws(SafetyError) {
        let made = try ScratchDirectory.create(in: directory, needing: UInt64(bytes))
        localDirectory = made.path
        scratch = consume made
    }

    /// Claims the volume's block device.
    func addDevice(_ path: String, _ consent: DestroyConsent, bytes: Int64) throws(SafetyError) {
        let made = try DeviceClaim.claim(
            path,
            destroyData: consent,
            minimumBytes: 1 << 20,
            command: "tbench longhorn --replica … --device \(path)"
        )
        try made.writeMark()
        top.device = LadderTop.Place(
            path: made.path,
            name: path,
            offset: Int64(clamping: made.regionOffset),
            byteCount: min(bytes, Int64(clamping: made.regionBytes))
        )
        claim = consume made
    }

    /// Makes a file in a filesystem on the volume.
    func addMounted(_ directory: String) throws {
        let made = try ScratchDirectory.create(
            in: directory,
            needing: UInt64(Self.fileBytes) + 1 << 20
        )
        let path = "\(made.path)/data"
        mounted = consume made
        let file = try FileDescriptor.open(path, [.readWrite, .create, .exclusive])
        try file.allocate(offset: 0, length: Self.fileBytes)
        top.file = LadderTop.Place(
            path: path,
            name: directory,
            offset: 0,
            byteCount: Self.fileBytes
        )
        top.fileDevice = DeviceRequestMeter(target: HostProbe().target(path: directory))
    }

    /// Gives everything back.
    ///
    /// - Returns: the first error.
    func release() -> SafetyError? {
        var errors: [SafetyError?] = []
        if let held = mounted.take() { errors.append(Cleanup.error(held)) }
        if let held = claim.take() { errors.append(Cleanup.error(held)) }
        if let held = scratch.take() { errors.append(Cleanup.error(held)) }
        return errors.compactMap(\.self).first
    }
}
