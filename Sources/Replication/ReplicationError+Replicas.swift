import Glibc
import Units

// The wording of what goes wrong with a replica or an agent.
extension ReplicationError {
    /// The connection broke before the agent had spoken.
    static func handshake(_ code: Int32, _ endpoint: Endpoint) -> ReplicationError {
        switch code {
        case ETIMEDOUT: .handshake(endpoint, "it says nothing")
        case EPIPE, ECONNRESET: .handshake(endpoint, "it closed the connection")
        default: .socket("recv", endpoint, code)
        }
    }

    static func tokenMissing(_ endpoint: Endpoint) -> ReplicationError {
        ReplicationError(
            operation: "connect",
            subject: endpoint.description,
            reason: "the agent at \(endpoint) asks for a token",
            hint: "give the file it was started with: --token-file FILE",
            exitCode: .refused
        )
    }

    /// What the agent said when it would not.
    static func unwelcome(
        _ endpoint: Endpoint,
        _ state: Welcome.State,
        _ text: [UInt8]
    ) -> ReplicationError {
        let said = String(decoding: text, as: UTF8.self)
        let hint: String? =
            switch state {
            case .wrongToken: "give the file it was started with: --token-file FILE"
            case .noSpace: "use a smaller volume: --size 1G"
            case .tooLarge: "use a smaller volume with --size, or start the agent with --max-size"
            case .ready, .failed: nil
            }
        return ReplicationError(
            operation: "connect",
            subject: endpoint.description,
            reason:
                "the agent at \(endpoint) refuses: \(said.isEmpty ? "it does not say why" : said)",
            hint: hint,
            exitCode: state == .wrongToken ? .refused : .failure
        )
    }

    /// A replica that answered with a failure.
    static func replica(
        _ endpoint: Endpoint,
        _ kind: MessageKind,
        _ text: String
    )
        -> ReplicationError
    {
        let said = text.isEmpty ? "it does not say why" : text
        let isClosed = said.contains("replica state closed") || said.contains("no longer exist")
        return ReplicationError(
            operation: "replicate",
            subject: endpoint.description,
            reason:
                kind == .noSpace
                ? "the disk of \(endpoint) is full: \(said)"
                : "\(endpoint) answered with an error: \(said)",
            hint:
                isClosed
                ? "a closed replica is opened through its control port: --replica longhorn://\(endpoint.host):PORT"
                : kind == .noSpace ? "free space there, or use a smaller volume: --size 1G" : nil
        )
    }

    /// A replica that broke off, or broke the protocol.
    static func lost(
        _ endpoint: Endpoint,
        _ reason: String,
        _ code: Int32? = nil
    )
        -> ReplicationError
    {
        ReplicationError(
            operation: "replicate",
            subject: endpoint.description,
            reason: "\(endpoint) is lost: \(reason)",
            cause: code.map { SystemCallFailure(call: "recv", errno: $0) }
        )
    }

    /// A replica that does not answer in time.
    static func late(_ endpoint: Endpoint, _ seconds: Double) -> ReplicationError {
        ReplicationError(
            operation: "replicate",
            subject: endpoint.description,
            reason:
                "\(endpoint) did not answer within \(QuantityText.fixed(seconds, decimals: 1)) s; Longhorn would drop this replica",
            hint: "see what its disk and the way to it do: tbench etcd there, tbench net to there"
        )
    }
}
