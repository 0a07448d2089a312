import Units

extension HostProbe {
    /// Cgroup limits, seccomp, privileges, and what says that this is a container or a pod.
    ///
    /// Keys: "cgroup", "cpu_max", "memory_max", "io_max", "cpus_allowed", "seccomp", "privileged",
    /// "container", "pod", "namespace". A key that is not there means: not limited or not known.
    func container() -> [String: String] {
        let mounts = MountTable(root: root)
        let group = ControlGroup(root: root, mounts: mounts)
        var facts = group.limits()
        if !group.unified.isEmpty, group.controllers.isEmpty {
            facts["cgroup"] = "v2"
        } else if !group.controllers.isEmpty {
            facts["cgroup"] = "v1"
        }
        for line in SystemText.lines(root.read("proc/self/status") ?? "") {
            guard let (key, value) = SystemText.halves(line, at: ":") else { continue }
            let text = SystemText.printable(value)
            switch key {
            case "Cpus_allowed_list": facts["cpus_allowed"] = text
            // CAP_SYS_ADMIN, bit 21, is what a privileged container has and others do not.
            // Source: linux/capability.h.
            case "CapEff":
                facts["privileged"] = UInt64(text, radix: 16).map {
                    $0 & (1 << 21) != 0 ? "yes" : "no"
                }
            default: break
            }
        }
        facts["seccomp"] = ProcessFacts.seccomp(root: root)?.rawValue
        facts["container"] = runtime(group.path, mounts)
        facts["pod"] =
            variable("POD_NAME") ?? (isKubernetes ? root.value("proc/sys/kernel/hostname") : nil)
        facts["namespace"] =
            variable("POD_NAMESPACE")
            ?? root.value("var/run/secrets/kubernetes.io/serviceaccount/namespace")
        return facts
    }

    private var isKubernetes: Bool { variable("KUBERNETES_SERVICE_HOST") != nil }

    /// What runs this container; nil when nothing says that this is one.
    private func runtime(_ path: String?, _ mounts: MountTable?) -> String? {
        let group = path ?? ""
        if isKubernetes || group.contains("kubepods") { return "kubernetes" }
        if group.contains("/docker") { return "docker" }
        if group.contains("libpod") { return "podman" }
        if group.contains("crio-") { return "cri-o" }
        if group.contains("containerd") { return "containerd" }
        if group.contains("/lxc") { return "lxc" }
        if let name = variable("container") { return name }
        // A VM booted from a container image keeps the image's mark (seen on Firecracker). A
        // container's root is an overlay, a subvolume or a directory, never a whole disk.
        if let top = mounts?.mounts.last(where: { $0.mountPoint == "/" }),
            top.root == "/", !top.device.isAnonymous
        {
            return nil
        }
        if root.exists(".dockerenv") { return "docker" }
        return root.exists("run/.containerenv") ? "podman" : nil
    }
}
