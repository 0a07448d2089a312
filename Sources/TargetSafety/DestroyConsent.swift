import Glibc
import Units

/// Whether the user agreed to lose what is on a device, by naming it.
package enum DestroyConsent: Sendable, Equatable {
    case none
    /// The value of `--destroy-data`: a path, the name of a by-id link, a kernel name or a serial number.
    case named(String)
}

extension DestroyConsent {
    /// Whether the name given leads to the device that is the target.
    ///
    /// - Throws: `SafetyError`, 64, when it names something else or nothing: then the user is wrong about
    ///   one of the two, and neither is touched.
    func covers(_ inspection: DeviceInspection) throws(SafetyError) -> Bool {
        guard case .named(let name) = self else { return false }
        if inspection.serials.contains(name), !name.isEmpty { return true }
        let paths =
            name.contains("/")
            ? [name] : ["/dev/\(name)", "/dev/disk/by-id/\(name)", "/dev/mapper/\(name)"]
        for path in paths {
            guard let status = try? Paths.status(path), status.kind == .blockDevice else {
                continue
            }
            if status.specialDevice == inspection.deviceNumber { return true }
        }
        throw .consentNamesAnother(name, target: inspection.path)
    }
}
