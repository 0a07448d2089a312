import Glibc
import Units

// The wording of what goes wrong between two machines.
extension ReplicationError {
    /// An address that does not say where to go.
    static func address(_ text: String, _ reason: String) -> ReplicationError {
        ReplicationError(
            operation: "connect",
            subject: text,
            reason: "'\(text)' is no address of a replica: \(reason)",
            hint: "write host, host:port, [::1]:port, longhorn://host:port or unix:///path",
            exitCode: .usage
        )
    }

    /// A name that no address belongs to.
    static func unresolved(_ endpoint: Endpoint, _ text: String) -> ReplicationError {
        ReplicationError(
            operation: "resolve",
            subject: endpoint.description,
            reason: "\(endpoint.host) has no address: \(text)",
            hint: "check the name, or give the address itself",
            exitCode: .missing
        )
    }

    // See: man 2 connect, man 2 bind.
    static func socket(
        _ call: String,
        _ endpoint: Endpoint,
        _ number: Int32
    ) -> ReplicationError {
        let (reason, hint): (String, String?) =
            switch number {
            case ECONNREFUSED:
                (
                    "nobody listens at \(endpoint)",
                    "start 'tbench serve' there, or name the port a replica listens at"
                )
            case ETIMEDOUT, EAGAIN, EINPROGRESS:
                (
                    "\(endpoint) does not answer",
                    "check the address, the route and the firewall between the two"
                )
            case EHOSTUNREACH, ENETUNREACH:
                ("there is no route to \(endpoint)", "check the address and the network")
            case ECONNRESET, EPIPE:
                ("\(endpoint) closed the connection", "see what the other side says about it")
            case EADDRINUSE:
                ("\(endpoint) is in use already", "stop what listens there, or choose another port")
            case EADDRNOTAVAIL:
                (
                    "this machine does not have the address \(endpoint.host)",
                    "ip address shows those it has"
                )
            case EACCES, EPERM:
                ("using \(endpoint) is not permitted", "take a port above 1023")
            case ENOENT:
                ("there is no socket at \(endpoint)", "is the volume attached on this node?")
            case EMFILE, ENFILE:
                ("too many files are open to use \(endpoint)", "raise the limit with ulimit -n")
            default: ("\(call) failed for \(endpoint)", nil)
            }
        let missing = [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, ENOENT].contains(number)
        return ReplicationError(
            operation: call,
            subject: endpoint.description,
            reason: reason,
            cause: SystemCallFailure(call: call, errno: number),
            hint: hint,
            exitCode: missing ? .missing : .failure
        )
    }

    /// Something connected, and said something else or nothing.
    static func handshake(_ endpoint: Endpoint, _ reason: String) -> ReplicationError {
        ReplicationError(
            operation: "connect",
            subject: endpoint.description,
            reason: "\(endpoint) is no tbench agent: \(reason)",
            hint:
                "start 'tbench serve' there; a real Longhorn replica is written longhorn://host:port",
            exitCode: .failure
        )
    }
}
