/// What an agent lets others use of its machine.
package struct AgentLimits: Sendable, Equatable {
    /// Connections that have shown themselves worthy.
    package var sessions = 64
    /// Connections that have not yet.
    package var strangers = 128
    /// How long a stranger may take to say what it wants.
    package var greetingNanoseconds: UInt64 = 3_000_000_000
    /// How long a session may be silent, and how long it may leave an answer unread.
    package var idleNanoseconds: UInt64 = 60_000_000_000
    /// Volumes at a time; each is a file.
    package var volumes = 8
    /// The largest volume.
    package var volumeBytes: UInt64 = 64 << 30
    /// The volume of a client that does not say how large it wants one: an engine of Longhorn's.
    package var plainVolumeBytes: UInt64 = 1 << 30
    /// The largest message: more than a kernel puts into one I/O.
    package var dataBytes = 1 << 20
    /// Requests of one connection at a time; more wait in the socket.
    package var inFlight = 64
    /// Threads that wait for a disk on behalf of one volume.
    package var workers = 32
    /// What every request to a volume takes longer than it would.
    package var delayNanoseconds: UInt64 = 0

    package init() {}
}
