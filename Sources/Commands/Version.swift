/// Which tbench this is.
enum Version {
    static let number = "0.1.0"
    /// Raised by every change that moves numbers; such a change requires a new baseline.
    static let method = 1

    static var build: String {
        #if DEBUG
        let configuration = "debug"
        #else
        let configuration = "release"
        #endif
        #if arch(x86_64)
        return "\(configuration)-x86_64"
        #elseif arch(arm64)
        return "\(configuration)-aarch64"
        #else
        return configuration
        #endif
    }
}
