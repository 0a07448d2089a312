import TargetSafety
import Units

/// QEMU's programs on this machine.
package struct QemuTools: Sendable, Equatable {
    /// The path of qemu-img.
    package let image: String
    /// The path of qemu-storage-daemon.
    package let daemon: String
    /// Of the storage daemon, as it says it: "7.2.22".
    package let version: String

    /// The storage daemon has FUSE exports since 6.0.
    private static let oldest = [6, 0]

    /// Finds them.
    ///
    /// - Throws: `VirtualDiskError`, 69, naming the package that is missing.
    package static func find() throws(VirtualDiskError) -> QemuTools {
        guard let image = ChildProcess.find("qemu-img") else {
            throw .missingTool("qemu-img", package: "qemu-utils")
        }
        guard let daemon = ChildProcess.find("qemu-storage-daemon") else {
            throw .missingTool("qemu-storage-daemon", package: "qemu-system-common")
        }
        let version = try version(of: daemon)
        guard !Self.isOlder(version, than: oldest) else {
            throw .tooOld("qemu-storage-daemon", version: version, minimum: "6.0")
        }
        return QemuTools(image: image, daemon: daemon, version: version)
    }

    /// The version a QEMU program says it is.
    static func version(of program: String) throws(VirtualDiskError) -> String {
        let result = try run(program, ["--version"])
        return version(inBanner: result) ?? "unknown"
    }

    /// "7.2.22" out of "qemu-img version 7.2.22 (Debian 1:7.2+dfsg-7)".
    static func version(inBanner banner: String) -> String? {
        let words = banner.split(whereSeparator: { $0 == " " || $0 == "\n" })
        guard let index = words.firstIndex(of: "version"), index + 1 < words.count else {
            return nil
        }
        let version = words[index + 1].prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        return version.isEmpty ? nil : String(version)
    }

    /// False for a version that cannot be read: the program itself will say what it lacks.
    static func isOlder(_ version: String, than minimum: [Int]) -> Bool {
        let parts = version.split(separator: ".").map { Int($0) ?? .max }
        guard !parts.isEmpty, parts[0] != .max else { return false }
        return parts.lexicographicallyPrecedes(minimum)
    }

    /// Runs a program that has to succeed and gives what it printed.
    @discardableResult
    static func run(
        _ program: String,
        _ arguments: [String]
    ) throws(VirtualDiskError) -> String {
        let result: (status: Int32, output: String)
        do throws(SystemCallFailure) {
            result = try ChildProcess.run(program, arguments)
        } catch {
            throw .notStarted(program, error)
        }
        guard result.status == 0 else {
            let name = program.split(separator: "/").last.map(String.init) ?? program
            throw .toolFailed(name, result.output)
        }
        return result.output
    }
}
