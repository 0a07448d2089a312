import Units

/// Collects what is known about the machine and about a target, without changing anything.
///
/// Every fact comes from a file below `root` or, for paths, from stat(2). A file that is missing or
/// makes no sense leaves its fact nil; the record's `unknown` says so where a reader would ask.
package struct HostProbe: Sendable {
    let root: SystemRoot
    let environment: @Sendable (String) -> String?
    let status: @Sendable (String) -> Result<PathStatus, SystemCallFailure>

    package init(root: SystemRoot = .init()) {
        self.init(
            root: root,
            environment: { SystemCalls.environment($0) },
            status: { SystemCalls.status(of: $0) }
        )
    }

    /// For tests: the environment and the answers of stat(2) are handed in.
    init(
        root: SystemRoot,
        environment: @escaping @Sendable (String) -> String?,
        status: @escaping @Sendable (String) -> Result<PathStatus, SystemCallFailure>
    ) {
        self.root = root
        self.environment = environment
        self.status = status
    }
}
