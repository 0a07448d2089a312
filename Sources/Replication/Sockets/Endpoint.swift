import Units

/// Where a replica, an agent or an engine listens.
package struct Endpoint: Sendable, Equatable, Hashable, CustomStringConvertible {
    /// What speaks there.
    package enum Kind: String, Sendable {
        /// `tbench serve`.
        case agent
        /// A `longhorn replica`; the port is its control port, and the data port is the next one.
        case longhorn
        /// A Unix socket: an engine's front end.
        case unix
    }

    /// Where `tbench serve` listens unless told otherwise.
    package static let defaultPort: UInt16 = 9650
    /// A replica's control port when it was started by hand.
    package static let longhornPort: UInt16 = 9502

    package var kind: Kind
    /// A name or a numeric address; the path of a Unix socket.
    package var host: String
    /// 0 for a Unix socket.
    package var port: UInt16

    package init(kind: Kind, host: String, port: UInt16) {
        self.kind = kind
        self.host = host
        self.port = port
    }

    /// Reads "host", "host:port", "[::1]:port", "::1", "tcp://host:port", "longhorn://host:port" or "unix:///path".
    package init(_ text: String) throws(ReplicationError) {
        var rest = Substring(text)
        kind = .agent
        if let separator = rest.range(of: "://") {
            switch rest[..<separator.lowerBound] {
            case "tcp", "tbench": kind = .agent
            case "longhorn": kind = .longhorn
            case "unix": kind = .unix
            default:
                throw .address(text, "it begins with none of tcp://, longhorn:// and unix://")
            }
            rest = rest[separator.upperBound...]
        }
        // What a socket's address and a kernel's message can hold.
        guard !rest.isEmpty, rest.utf8.count <= 255, !rest.utf8.contains(0) else {
            throw .address(text, "it is empty or too long")
        }
        if kind == .unix {
            guard rest.hasPrefix("/"), rest.utf8.count <= 107 else {
                throw .address(text, "a socket's path is absolute and has 107 bytes at most")
            }
            host = String(rest)
            port = 0
            return
        }
        let normal = kind == .longhorn ? Self.longhornPort : Self.defaultPort
        (host, port) = try Self.split(rest, text, normal)
    }

    private static func split(
        _ rest: Substring,
        _ text: String,
        _ normal: UInt16
    ) throws(ReplicationError) -> (String, UInt16) {
        var host = rest
        var port: Substring?
        if rest.hasPrefix("[") {
            guard let end = rest.firstIndex(of: "]") else {
                throw .address(text, "the bracket is not closed")
            }
            host = rest[rest.index(after: rest.startIndex)..<end]
            let behind = rest[rest.index(after: end)...]
            guard behind.isEmpty || behind.hasPrefix(":") else {
                throw .address(text, "behind the bracket comes a colon and the port")
            }
            if !behind.isEmpty { port = behind.dropFirst() }
        } else if let colon = rest.lastIndex(of: ":"), rest.firstIndex(of: ":") == colon {
            host = rest[..<colon]
            port = rest[rest.index(after: colon)...]
        }
        guard !host.isEmpty else { throw .address(text, "it names no host") }
        guard let port else { return (String(host), normal) }
        guard let number = UInt16(port), number > 0 else {
            throw .address(text, "a port is a number from 1 to 65535")
        }
        return (String(host), number)
    }

    /// The same host, another port.
    package func withPort(_ port: UInt16) -> Endpoint {
        Endpoint(kind: kind, host: host, port: port)
    }

    /// "host:port", "[::1]:port", "longhorn://host:port", "unix:///path".
    package var description: String {
        let place = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        return switch kind {
        case .agent: place
        case .longhorn: "longhorn://\(place)"
        case .unix: "unix://\(host)"
        }
    }

    /// Whether nobody outside this machine can reach it.
    package var isLoopback: Bool {
        kind == .unix || host == "localhost" || host == "::1" || host.hasPrefix("127.")
    }
}

extension Substring {
    /// The first place of a text; the standard library has this for collections only since Foundation.
    fileprivate func range(of text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) {
                return start..<index(start, offsetBy: text.count)
            }
            start = index(after: start)
        }
        return nil
    }
}
