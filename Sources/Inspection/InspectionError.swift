package import Units

/// An input that cannot be inspected.
package struct InspectionError: DescribedError, Equatable {
    package let operation: String
    package let subject: String
    package let reason: String
    package let cause: SystemCallFailure?
    package let hint: String?
    package let exitCode: ExitCode

    private init(_ subject: String, _ reason: String, hint: String?, _ exitCode: ExitCode) {
        operation = "inspect"
        self.subject = subject
        self.reason = reason
        cause = nil
        self.hint = hint
        self.exitCode = exitCode
    }

    static func notText(_ file: String, what: String) -> InspectionError {
        InspectionError(
            file,
            "\(file) is not a text file, so it is no \(what)",
            hint: "give the file itself, not an image or an archive of it",
            .usage
        )
    }

    static func notProxmox(_ file: String) -> InspectionError {
        InspectionError(
            file,
            "\(file) has no line that a VM's configuration has",
            hint:
                "give /etc/pve/qemu-server/VMID.conf; containers (/etc/pve/lxc) are not inspected",
            .usage
        )
    }

    static func notStorages(_ file: String) -> InspectionError {
        InspectionError(
            file,
            "\(file) defines no storage",
            hint: "give /etc/pve/storage.cfg",
            .usage
        )
    }

    static func notTalos(_ file: String) -> InspectionError {
        InspectionError(
            file,
            "\(file) is not a Talos machine configuration: no 'machine', 'cluster' or 'kind'",
            hint:
                "give the file that 'talosctl gen config' wrote, or a strategic merge patch; a JSON patch (op, path, value) and talhelper's file have to be rendered first",
            .usage
        )
    }

    static func notLonghorn(_ file: String) -> InspectionError {
        InspectionError(
            file,
            "\(file) does not hold Longhorn's values: none of the chart's keys is there",
            hint: "give the values.yaml that the Helm chart 'longhorn' is installed with",
            .usage
        )
    }

    static func yaml(_ file: String, line: Int, problem: String) -> InspectionError {
        InspectionError(
            file,
            "\(file):\(line) is not YAML: \(problem)",
            hint: problem.contains("found character that cannot start any token")
                ? "look for tabs and for templates such as {{ }}, which must be rendered first"
                : "the file may be cut short, or a template that must be rendered first",
            .usage
        )
    }

    static func tooMuch(_ file: String, what: String) -> InspectionError {
        InspectionError(
            file,
            "\(file) \(what)",
            hint: "a configuration is far smaller; look for aliases that expand each other",
            .usage
        )
    }

    /// A question to `--plan` that has no answer.
    static func plan(_ subject: String, _ reason: String, hint: String) -> InspectionError {
        InspectionError(subject, reason, hint: hint, .usage)
    }

    /// A rule that does not exist.
    package static func noRule(_ id: String) -> InspectionError {
        let near = Suggestion.nearest(to: id.uppercased(), among: RuleBook.all.map(\.id))
        return InspectionError(
            id,
            "there is no rule '\(id)'",
            hint: near.map { "did you mean \($0)?" } ?? "'tbench list rules' shows them all",
            .usage
        )
    }
}
