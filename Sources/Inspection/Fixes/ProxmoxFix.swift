import Units

/// Corrected lines of a VM's configuration, as a diff and as commands; nothing is edited.
package struct ProxmoxFix: Sendable, Equatable {
    /// A changed line.
    package struct Change: Sendable, Equatable {
        package var key: String
        /// Nil for a setting that was not there.
        package var before: String?
        /// Nil for one that goes.
        package var after: String?
        /// Counted from 1; nil for a new one.
        package var line: Int?
    }

    package let file: String
    /// "101", or "VMID" where the file's name does not say.
    package let identifier: String
    package private(set) var changes: [Change] = []

    /// The changes that end these findings.
    ///
    /// - Returns: nil when none of them can be ended by a line.
    package init?(_ machine: VirtualMachine, findings: [Finding]) {
        file = machine.file
        identifier = machine.identifier ?? "VMID"
        var values: [String: String?] = [:]
        var order: [String] = []
        for finding in findings where finding.observation.location.path == machine.file {
            // Where authorities disagree, nobody's advice is carried out.
            guard finding.severity != .disputed else { continue }
            for edit in finding.observation.edits {
                let key: String
                switch edit {
                case .set(let name, let value):
                    key = name
                    values[key] = .some(value)
                case .option(let name, let option, let value):
                    key = name
                    let current = values[key] ?? machine.settings[key]?.value
                    guard let current else { continue }
                    var text = PropertyString(current)
                    text.set(option, to: value)
                    values[key] = .some(text.text)
                }
                if !order.contains(key) { order.append(key) }
            }
        }
        for key in order {
            guard let value = values[key] else { continue }
            let old = machine.settings[key]
            guard old?.value != value else { continue }
            changes.append(Change(key: key, before: old?.value, after: value, line: old?.line))
        }
        if changes.isEmpty { return nil }
    }

    /// A unified diff of the settings in force; lines around a change are left out, because they may hold secrets.
    package var diff: [String] {
        var lines = ["--- \(file)", "+++ \(file)"]
        let added = changes.compactMap { change in
            change.before == nil ? change.after.map { "+\(change.key): \($0)" } : nil
        }
        if !added.isEmpty {
            lines += ["@@ -0,0 +1\(added.count == 1 ? "" : ",\(added.count)") @@"] + added
        }
        var shift = added.count
        for change in changes.sorted(by: { ($0.line ?? 0) < ($1.line ?? 0) }) {
            guard let before = change.before, let old = change.line else { continue }
            if let after = change.after {
                lines += [
                    "@@ -\(old) +\(old + shift) @@", "-\(change.key): \(before)",
                    "+\(change.key): \(after)",
                ]
            } else {
                lines += ["@@ -\(old) +\(old + shift - 1),0 @@", "-\(change.key): \(before)"]
                shift -= 1
            }
        }
        return lines
    }

    /// What to type on the Proxmox host.
    package var commands: [String] {
        var commands: [String] = []
        let settings = changes.compactMap { change in
            change.after.map { "--\(change.key) \(ShellQuoting.quoted($0))" }
        }
        if !settings.isEmpty {
            commands.append("qm set \(identifier) \(settings.joined(separator: " "))")
        }
        let removed = changes.filter { $0.after == nil }.map(\.key)
        if !removed.isEmpty {
            commands.append("qm set \(identifier) --delete \(removed.joined(separator: ","))")
        }
        return commands
    }

    /// What to know before typing it.
    package var notes: [String] {
        var notes = [
            "Most changes take effect when the VM has been shut down and started, not by a reboot inside."
        ]
        if changes.contains(where: { $0.key == "scsihw" }) {
            notes.append(
                "Another controller may change the order of disks; Talos' install disk and volumes should be chosen by size or serial, not by /dev/sdX."
            )
        }
        return notes
    }
}
