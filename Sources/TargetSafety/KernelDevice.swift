import CLinuxShims
import Glibc
import Units

/// What /sys says about a block device.
struct KernelDevice: Sendable, Equatable {
    /// The kernel's name: "sda", "nvme0n1p2".
    let name: String
    let isPartition: Bool
    let readOnly: Bool
    /// Kernel names of the devices built on it or on its partitions: "dm-0", "md127".
    let holders: [String]
    let partitions: [Partition]
    /// The serial number or WWID of a whole disk; empty where there is none.
    let serials: [String]

    struct Partition: Sendable, Equatable {
        let name: String
        let deviceNumber: String
    }

    /// "8:16", as /sys and /proc write a device number.
    static func numberText(_ device: UInt64) -> String {
        "\(tbench_safety_major(device)):\(tbench_safety_minor(device))"
    }

    /// Reads the device's directory in /sys.
    ///
    /// - Parameters:
    ///   - device: its number, as in `st_rdev`.
    ///   - roots: where /sys is.
    /// - Returns: what /sys says now.
    /// - Throws: `SystemCallFailure` where /sys is missing or does not know the device.
    static func read(
        _ device: UInt64,
        roots: SystemRoots
    ) throws(SystemCallFailure) -> KernelDevice {
        let link = "\(roots.sys)/dev/block/\(numberText(device))"
        let directory = try Paths.real(link)
        let name = TargetResolver.split(directory).name
        let isPartition = exists("\(directory)/partition")
        var holders = try namesIfAny("\(directory)/holders")
        var partitions: [Partition] = []
        for entry in try Paths.names(in: directory) where exists("\(directory)/\(entry)/partition")
        {
            let number = word("\(directory)/\(entry)/dev") ?? ""
            partitions.append(Partition(name: entry, deviceNumber: number))
            holders += try namesIfAny("\(directory)/\(entry)/holders")
        }
        let serialFiles = ["serial", "device/serial", "wwid", "device/wwid"]
        return KernelDevice(
            name: name,
            isPartition: isPartition,
            readOnly: word("\(directory)/ro") == "1",
            holders: holders,
            partitions: partitions,
            // A partition must not answer to the name of the whole disk.
            serials: isPartition ? [] : serialFiles.compactMap { word("\(directory)/\($0)") }
        )
    }

    private static func exists(_ path: String) -> Bool {
        (try? Paths.status(path)) != nil
    }

    private static func namesIfAny(_ path: String) throws(SystemCallFailure) -> [String] {
        do throws(SystemCallFailure) {
            return try Paths.names(in: path)
        } catch {
            guard error.errno == ENOENT else { throw error }
            return []
        }
    }

    /// The text of an attribute without surrounding white space; nil where it is missing or empty.
    private static func word(_ path: String) -> String? {
        guard let text = try? Paths.text(path) else { return nil }
        let word = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return word.isEmpty ? nil : word
    }
}
