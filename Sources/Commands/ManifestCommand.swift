import ArgumentTable
import Foundation
import Orchestration
import Units

/// `tbench manifest`: YAML on stdout, and nothing else.
struct ManifestCommand {
    private let request: ManifestRequest
    private let arguments: [String]
    private let console: Console

    init(_ command: ParsedCommand, arguments: [String], console: Console) throws {
        request = try ManifestRequest(command)
        self.arguments = arguments
        self.console = console
    }

    func run() throws -> ExitCode {
        let text: String
        switch request.kind {
        case "pod":
            let plan = try request.plan(name: request.name, node: request.node)
            text = document([plan], [PodManifest.pod(plan)], [])
        case "job":
            let plan = try request.plan(name: request.name, node: request.node)
            text = document([plan], [PodManifest.job(plan)], [])
        case "cronjob":
            let plan = try request.plan(name: request.name, node: request.node)
            let job = PodManifest.cronJob(plan, schedule: try request.schedule())
            text = document([plan], [job], [])
        default: text = try fleet()
        }
        return console.output(text) ? .success : .failure
    }

    private func fleet() throws -> String {
        let fleet = try request.fleet(try request.inventory())
        let start = try request.start()
        let slot = request.slotSeconds
        // Half a day between printing, applying and the first slot is plenty; a pod that waits for ever is not.
        let patience = 43_200
        var plans: [PodPlan] = []
        var notes = fleet.left.map { "Left out: \($0)." }
        if request.network != "only" {
            for (index, nodes) in fleet.slots.enumerated() {
                for node in nodes {
                    plans.append(
                        try request.plan(
                            name: KubernetesName.joined(request.name, node),
                            node: node,
                            arguments: timed(request.arguments, start, index * slot),
                            waitSeconds: patience + index * slot
                        )
                    )
                }
            }
            let end = start.addingTimeInterval(Double(fleet.slots.count * slot))
            notes.append(
                "\(plans.count) nodes in \(fleet.slots.count) slots of \(slot) s, from \(StartTime.text(start)) to \(StartTime.text(end))."
            )
        }
        var objects = plans.map { PodManifest.job($0) }
        if request.network != nil {
            let nodes = fleet.slots.flatMap(\.self).sorted()
            let begin =
                request.network == "only"
                ? start : start.addingTimeInterval(Double(fleet.slots.count * slot))
            let network = try NetworkManifest(
                request,
                NetworkFleet(nodes, rounds: request.networkRounds),
                start: begin,
                patience: patience + Int(begin.timeIntervalSince(start))
            )
            plans += network.plans
            objects += network.objects
            notes += network.notes
        }
        return document(plans, objects, notes)
    }

    /// The arguments with the moment to begin, before the target.
    private func timed(_ arguments: [String], _ start: Date, _ seconds: Int) -> [String] {
        let moment = StartTime.text(start.addingTimeInterval(Double(seconds)))
        return arguments.dropLast() + ["--start-at", moment] + arguments.suffix(1)
    }

    private func document(_ plans: [PodPlan], _ objects: [YAMLNode], _ notes: [String]) -> String {
        let namespace = PodManifest.namespace(request.namespace, for: plans)
        let select = "-n \(request.namespace) -l tbench/run=\(request.name)"
        let kind = request.kind == "pod" ? "pod" : request.kind == "cronjob" ? "cronjob,job" : "job"
        var heading = [
            "tbench \(arguments.map(ShellQuoting.quoted).joined(separator: " "))",
            "apply:    tbench manifest ... | kubectl apply -f -",
            "watch:    kubectl get pods \(select) -w",
            "collect:  kubectl logs \(select) --tail=-1 | tbench collect Results/",
            "exit:     kubectl get pods \(select) -o custom-columns=NODE:.spec.nodeName,EXIT:.status.containerStatuses[0].state.terminated.exitCode",
            "clean up: kubectl delete \(kind) \(select)"
                + (namespace == nil ? "" : "; kubectl delete namespace \(request.namespace)"),
        ]
        heading += notes
        if case .device(let path) = request.target {
            heading.append(
                "\(path) must be blank or carry tbench's mark; anything else is refused, and nothing is erased."
            )
        }
        return YAMLWriter.text([namespace].compactMap(\.self) + objects, heading: heading)
    }
}
