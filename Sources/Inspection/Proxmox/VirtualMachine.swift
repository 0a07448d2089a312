/// A VM's configuration, as Proxmox VE keeps it in /etc/pve/qemu-server/VMID.conf.
///
/// Every line is kept as it was. Only settings before the first section are in force.
/// - Source: `parse_vm_config` in PVE/QemuServer.pm of proxmox/qemu-server.
package struct VirtualMachine: Sendable, Equatable {
    /// One line of the file.
    package struct Line: Sendable, Equatable {
        package enum Kind: Sendable, Equatable {
            case blank
            /// A description.
            case comment
            /// "[snapshot]", "[PENDING]", "[special:cloudinit]".
            case section(String)
            case setting(Setting)
            /// Proxmox skips it with a warning.
            case unreadable
        }

        /// As it was read, without the line feed.
        package var text: String
        package var kind: Kind
        /// Counted from 1.
        package var number: Int

        /// The line as it would be written: from its parts where it was understood.
        package var rendered: String {
            if case .setting(let setting) = kind { setting.rendered } else { text }
        }
    }

    /// "key: value" with the blanks around the value.
    package struct Setting: Sendable, Equatable {
        package var key: String
        package var gap: String
        package var value: String
        package var rest: String
        package var line: Int

        package var rendered: String { "\(key):\(gap)\(PropertyString(value).text)\(rest)" }
    }

    /// The file as it was named.
    package let file: String
    package let lines: [Line]
    /// In force, by key; of a key that stands twice, the last one.
    package let settings: [String: Setting]
    /// Changes that wait for the next start, by key.
    package let pending: [Setting]
    /// Names of snapshots.
    package let snapshots: [(name: String, line: Int)]
    /// Keys that stand twice among the settings in force.
    package let repeated: [Setting]
    /// In the order of the file: all drives, also CD-ROMs.
    package let drives: [Drive]
    package let cards: [NetworkCard]

    package static func == (first: VirtualMachine, second: VirtualMachine) -> Bool {
        first.file == second.file && first.lines == second.lines
    }

    /// Reads a configuration.
    ///
    /// - Parameters:
    ///   - bytes: the file; anything that is not understood is kept as an unreadable line.
    ///   - file: what findings call it.
    /// - Throws: `InspectionError` for a binary file, or one without any setting.
    /// - Complexity: O(bytes).
    package init(_ bytes: [UInt8], file: String) throws(InspectionError) {
        guard !ConfigText.isBinary(bytes) else {
            throw .notText(file, what: "VM configuration")
        }
        var lines: [Line] = []
        var settings: [String: Setting] = [:]
        var order: [String] = []
        var pending: [Setting] = []
        var snapshots: [(name: String, line: Int)] = []
        var repeated: [Setting] = []
        var section: String?
        let text = String(decoding: bytes, as: UTF8.self)
        for (index, line) in ConfigText.lines(text).enumerated() {
            let kind = Self.kind(of: line, number: index + 1)
            lines.append(Line(text: line, kind: kind, number: index + 1))
            switch kind {
            case .section(let name):
                section = name
                if !name.contains(":"), name.lowercased() != "pending" {
                    snapshots.append((name, index + 1))
                }
            case .setting(let setting) where section == nil:
                if settings[setting.key] == nil {
                    order.append(setting.key)
                } else {
                    repeated.append(setting)
                }
                settings[setting.key] = setting
            case .setting(let setting) where section?.lowercased() == "pending":
                pending.append(setting)
            case .blank, .comment, .setting, .unreadable: break
            }
        }
        let known = [
            "memory", "cores", "scsihw", "boot", "name", "ostype", "cpu", "sockets", "machine",
        ]
        let isMachine = order.contains { key in
            known.contains(key) || Drive.place(key) != nil || NetworkCard.index(key) != nil
        }
        guard isMachine, settings["rootfs"] == nil else { throw .notProxmox(file) }
        self.file = file
        self.lines = lines
        self.settings = settings
        self.pending = pending
        self.snapshots = snapshots
        self.repeated = repeated
        let inForce = order.compactMap { settings[$0] }
        drives = inForce.compactMap { Drive($0, file: file) }
        cards = inForce.compactMap { NetworkCard($0, file: file) }
    }

    private static func kind(of line: String, number: Int) -> Line.Kind {
        let trimmed = ConfigText.trimmed(line)
        if trimmed.isEmpty { return .blank }
        if line.utf8.first == UInt8(ascii: "#") { return .comment }
        if line.utf8.first == UInt8(ascii: "["),
            let end = line.utf8.firstIndex(of: UInt8(ascii: "]"))
        {
            let name = String(line[line.utf8.index(after: line.startIndex)..<end])
            return name.isEmpty ? .unreadable : .section(name)
        }
        guard
            let (key, rest) = ConfigText.halves(line, at: UInt8(ascii: ":")),
            isKey(key)
        else { return .unreadable }
        let value = ConfigText.trimmed(rest)
        guard !value.isEmpty, let range = rest.utf8.firstIndex(where: { !ConfigText.isBlank($0) })
        else { return .unreadable }
        let tail =
            rest.utf8.count - rest.utf8.distance(from: rest.startIndex, to: range)
            - value.utf8.count
        return .setting(
            Setting(
                key: key,
                gap: String(rest[..<range]),
                value: value,
                rest: String(decoding: rest.utf8.suffix(tail), as: UTF8.self),
                line: number
            )
        )
    }

    /// Lower-case letters, "_" and "-", then digits.
    private static func isKey(_ text: String) -> Bool {
        guard let first = text.utf8.first, (0x61...0x7A).contains(first) else { return false }
        let name = text.utf8.prefix {
            (0x61...0x7A).contains($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
        }
        return text.utf8.dropFirst(name.count).allSatisfy { (0x30...0x39).contains($0) }
    }

    /// The file as it would be written.
    package var rendered: String {
        lines.map(\.rendered).joined(separator: "\n") + (lines.isEmpty ? "" : "\n")
    }
}
