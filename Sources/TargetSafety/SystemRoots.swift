/// Where the kernel's two file trees are mounted; tests point them elsewhere.
package struct SystemRoots: Sendable, Equatable {
    /// Normally "/proc".
    package var proc: String
    /// Normally "/sys".
    package var sys: String

    package init(proc: String = "/proc", sys: String = "/sys") {
        self.proc = proc
        self.sys = sys
    }
}
