package import Units

/// Why a virtual disk could not be made, exported or measured.
package struct VirtualDiskError: DescribedError, Equatable {
    package let operation: String
    package let subject: String
    package let reason: String
    package let cause: SystemCallFailure?
    package let hint: String?
    package let exitCode: ExitCode

    package init(
        operation: String,
        subject: String,
        reason: String,
        cause: SystemCallFailure? = nil,
        hint: String? = nil,
        exitCode: ExitCode = .failure
    ) {
        self.operation = operation
        self.subject = subject
        self.reason = reason
        self.cause = cause
        self.hint = hint
        self.exitCode = exitCode
    }

    /// The same error, as seen from here.
    package init(_ error: any DescribedError) {
        self.init(
            operation: error.operation,
            subject: error.subject,
            reason: error.reason,
            cause: error.cause,
            hint: error.hint,
            exitCode: error.exitCode
        )
    }

    /// What `body` makes, or its error as seen from here.
    static func wrap<Value: ~Copyable, Failure: DescribedError>(
        _ body: () throws(Failure) -> Value
    ) throws(VirtualDiskError) -> Value {
        do throws(Failure) {
            return try body()
        } catch {
            throw VirtualDiskError(error)
        }
    }
}

// The wording of every error of this module.
extension VirtualDiskError {
    static func missingTool(_ name: String, package: String) -> VirtualDiskError {
        VirtualDiskError(
            operation: "find",
            subject: name,
            reason: "\(name) is not installed",
            hint: "apt-get install \(package); a Proxmox host has it in pve-qemu-kvm",
            exitCode: .unavailable
        )
    }

    static func notStarted(_ program: String, _ cause: SystemCallFailure) -> VirtualDiskError {
        VirtualDiskError(
            operation: "start",
            subject: program,
            reason: "\(program) could not be started",
            cause: cause
        )
    }

    static func tooOld(_ name: String, version: String, minimum: String) -> VirtualDiskError {
        VirtualDiskError(
            operation: "check",
            subject: name,
            reason: "\(name) is version \(version), and tbench needs \(minimum) or later",
            hint: "Debian 12 and Proxmox VE 8 have a newer one",
            exitCode: .unavailable
        )
    }

    /// A tool that ended with an error; the last line it printed is its reason.
    static func toolFailed(
        _ name: String,
        _ output: String,
        hint: String? = nil
    ) -> VirtualDiskError {
        let last = output.split(separator: "\n").last.map(String.init) ?? "it printed nothing"
        return VirtualDiskError(
            operation: "run",
            subject: name,
            reason: "\(name) failed: \(last)",
            hint: hint
        )
    }

    static func noFuse(_ detail: String) -> VirtualDiskError {
        VirtualDiskError(
            operation: "export",
            subject: "/dev/fuse",
            reason: "the disk could not be mounted through FUSE: \(detail)",
            hint: "--client nbd needs no mount",
            exitCode: .unavailable
        )
    }
}
