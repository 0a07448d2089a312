package import Units

/// Why the files hold no model.
package struct ModelError: DescribedError, Equatable {
    package let operation: String
    package let subject: String
    package let reason: String
    package let cause: SystemCallFailure?
    package let hint: String?
    package let exitCode: ExitCode

    private init(
        subject: String,
        reason: String,
        hint: String,
        exitCode: ExitCode = .missing
    ) {
        operation = "model"
        self.subject = subject
        self.reason = reason
        cause = nil
        self.hint = hint
        self.exitCode = exitCode
    }

    /// No disk, no round trip and no replicated write in any of the files.
    static func noTerms(_ files: [String]) -> ModelError {
        let subject = files.joined(separator: ", ")
        return ModelError(
            subject: subject,
            reason:
                "\(subject) holds no term of the model: no 4 KiB write to a disk one at a time, no round trip, no replicated write",
            hint:
                "measure some with 'tbench longhorn TARGET', 'tbench net HOST' or 'tbench longhorn TARGET --replica HOST:PORT', each with -o DIR"
        )
    }

    /// Fewer nodes with a disk than a volume has replicas.
    static func fleetTooSmall(nodes: Int, replicas: Int) -> ModelError {
        ModelError(
            subject: "fleet",
            reason:
                "\(nodes) \(nodes == 1 ? "node has" : "nodes have") a measured disk, and a volume of \(replicas) replicas needs \(replicas)",
            hint:
                "measure more with 'tbench manifest fleet --nodes … -- longhorn' and 'tbench collect', or try --set replicas=\(max(1, nodes))"
        )
    }

    /// A file that was given for one term and does not have it.
    package static func lacks(_ what: String, _ file: String, _ command: String) -> ModelError {
        ModelError(
            subject: file,
            reason: "\(file) holds no \(what)",
            hint: "measure it with '\(command)'"
        )
    }

    /// A `--set` that cannot be carried out.
    package static func setting(
        _ text: String,
        _ problem: String,
        _ hint: String
    ) -> ModelError {
        ModelError(
            subject: text,
            reason: "--set \(text): \(problem)",
            hint: hint,
            exitCode: .usage
        )
    }
}
