/// A value such as "local-lvm:vm-101-disk-0,cache=none,size=32G".
///
/// The first part may leave its key out; which one it then is depends on the setting.
/// - Source: `parse_property_string` in PVE/JSONSchema.pm of proxmox/pve-common.
package struct PropertyString: Sendable, Equatable {
    /// One part; `key` is nil where there is no "=".
    package struct Part: Sendable, Equatable {
        package var key: String?
        package var value: String
    }

    package var parts: [Part]

    package init(_ text: String) {
        parts = ConfigText.parts(text).map { part in
            guard let (key, value) = ConfigText.halves(part, at: UInt8(ascii: "=")) else {
                return Part(key: nil, value: part)
            }
            return Part(key: key, value: value)
        }
    }

    /// The text that was read, byte by byte.
    package var text: String {
        parts.map { part in part.key.map { "\($0)=\(part.value)" } ?? part.value }
            .joined(separator: ",")
    }

    /// The value of a key; the last one wins.
    package subscript(key: String) -> String? { parts.last { $0.key == key }?.value }

    /// The part without a key.
    package var unnamed: String? { parts.first { $0.key == nil && !$0.value.isEmpty }?.value }

    /// Sets a key, in its place or at the end; nil takes it away.
    package mutating func set(_ key: String, to value: String?) {
        guard let value else {
            parts.removeAll { $0.key == key }
            return
        }
        if let index = parts.lastIndex(where: { $0.key == key }) {
            parts[index].value = value
        } else {
            parts.append(Part(key: key, value: value))
        }
    }
}
