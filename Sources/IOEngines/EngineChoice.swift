/// What a user may ask for with `--ioengine`.
package enum EngineChoice: String, Sendable, Equatable, CaseIterable {
    /// The first that works here of those the benchmark prefers.
    case auto
    case sync
    case libaio
    case ioUring = "io_uring"
}
