import Testing

@testable import Orchestration

@Suite("What a pod gets") struct PodManifestTests {
    static let targets: [PodTarget] = [
        .emptyDir(size: "1Gi"), .claim("c", isBlock: false),
        .ephemeral(storageClass: "s", size: "1Gi", isBlock: false), .claim("c", isBlock: true),
        .ephemeral(storageClass: "s", size: "1Gi", isBlock: true), .hostPath("/var/x"),
        .device("/dev/sdb"),
    ]

    private func spec(_ target: PodTarget, hostNetwork: Bool = false) throws -> YAMLNode {
        var plan = PodPlan(
            name: "n",
            run: "r",
            namespace: "tbench",
            image: "i",
            arguments: ["etcd", target.path],
            target: target,
            node: "a"
        )
        plan.usesHostNetwork = hostNetwork
        return try #require(PodManifest.pod(plan)["spec"])
    }

    /// The breaches of the Pod Security Standards at a level, as their page lists the controls.
    ///
    /// - Source: kubernetes.io/docs/concepts/security/pod-security-standards, baseline and restricted.
    private func breaches(_ spec: YAMLNode, _ level: PodTarget.Level) -> [String] {
        guard level < .privileged, case .list(let containers) = spec["containers"] else {
            return []
        }
        var found: [String] = []
        func demand(_ holds: Bool, _ control: String) { if !holds { found.append(control) } }
        let pod = spec["securityContext"]
        for key in ["hostNetwork", "hostPID", "hostIPC"] {
            demand(spec[key] == nil, "host namespaces")
        }
        var volumes: [YAMLNode] = []
        if case .list(let list) = spec["volumes"] { volumes = list }
        demand(volumes.allSatisfy { $0["hostPath"] == nil }, "hostPath volumes")
        for container in containers {
            let own = container["securityContext"]
            demand(own?["privileged"] == nil, "privileged containers")
            demand(own?["capabilities"]?["add"] == nil, "capabilities")
            demand(pod?["seccompProfile"]?["type"] != "Unconfined", "seccomp")
            guard level == .restricted else { continue }
            demand(own?["allowPrivilegeEscalation"] == false, "privilege escalation")
            demand(own?["capabilities"]?["drop"] == ["ALL"], "capabilities, restricted")
            demand(pod?["runAsNonRoot"] == true, "running as non-root")
            demand(pod?["runAsUser"] != 0 && pod?["runAsUser"] != nil, "running as non-root user")
            demand(pod?["seccompProfile"]?["type"] == "RuntimeDefault", "seccomp, restricted")
            let allowed: Set = [
                "name", "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral",
                "persistentVolumeClaim", "projected", "secret",
            ]
            for volume in volumes {
                guard case .map(let entries) = volume else { continue }
                demand(entries.allSatisfy { allowed.contains($0.key) }, "volume types")
            }
        }
        return found
    }

    @Test("every target keeps to the level that its namespace gets", arguments: targets)
    func level(target: PodTarget) throws {
        let spec = try spec(target)
        #expect(breaches(spec, target.level).isEmpty)
        // And needs it: the next stricter level would refuse it.
        switch target.level {
        case .restricted: break
        case .baseline: #expect(!breaches(spec, .restricted).isEmpty)
        case .privileged: #expect(!breaches(spec, .baseline).isEmpty)
        }
        #expect(
            try breaches(self.spec(.emptyDir(size: "1Gi"), hostNetwork: true), .baseline) == [
                "host namespaces"
            ]
        )
    }

    @Test(
        "no pod gets a token, a writable root or a second try, and only a raw device gets privilege",
        arguments: targets
    )
    func hardened(target: PodTarget) throws {
        let spec = try spec(target)
        #expect(spec["automountServiceAccountToken"] == false)
        #expect(spec["restartPolicy"] == "Never")
        guard case .list(let containers) = spec["containers"], let container = containers.first
        else {
            Issue.record("no container")
            return
        }
        #expect(container["securityContext"]?["readOnlyRootFilesystem"] == true)
        #expect(
            (container["securityContext"]?["privileged"] == true) == (target == .device("/dev/sdb"))
        )
        #expect(container["resources"]?["limits"]?["memory"] != nil)
    }

    @Test(
        "a namespace gets the highest level that its pods need, and Kubernetes' own are left alone"
    )
    func namespace() throws {
        let plans = Self.targets.map {
            PodPlan(name: "n", run: "r", namespace: "x", image: "i", arguments: [], target: $0)
        }
        func level(_ plans: [PodPlan]) -> YAMLNode? {
            PodManifest.namespace("x", for: plans)?["metadata"]?["labels"]?[
                "pod-security.kubernetes.io/enforce"
            ]
        }
        #expect(level(Array(plans[..<3])) == "restricted")
        #expect(level(Array(plans[..<5])) == "baseline")
        #expect(level(plans) == "privileged")
        #expect(PodManifest.namespace("kube-system", for: plans) == nil)
        #expect(PodManifest.namespace("default", for: plans) == nil)
    }
}
