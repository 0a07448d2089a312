import ArgumentTable
import Replication
import TargetSafety
import Units

/// The replicas of a run: the local one served in this process, real ones opened, agents as they are.
final class LadderReplicas {
    /// In the order of the command line.
    let list: [LadderReplica]
    /// Doubts about single ones.
    let warnings: [Warning]
    private let agent: ReplicaAgent?
    private var opened: [OpenedReplica]

    /// What "--replica local" is called.
    static let local = "local"

    /// - Parameters:
    ///   - names: as on the command line.
    ///   - destroyable: those the user has named as such.
    ///   - directory: tbench's own scratch on the target's disk, for the local replica.
    ///   - volumeBytes: the largest volume the local agent must take.
    /// - Throws: `ReplicationError`: an address that is none, a real replica that cannot be used.
    init(
        _ names: [String],
        destroyable: [String],
        directory: String,
        volumeBytes: UInt64
    ) throws(ReplicationError) {
        var list: [LadderReplica] = []
        var warnings: [Warning] = []
        var opened: [OpenedReplica] = []
        var agent: ReplicaAgent?
        do throws(ReplicationError) {
            if names.contains(Self.local) {
                agent = try Self.serve(directory, volumeBytes)
            }
            for name in names {
                if name == Self.local, let agent {
                    list.append(Self.local(agent))
                    continue
                }
                let endpoint = try Endpoint(name)
                switch endpoint.kind {
                case .agent:
                    list.append(
                        LadderReplica(
                            name: endpoint.description,
                            endpoint: endpoint,
                            isAgent: true,
                            isWritable: true
                        )
                    )
                case .longhorn:
                    let real = try OpenedReplica(
                        endpoint,
                        mayDestroy: destroyable.contains(name)
                    )
                    opened.append(real)
                    list.append(real.replica)
                    if !real.replica.isWritable { warnings.append(Self.onlyRead(endpoint)) }
                case .unix:
                    throw ReplicationError(
                        operation: "connect",
                        subject: name,
                        reason: "\(name) is an engine's socket, not a replica",
                        hint: "give it with --volume",
                        exitCode: .usage
                    )
                }
            }
        } catch {
            agent?.stop()
            throw error
        }
        self.list = list
        self.warnings = warnings
        self.opened = opened
        self.agent = agent
    }

    private static func serve(
        _ directory: String,
        _ volumeBytes: UInt64
    ) throws(ReplicationError) -> ReplicaAgent {
        var limits = AgentLimits()
        limits.volumeBytes = max(limits.volumeBytes, volumeBytes)
        let agent = try ReplicaAgent(
            at: Endpoint(kind: .agent, host: "127.0.0.1", port: 0),
            token: nil,
            directory: directory,
            limits: limits
        ) { _ in }
        try agent.start()
        return agent
    }

    private static func local(_ agent: ReplicaAgent) -> LadderReplica {
        LadderReplica(
            name: local,
            endpoint: Endpoint(kind: .agent, host: agent.host, port: agent.port),
            isAgent: true,
            isWritable: true
        )
    }

    private static func onlyRead(_ endpoint: Endpoint) -> Warning {
        Warning(
            code: "replica-not-written",
            severity: .note,
            text:
                "\(endpoint) may be somebody's volume: it got pings and reads only, and the volume's writes were not measured",
            hint: "if its data may go: --destroy-replica \(endpoint)"
        )
    }

    /// Leaves real replicas as they were found, and ends the local agent.
    ///
    /// - Parameter usedBytes: the part of the volume that was written to.
    /// - Returns: what went wrong.
    func leave(usedBytes: Int64) -> [ReplicationError] {
        var errors: [ReplicationError] = []
        for real in opened {
            do throws(ReplicationError) { try real.leave(usedBytes: usedBytes) } catch {
                errors.append(error)
            }
        }
        opened = []
        agent?.stop()
        return errors
    }

    deinit { agent?.stop() }
}
