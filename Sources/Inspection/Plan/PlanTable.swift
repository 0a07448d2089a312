/// Recommendations for a cluster, each with its reason and what it rests on.
package struct PlanTable: Sendable, Equatable {
    /// What a line rests on.
    package enum Basis: String, Sendable, Codable {
        case measured = "measured here"
        case documented
        case opinion
    }

    package struct Line: Sendable, Equatable, Codable {
        package var subject: String
        package var advice: String
        package var reason: String
        package var basis: String
        /// Who says so; for an opinion, what would settle it.
        package var source: String
    }

    package let question: PlanQuestion
    package private(set) var lines: [Line] = []

    /// - Parameters:
    ///   - question: what is planned.
    ///   - measured: headlines of runs made here, as "etcd" and what came out.
    package init(
        _ question: PlanQuestion,
        measured: [(subject: String, headline: String, file: String)] = []
    ) {
        self.question = question
        for run in measured {
            add(run.subject, run.headline, "a run on this machine", .measured, run.file)
        }
        etcd()
        controlPlanes()
        workers()
        network()
        sizes()
    }

    private mutating func add(
        _ subject: String,
        _ advice: String,
        _ reason: String,
        _ basis: Basis,
        _ source: String
    ) {
        lines.append(
            Line(
                subject: subject,
                advice: advice,
                reason: reason,
                basis: basis.rawValue,
                source: source
            )
        )
    }

    private mutating func controlPlanes() {
        let members = question.nodes >= 7 ? 5 : question.nodes >= 3 ? 3 : 1
        add(
            "control planes",
            "\(members)",
            question.nodes == 2
                ? "two members survive no more failures than one; a third, even a small one, is needed for more"
                : members == 1
                    ? "one host is one failure, whatever runs on it"
                    : "an odd number on as many hosts: \(members / 2) may fail",
            .documented,
            Authority.etcdFAQ
        )
        add(
            "control plane storage",
            "local zfspool or lvmthin, raw, cache=none, iothread=1",
            "etcd replicates by itself; a network under it adds round trips to every flush",
            .documented,
            Authority.etcdHardware
        )
        if question.disks == .hdd {
            add(
                "control plane disk",
                "not these: add a small solid-state disk",
                "etcd's log needs a p99 below 10 ms, a spinning disk flushes in 10 ms and more",
                .documented,
                Authority.etcdHardware
            )
        }
    }

    private mutating func etcd() {
        switch question.disks {
        case .enterprise:
            add(
                "etcd on these disks",
                "likely good",
                "with power-loss protection a flush does not wait for the flash",
                .opinion,
                "settle it: tbench etcd /dev/DISK"
            )
        case .nvme, .ssd:
            add(
                "etcd on these disks",
                "measure before trusting",
                "consumer disks without power-loss protection flush in 0.5 to 5 ms, and in tens when their cache is full",
                .opinion,
                "settle it: tbench etcd /dev/DISK"
            )
        case .hdd:
            add(
                "etcd on these disks",
                "no",
                "10 ms and more for a flush",
                .documented,
                Authority.etcdHardware
            )
        }
    }

    private mutating func workers() {
        switch question.nodes {
        case ..<3:
            add(
                "volumes",
                "local volumes, or Longhorn with \(question.nodes) \(question.nodes == 1 ? "replica" : "replicas")",
                "Longhorn's default of 3 replicas needs three nodes",
                .documented,
                Authority.longhornBest
            )
        case ..<20:
            add(
                "volumes",
                "Longhorn, \(question.networkMbps < 10_000 ? 2 : 3) replicas",
                "below 20 nodes its one engine per volume is simpler to run than Ceph",
                .opinion,
                "settle it: tbench longhorn TARGET --replica HOST:PORT"
            )
        default:
            add(
                "volumes",
                "Ceph (Rook, or Proxmox') with its own disks and network",
                "many nodes share the load of one volume; Longhorn's volume is bound to one engine",
                .opinion,
                "settle it: tbench run random-4k on both"
            )
        }
        add(
            "Ceph",
            question.networkMbps >= 10_000 && question.nodes >= 3 && question.disks != .hdd
                ? "possible: 10 Gb/s, three nodes and solid-state disks are there"
                : "not here",
            "Proxmox asks for at least three nodes, 10 Gb/s for Ceph alone, and solid-state disks with power-loss protection",
            .documented,
            "Proxmox VE, Deploy Hyper-Converged Ceph Cluster: https://pve.proxmox.com/pve-docs/chapter-pveceph.html"
        )
        add(
            "Longhorn on Ceph",
            "no",
            "each of Longhorn's copies would be copied again",
            .documented,
            "longhorn/longhorn issue 12667"
        )
        add(
            "Longhorn engine",
            question.disks == .nvme || question.disks == .enterprise
                ? "V1; try V2 where a core per node is to spare" : "V1",
            "V2 polls a core and 2 GiB of huge pages on every node, and pays with local NVMe only",
            .documented,
            Authority.longhornV2
        )
        add(
            "replica disk",
            "a disk of its own, raw, discard=on, backup=0",
            "replicas on the system's disk compete with images, logs and etcd",
            .documented,
            Authority.longhornBest
        )
    }

    private mutating func network() {
        let mbps = question.networkMbps
        let line = Double(mbps) / 8 * 0.94
        let remote = min(2, max(1, question.nodes - 1))
        if question.nodes > 1 {
            add(
                "write bandwidth of a volume",
                "at most \(Int(line / Double(remote))) MB/s with \(remote) remote \(remote == 1 ? "copy" : "copies")",
                "each write leaves once for every remote replica",
                .documented,
                "longhorn/longhorn-engine, pkg/controller/multi_writer_at.go; settle it: tbench net HOST"
            )
        }
        if mbps < 10_000 {
            add(
                "network",
                "10 Gb/s between workers, if volumes write much",
                "Longhorn's guide asks for it; at \(mbps) Mb/s a rebuild takes the whole link",
                .documented,
                Authority.longhornBest
            )
        } else {
            add(
                "network",
                "a storage network of its own (Multus, storageNetwork)",
                "rebuilds then stay out of the pods' way",
                .documented,
                Authority.longhornBest
            )
        }
        add(
            "MTU",
            "1500 everywhere, or 9000 on bridge, card and Talos alike",
            "one hop that differs loses large packets and lets pings pass; a 4 KiB write is 3 packets at 1500 and 1 at 9000",
            .documented,
            Authority.qm
        )
    }

    private mutating func sizes() {
        add(
            "control plane size",
            "4 cores, 4 GiB (at least 2 and 2), 100 GiB",
            "Talos' recommendation",
            .documented,
            Authority.talosRequirements
        )
        add(
            "worker size",
            "4 cores, 4 GiB and what the workloads need; one core and 2 GiB more for V2",
            "Longhorn's recommendation",
            .documented,
            Authority.longhornBest
        )
        if let memory = question.memoryGiB {
            add(
                "memory of a host",
                "keep \(max(4, memory / 8)) GiB of \(memory) for the host",
                "ZFS' cache and QEMU itself need it; VMs must not be ballooned",
                .opinion,
                "Proxmox VE, ZFS on Linux, Limit ZFS Memory Usage"
            )
        }
        add(
            "processor",
            "cpu: host, or x86-64-v2-AES where hosts differ",
            "Talos halts without x86-64-v2, and a file without cpu: has kvm64",
            .documented,
            Authority.qm
        )
    }
}
