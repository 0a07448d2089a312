/// A pod plan as Kubernetes objects: Pod, Job, CronJob, and the namespace that admits them.
package enum PodManifest {
    /// A Pod that runs once.
    package static func pod(_ plan: PodPlan) -> YAMLNode {
        .map(
            YAMLEntry("apiVersion", "v1"),
            YAMLEntry("kind", "Pod"),
            YAMLEntry("metadata", metadata(plan)),
            YAMLEntry("spec", podSpec(plan, deadline: true))
        )
    }

    /// A Job with one pod and no second try.
    package static func job(_ plan: PodPlan) -> YAMLNode {
        .map(
            YAMLEntry("apiVersion", "batch/v1"),
            YAMLEntry("kind", "Job"),
            YAMLEntry("metadata", metadata(plan)),
            YAMLEntry("spec", jobSpec(plan))
        )
    }

    /// A Job at fixed times, never two at once.
    ///
    /// - Parameters:
    ///   - plan: of each run.
    ///   - schedule: five cron fields, in UTC.
    /// - Returns: the CronJob.
    package static func cronJob(_ plan: PodPlan, schedule: String) -> YAMLNode {
        .map(
            YAMLEntry("apiVersion", "batch/v1"),
            YAMLEntry("kind", "CronJob"),
            YAMLEntry("metadata", metadata(plan)),
            YAMLEntry(
                "spec",
                .map(
                    YAMLEntry("schedule", .text(schedule)),
                    YAMLEntry("timeZone", "Etc/UTC"),
                    YAMLEntry(
                        "concurrencyPolicy",
                        "Forbid",
                        comment: "Two at once would measure each other."
                    ),
                    YAMLEntry("startingDeadlineSeconds", 3600),
                    YAMLEntry("successfulJobsHistoryLimit", 3),
                    YAMLEntry("failedJobsHistoryLimit", 3),
                    YAMLEntry(
                        "jobTemplate",
                        [
                            "metadata": ["labels": labels(plan)],
                            "spec": jobSpec(plan),
                        ]
                    )
                )
            )
        )
    }

    /// The namespace with the level that these plans need and no more; nil where it is one of Kubernetes' own.
    ///
    /// A namespace of Kubernetes' own is never relabelled: kube-system is usually exempt, and default belongs to everybody.
    package static func namespace(_ name: String, for plans: [PodPlan]) -> YAMLNode? {
        guard name != "default", !name.hasPrefix("kube-") else { return nil }
        let level = plans.map(\.level).max() ?? .restricted
        return [
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": [
                "name": .text(name),
                "labels": [
                    "pod-security.kubernetes.io/enforce": .text(level.rawValue),
                    "pod-security.kubernetes.io/warn": .text(level.rawValue),
                ],
            ],
        ]
    }

    static func metadata(_ plan: PodPlan) -> YAMLNode {
        [
            "name": .text(plan.name),
            "namespace": .text(plan.namespace),
            "labels": labels(plan),
        ]
    }

    static func labels(_ plan: PodPlan) -> YAMLNode {
        .map(
            [
                YAMLEntry("app", "tbench"),
                YAMLEntry("app.kubernetes.io/name", "tbench"),
                YAMLEntry("tbench/run", .text(plan.run)),
            ] + plan.labels
        )
    }

    private static func jobSpec(_ plan: PodPlan) -> YAMLNode {
        .map(
            YAMLEntry(
                "backoffLimit",
                0,
                comment: "A second try would overwrite the reason of the first."
            ),
            YAMLEntry("activeDeadlineSeconds", .number(plan.deadlineSeconds)),
            YAMLEntry("ttlSecondsAfterFinished", .number(plan.keepSeconds)),
            YAMLEntry(
                "podFailurePolicy",
                [
                    "rules": [
                        // A drained node or a preempted pod says nothing about the disk.
                        [
                            "action": "Ignore",
                            "onPodConditions": [["type": "DisruptionTarget", "status": "True"]],
                        ],
                        [
                            "action": "FailJob",
                            "onExitCodes": [
                                "containerName": "tbench",
                                "operator": "In",
                                "values": [1, 2, 3, 64, 66, 69, 77],
                            ],
                        ],
                    ]
                ],
                comment:
                    "1 failed, 2 too slow, 3 no verdict, 64 usage, 66 missing, 69 unavailable, 77 refused: none gets better by itself."
            ),
            YAMLEntry(
                "template",
                [
                    "metadata": ["labels": labels(plan)],
                    "spec": podSpec(plan, deadline: false),
                ]
            )
        )
    }

    private static func podSpec(_ plan: PodPlan, deadline: Bool) -> YAMLNode {
        .map(
            YAMLEntry("restartPolicy", "Never"),
            deadline ? YAMLEntry("activeDeadlineSeconds", .number(plan.deadlineSeconds)) : nil,
            YAMLEntry(
                "terminationGracePeriodSeconds",
                30,
                comment:
                    "SIGTERM ends the run in order: what was measured is kept, scratch is removed."
            ),
            YAMLEntry("automountServiceAccountToken", false),
            YAMLEntry("enableServiceLinks", false),
            plan.usesHostNetwork ? YAMLEntry("hostNetwork", true) : nil,
            plan.usesHostNetwork ? YAMLEntry("dnsPolicy", "ClusterFirstWithHostNet") : nil,
            plan.priorityClass.map { YAMLEntry("priorityClassName", .text($0)) },
            plan.node.map { YAMLEntry("affinity", affinity($0)) },
            plan.toleratesAll ? YAMLEntry("tolerations", [["operator": "Exists"]]) : nil,
            securityContext(plan),
            YAMLEntry("containers", [container(plan)]),
            volumes(plan)
        )
    }

    /// The node by its own name, as a DaemonSet's pods have it: unlike nodeName, the scheduler still counts resources and binds volumes.
    private static func affinity(_ node: String) -> YAMLNode {
        [
            "nodeAffinity": [
                "requiredDuringSchedulingIgnoredDuringExecution": [
                    "nodeSelectorTerms": [
                        [
                            "matchFields": [
                                ["key": "metadata.name", "operator": "In", "values": [.text(node)]]
                            ]
                        ]
                    ]
                ]
            ]
        ]
    }

    private static func securityContext(_ plan: PodPlan) -> YAMLEntry? {
        if plan.target?.isPrivileged == true { return nil }
        let user = plan.target?.user ?? 65_532
        guard user != 0 else {
            return YAMLEntry(
                "securityContext",
                ["runAsUser": 0, "runAsGroup": 0, "seccompProfile": ["type": "RuntimeDefault"]],
                comment: plan.target?.userReason
            )
        }
        return YAMLEntry(
            "securityContext",
            [
                "runAsNonRoot": true,
                "runAsUser": .number(user),
                "runAsGroup": .number(user),
                "fsGroup": .number(user),
                "seccompProfile": ["type": "RuntimeDefault"],
            ]
        )
    }

    private static func container(_ plan: PodPlan) -> YAMLNode {
        let resources = YAMLNode.map(
            YAMLEntry("requests", ["cpu": .text(plan.cpu), "memory": .text(plan.memory)]),
            YAMLEntry(
                "limits",
                .map(
                    plan.limitsCPU ? YAMLEntry("cpu", .text(plan.cpu)) : nil,
                    YAMLEntry("memory", .text(plan.memory))
                ),
                comment: plan.limitsCPU
                    ? nil : "No CPU limit: its quota would throttle, and that changes latencies."
            )
        )
        return .map(
            YAMLEntry("name", "tbench"),
            YAMLEntry("image", .text(plan.image)),
            YAMLEntry("args", .list(plan.arguments.map { .text($0) })),
            YAMLEntry("env", environment),
            YAMLEntry("resources", resources),
            plan.target?.isPrivileged == true
                ? YAMLEntry(
                    "securityContext",
                    ["privileged": true, "readOnlyRootFilesystem": true],
                    comment: "A raw disk of the node is only visible to a privileged container."
                )
                : YAMLEntry(
                    "securityContext",
                    [
                        "allowPrivilegeEscalation": false,
                        "readOnlyRootFilesystem": true,
                        "capabilities": ["drop": ["ALL"]],
                    ]
                ),
            YAMLEntry("terminationMessagePath", "/dev/termination-log"),
            YAMLEntry("terminationMessagePolicy", "FallbackToLogsOnError"),
            attachments(plan)
        )
    }

    /// Which node and pod a record is from; nothing else in the pod could say.
    private static let environment: YAMLNode = .list(
        [
            ("NODE_NAME", "spec.nodeName"), ("POD_NAME", "metadata.name"),
            ("POD_NAMESPACE", "metadata.namespace"),
        ].map { name, field in
            [
                "name": .text(name),
                "valueFrom": ["fieldRef": ["fieldPath": .text(field)]],
            ]
        }
    )

    private static func attachments(_ plan: PodPlan) -> YAMLEntry? {
        guard plan.tokenSecret != nil else { return plan.target?.attachment }
        let token: YAMLNode = ["name": "token", "mountPath": "/run/tbench", "readOnly": true]
        if let own = plan.target?.attachment, own.key == "volumeMounts",
            case .list(let mounts) = own.value
        {
            return YAMLEntry("volumeMounts", .list(mounts + [token]))
        }
        return YAMLEntry("volumeMounts", [token])
    }

    private static func volumes(_ plan: PodPlan) -> YAMLEntry? {
        var volumes = [plan.target?.volume].compactMap(\.self)
        if let secret = plan.tokenSecret {
            volumes.append(
                ["name": "token", "secret": ["secretName": .text(secret), "defaultMode": 288]]
            )
        }
        return volumes.isEmpty ? nil : YAMLEntry("volumes", .list(volumes))
    }
}
