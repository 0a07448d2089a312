import IOEngines
import Workloads

/// Puts on their way from clients to the member and back, over connections of this process with itself.
///
/// The offered load feeds the clients; what reaches the member stands in `proposals`, each known by its connection.
final class LoopbackTransport {
    /// What the raft loop takes from.
    let proposals: ProposalQueue
    let client: ClientSide
    let server: ServerSide
    private let connections: LoopbackConnections

    /// More clients than this is refused by the command.
    static let mostClients = 4096

    init(offered: ProposalQueue, control: RunControl) throws(EngineError) {
        connections = try LoopbackConnections(capacity: Self.mostClients)
        proposals = ProposalQueue(control: control)
        client = ClientSide(connections: connections, offered: offered, control: control)
        server = ServerSide(connections: connections, proposals: proposals, control: control)
    }

    /// How the ends are connected; TCP until it was refused.
    var kind: LoopbackConnections.Kind { connections.kind }

    func start() throws(EngineError) {
        try server.start()
        try client.start()
    }

    /// Makes the connections a load needs, one a client.
    ///
    /// - Returns: the load, with fewer clients where the limit of open files allows no more.
    /// - Throws: `EngineError` when not even one connection can be made.
    func prepare(_ load: EtcdLoad) throws(EngineError) -> EtcdLoad {
        var load = load
        load.clients = min(load.clients, max(1, connections.possible(load.clients)))
        try connections.grow(to: load.clients)
        client.useConnections()
        var proposed = load
        // The clients bound what is outstanding; here only the sizes of puts matter.
        proposed.clients = ProposalQueue.unlimited
        proposed.ratePerSecond = load.ratePerSecond ?? 1
        proposals.begin(proposed)
        return load
    }

    /// Ends every connection and waits for the threads; the run must have been stopped.
    func stop() {
        connections.shutDown()
        client.join()
        server.join()
    }
}
