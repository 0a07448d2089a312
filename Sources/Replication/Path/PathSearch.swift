/// Finds the largest packet that arrives, in few tries.
struct PathSearch: Equatable {
    /// What became of a packet.
    enum Answer: Equatable {
        case arrived
        /// It was refused; the size that was named instead, if one was.
        case told(Int?)
        case silent
    }

    /// One size and what became of it.
    struct Try: Equatable {
        var bytes: Int
        var answer: Answer
    }

    /// What paths carry: jumbo frames, jumbo in VXLAN, Ethernet, VXLAN, WireGuard over IPv6 or IPv4, and what IPv6 promises.
    static let common = [9000, 8950, 1500, 1450, 1420, 1400, 1280]
    /// What every IPv4 host takes.
    static let floor = 576

    /// The largest that arrived; nil when none did.
    private(set) var largest: Int?
    /// The smallest that did not.
    private(set) var smallestLost: Int?
    /// What was said about the smallest limit.
    private(set) var told: Int?
    /// Whether some packet vanished without a word.
    private(set) var hasSilence = false
    private(set) var tries: [Try] = []

    /// - Parameters:
    ///   - most: the largest packet to try, the interface's MTU as a rule.
    ///   - least: the smallest.
    ///   - isOver: asked before each try; then what is known stays as it is.
    ///   - attempt: sends a packet, more than once if need be, and says what became of it.
    init(most: Int, least: Int = floor, isOver: () -> Bool, attempt: (Int) -> Answer) {
        guard most >= least else { return }
        descend(most, least, isOver, attempt)
        narrow(isOver, attempt)
    }

    /// From the top through what is common, until one arrives.
    private mutating func descend(
        _ most: Int,
        _ least: Int,
        _ isOver: () -> Bool,
        _ attempt: (Int) -> Answer
    ) {
        var steps = [most] + Self.common.filter { $0 < most && $0 > least }
        if most > least { steps.append(least) }
        while largest == nil, !steps.isEmpty, !isOver() {
            var next = steps.removeFirst()
            // Whoever refused a packet knows better than we do.
            if let told, told >= least, told <= most, next > told {
                next = told
                steps.removeAll { $0 >= told }
            } else if let told, next == told {
                steps.removeAll { $0 == told }
            }
            if tries.contains(where: { $0.bytes == next }) { continue }
            look(next, attempt)
        }
    }

    /// Between the largest that arrived and the smallest that did not.
    private mutating func narrow(_ isOver: () -> Bool, _ attempt: (Int) -> Answer) {
        var isFirst = true
        while let low = largest, let high = smallestLost, high - low > 1, !isOver() {
            // Most limits are common ones: one byte more settles it.
            look(isFirst ? low + 1 : (low + high) / 2, attempt)
            isFirst = false
        }
    }

    private mutating func look(_ bytes: Int, _ attempt: (Int) -> Answer) {
        let answer = attempt(bytes)
        tries.append(Try(bytes: bytes, answer: answer))
        switch answer {
        case .arrived:
            largest = max(largest ?? bytes, bytes)
        case .told(let size):
            smallestLost = min(smallestLost ?? bytes, bytes)
            if let size, size > 0, size < bytes { told = min(told ?? size, size) }
        case .silent:
            smallestLost = min(smallestLost ?? bytes, bytes)
            hasSilence = true
        }
    }
}
