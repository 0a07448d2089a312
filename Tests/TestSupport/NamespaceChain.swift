import Foundation
import Glibc
package import Testing

/// Network namespaces in a row, joined by veth pairs; deleted with their owner.
///
/// The first and the last are hosts, those between them are routers. Link i has 10.77.i.1 on its left end and 10.77.i.2 on
/// its right, and fd77:i::1 and fd77:i::2. Needs root; use the `.requiresNetworkNamespaces` trait.
package final class NamespaceChain: Sendable {
    /// The MTU of both ends of a link.
    package struct Link: Sendable {
        package var left: Int
        package var right: Int

        package init(_ left: Int, _ right: Int) {
            self.left = left
            self.right = right
        }
    }

    /// Their names, from left to right.
    package let names: [String]

    /// - Parameters:
    ///   - links: from left to right; one joins two hosts.
    ///   - silentRouters: routers say nothing about packets that are too large.
    /// - Throws: `Shell.Failure` when ip(8) cannot do it.
    package init(_ links: [Link], silentRouters: Bool = false) throws {
        let stem = "tb\(getpid())x\(UInt32.random(in: 0...0xFFFF))"
        names = (0...links.count).map { "\(stem)n\($0)" }
        for name in names {
            try Shell.require(["ip", "netns", "add", name])
            try Self.ip(name, ["link", "set", "lo", "up"])
            // Routes over IPv6 are there at once.
            for setting in ["net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1"] {
                try Shell.require(["ip", "netns", "exec", name, "sysctl", "-qw", setting])
            }
        }
        for (number, link) in links.enumerated() {
            let (left, right) = (names[number], names[number + 1])
            try Self.ip(
                left,
                [
                    "link", "add", "right\(number)", "type", "veth", "peer", "name",
                    "left\(number)", "netns", right,
                ]
            )
            try Self.raise(left, "right\(number)", link.left, number, "1")
            try Self.raise(right, "left\(number)", link.right, number, "2")
        }
        try route(links.count)
        guard silentRouters else { return }
        for router in names.dropFirst().dropLast() {
            try Self.ip(router, ["rule", "add", "ipproto", "icmp", "blackhole"])
            try Self.ip(router, ["-6", "rule", "add", "ipproto", "ipv6-icmp", "blackhole"])
        }
    }

    deinit {
        for name in names { _ = try? Shell.run(["ip", "netns", "delete", name]) }
    }

    /// Everybody knows the way to every link.
    private func route(_ links: Int) throws {
        for (number, name) in names.enumerated() {
            for link in 0..<links where link != number && link != number - 1 {
                let (via, end) = link > number ? (number, "2") : (number - 1, "1")
                try Self.ip(
                    name,
                    ["route", "add", "10.77.\(link).0/24", "via", "10.77.\(via).\(end)"]
                )
                try Self.ip(
                    name,
                    ["-6", "route", "add", "fd77:\(link)::/64", "via", "fd77:\(via)::\(end)"]
                )
            }
        }
    }

    private static func raise(
        _ name: String,
        _ device: String,
        _ mtu: Int,
        _ link: Int,
        _ end: String
    ) throws {
        try ip(name, ["link", "set", device, "mtu", "\(mtu)", "up"])
        try ip(name, ["addr", "add", "10.77.\(link).\(end)/24", "dev", device])
        try ip(name, ["addr", "add", "fd77:\(link)::\(end)/64", "dev", device, "nodad"])
    }

    private static func ip(_ name: String, _ arguments: [String]) throws {
        try Shell.require(["ip", "-n", name] + arguments)
    }

    /// The last host's address, over IPv4 or IPv6.
    package func address(isSix: Bool = false) -> String {
        let link = names.count - 2
        return isSix ? "fd77:\(link)::2" : "10.77.\(link).2"
    }

    /// A command in front of another, to run it in one of the namespaces.
    package func prefix(_ number: Int) -> [String] { ["ip", "netns", "exec", names[number]] }

    /// Runs `body` in a thread of one of the namespaces; sockets that it opens stay there.
    ///
    /// - Throws: what `body` throws, or `POSIXError` when the namespace cannot be entered.
    package func run<Value>(
        in number: Int,
        _ body: @escaping () throws -> Value
    ) throws -> Value {
        let work = UncheckedWork(body)
        let name = names[number]
        let done = DispatchSemaphore(value: 0)
        let thread = Thread {
            let file = open("/run/netns/\(name)", O_RDONLY | O_CLOEXEC)
            if file >= 0, Self.enter(file) {
                close(file)
                work.result = Result { try work.body() }
            } else {
                work.result = .failure(POSIXError(POSIXErrorCode(rawValue: errno) ?? .EINVAL))
            }
            done.signal()
        }
        thread.stackSize = 8 << 20
        thread.start()
        done.wait()
        guard let result = work.result else { throw POSIXError(.EINVAL) }
        return try result.get()
    }

    /// Moves the calling thread into a namespace; setns(2), which the Glibc module leaves out.
    private static func enter(_ file: Int32) -> Bool {
        typealias SetNamespace = @convention(c) (Int32, Int32) -> Int32
        guard let symbol = dlsym(nil, "setns") else { return false }
        let newNetwork: Int32 = 0x4000_0000
        return unsafeBitCast(symbol, to: SetNamespace.self)(file, newNetwork) == 0
    }

    /// Whether namespaces can be made here.
    fileprivate static let isPossible =
        Capability.isRoot && Shell.hasCommand("ip")
        && (try? NamespaceChain([Link(1500, 1500)])) != nil
}

/// Carries a closure into a thread that is waited for.
private final class UncheckedWork<Value>: @unchecked Sendable {
    let body: () throws -> Value
    var result: Result<Value, any Error>?

    init(_ body: @escaping () throws -> Value) { self.body = body }
}

extension Trait where Self == ConditionTrait {
    /// The test makes network namespaces, which needs root and iproute2.
    package static var requiresNetworkNamespaces: Self {
        .enabled("needs root and network namespaces") {
            Capability.demanded || NamespaceChain.isPossible
        }
    }
}
