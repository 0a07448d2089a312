/// One pod that runs tbench once, before it is put into YAML.
package struct PodPlan: Sendable, Equatable {
    /// Of the pod or Job: a DNS label.
    package var name: String
    /// The value of the label "tbench/run" that all of one run share.
    package var run: String
    package var namespace: String
    package var image: String
    /// tbench's own arguments, the target among them.
    package var arguments: [String]
    /// Nil where nothing is measured on a disk, as in `tbench net`.
    package var target: PodTarget?
    /// The node it must run on; nil leaves that to the scheduler.
    package var node: String?
    /// Also on nodes with taints, as control planes have.
    package var toleratesAll: Bool
    package var cpu: String
    /// A quota as large as the request; none by default, because a quota throttles and that changes latencies.
    package var limitsCPU: Bool
    package var memory: String
    package var priorityClass: String?
    /// Seconds after which the pod is ended, waiting for its turn included.
    package var deadlineSeconds: Int
    /// Seconds after which a finished Job is removed.
    package var keepSeconds: Int
    /// Where the secret of `tbench serve` comes from; nil where there is none.
    package var tokenSecret: String?
    /// The node's own network instead of the pod's; breaks the baseline.
    package var usesHostNetwork = false
    /// More labels, as of an agent.
    package var labels: [YAMLEntry] = []

    package static let tokenPath = "/run/tbench/token"

    package init(
        name: String,
        run: String,
        namespace: String,
        image: String,
        arguments: [String],
        target: PodTarget?,
        node: String? = nil,
        toleratesAll: Bool = false,
        cpu: String = "1",
        limitsCPU: Bool = false,
        memory: String = "1Gi",
        priorityClass: String? = nil,
        deadlineSeconds: Int = 1800,
        keepSeconds: Int = 86_400
    ) {
        self.name = name
        self.run = run
        self.namespace = namespace
        self.image = image
        self.arguments = arguments
        self.target = target
        self.node = node
        self.toleratesAll = toleratesAll
        self.cpu = cpu
        self.limitsCPU = limitsCPU
        self.memory = memory
        self.priorityClass = priorityClass
        self.deadlineSeconds = deadlineSeconds
        self.keepSeconds = keepSeconds
    }

    /// The Pod Security level that this pod needs.
    package var level: PodTarget.Level {
        max(target?.level ?? .restricted, usesHostNetwork ? .privileged : .restricted)
    }
}
