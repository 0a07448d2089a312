/// When the host takes its turns beside those of a guest: there and back again, and the guest has the last word.
///
/// Both measure each round once, so that round n of one belongs to round n of the other. A guest powers off after its last
/// turn, so nothing of the host's may be left by then: an odd number of rounds begins with the host, an even one with the guest.
struct HostSchedule: Equatable {
    let rounds: Int

    /// How many rounds of the host's are due when the guest has ended so many of its own.
    func due(after guestRounds: Int) -> Int {
        guard guestRounds < rounds else { return 0 }
        if rounds.isMultiple(of: 2) { return guestRounds.isMultiple(of: 2) ? 0 : 2 }
        return guestRounds == 0 ? 1 : guestRounds.isMultiple(of: 2) ? 2 : 0
    }

    /// How many the host should have behind it when the guest has ended so many.
    func total(after guestRounds: Int) -> Int {
        (0...max(0, guestRounds)).reduce(0) { $0 + due(after: $1) }
    }
}
