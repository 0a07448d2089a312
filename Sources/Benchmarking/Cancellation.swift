import Synchronization

/// The user's wish to end a run early: the number of the signal that said so.
package final class Cancellation: Sendable {
    private let signal = Atomic<Int32>(0)

    package init() {}

    /// The signal that asked for the end; 0 while nobody did.
    package var signalNumber: Int32 { signal.load(ordering: .acquiring) }

    package var isRequested: Bool { signalNumber != 0 }

    /// Asks for the end; the first signal is the one remembered.
    package func request(signal number: Int32) {
        _ = signal.compareExchange(
            expected: 0,
            desired: number,
            ordering: .acquiringAndReleasing
        )
    }
}
