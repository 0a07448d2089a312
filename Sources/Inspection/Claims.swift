/// What published guides say and what is true, and which rule tells people.
package struct Claim: Sendable, Equatable {
    /// How a claim is dealt with.
    package enum Answer: Sendable, Equatable {
        /// These rules say so where it matters.
        case rules([String])
        /// No configuration is wrong because of it, so there is nothing to find; why.
        case notCheckable(String)
    }

    /// What is said.
    package let said: String
    /// What is true.
    package let truth: String
    package let answer: Answer
}

/// The claims that were looked into.
///
/// - Source: each truth's authority stands with its rule.
package enum Claims {
    package static let all: [Claim] = [
        Claim(
            said:
                "cache=writeback loses data even when the guest flushes; never for control planes",
            truth:
                "Flushed data is as safe as with cache=none; the cost is latency spikes and memory.",
            answer: .rules(["PVE-CACHE-WRITEBACK"])
        ),
        Claim(
            said: "cache=none performs as the bare disk",
            truth: "Only the host's page cache is left out; virtio and QEMU still cost.",
            answer: .notCheckable(
                "a claim about speed; 'tbench matrix' and 'tbench model' measure it"
            )
        ),
        Claim(
            said: "directsync is paranoid, writethrough is safest",
            truth:
                "Both commit every write before acknowledging it; they differ in the page cache only.",
            answer: .rules(["PVE-CACHE-DIRECTSYNC", "PVE-CACHE-WRITETHROUGH"])
        ),
        Claim(
            said: "(cache=unsafe is not mentioned)",
            truth: "It exists, the GUI offers it, and it throws flushes away.",
            answer: .rules(["PVE-CACHE-UNSAFE"])
        ),
        Claim(
            said: "VirtIO Block is deprecated and does not trim",
            truth:
                "It is maintained, trims since Linux 5.0, and got several iothreads per disk first.",
            answer: .rules(["PVE-CTRL-VIRTIO-BLK"])
        ),
        Claim(
            said: "Use virtio-scsi, not single: single has one thread",
            truth: "Inverted: single gives each disk a controller, and so an iothread of its own.",
            answer: .rules(["PVE-CTRL-SINGLE-TALOS", "PVE-IOTHREAD-IGNORED"])
        ),
        Claim(
            said: "iothread=1 with scsihw: virtio-scsi-pci",
            truth: "Ignored, with a warning.",
            answer: .rules(["PVE-IOTHREAD-IGNORED"])
        ),
        Claim(
            said: "virtio-scsi-single hangs Talos at bootstrap",
            truth: "Disputed: two reports without a cause, others say that it works.",
            answer: .rules(["PVE-CTRL-SINGLE-TALOS"])
        ),
        Claim(
            said: "Disk cache: Write Through; None for clustered",
            truth: "Slow for etcd, and not Proxmox' default.",
            answer: .rules(["PVE-CACHE-WRITETHROUGH"])
        ),
        Claim(
            said: "KubePrism is cluster.proxy.disabled: false, default since 1.9",
            truth: "That is kube-proxy; it is machine.features.kubePrism, on since 1.6.",
            answer: .rules(["TALOS-KUBEPRISM-OFF", "TALOS-PROXY-CNI"])
        ),
        Claim(
            said: "machine.features.qemuGuestAgent.enabled",
            truth: "No such key; Talos refuses the file. It is an extension and agent: 1.",
            answer: .rules(["TALOS-GUEST-AGENT", "PVE-AGENT"])
        ),
        Claim(
            said: "Longhorn does not need iscsi-tools",
            truth: "The V1 engine needs iscsi-tools and util-linux-tools.",
            answer: .rules(["TALOS-NO-ISCSI-TOOLS", "NODE-V1-ISCSID"])
        ),
        Claim(
            said: "Modules nbd, iscsi_tcp, iscsi_generic and configfs are required",
            truth: "V1 needs none on Talos; iscsi_generic does not exist.",
            answer: .rules(["TALOS-MODULE-NAME", "TALOS-MODULE-NEEDLESS"])
        ),
        Claim(
            said: "machine.disks",
            truth: "Deprecated since 1.10; UserVolumeConfig, or RawVolumeConfig for V2.",
            answer: .rules(["TALOS-DISKS-DEPRECATED", "TALOS-V2-VOLUME"])
        ),
        Claim(
            said: "Talos runs fstrim weekly by default; systemctl status fstrim.timer",
            truth: "There is no systemd; trimming came with 1.14 and FilesystemTrimConfig.",
            answer: .rules(["TALOS-TRIM"])
        ),
        Claim(
            said: "Q35 requires OVMF",
            truth: "They are independent; SeaBIOS is the default with either.",
            answer: .notCheckable("every combination works; that none is reported is tested")
        ),
        Claim(
            said: "net queues are at most 8",
            truth: "0 to 64; more than 1 pays with many connections only.",
            answer: .rules(["PVE-NIC-QUEUES-RANGE", "PVE-NIC-QUEUES"])
        ),
        Claim(
            said: "The VM's card stays at 1500 when the bridge has 9000",
            truth: "Since Proxmox VE 9 a virtio card takes the bridge's MTU; above it is an error.",
            answer: .rules(["PVE-NIC-MTU-STANDARD", "X-MTU-BRIDGE"])
        ),
        Claim(
            said: "Many default installs use kvm64",
            truth:
                "The GUI's default is x86-64-v2-AES; a file without cpu: is kvm64, and Talos halts.",
            answer: .rules(["PVE-CPU-TYPE"])
        ),
        Claim(
            said: "raw occupies the entire space",
            truth: "A raw file is sparse by default; it gives space back with discard=on.",
            answer: .rules(["PVE-DISCARD-MISSING"])
        ),
        Claim(
            said: "net.ifnames=0 in install.extraKernelArgs",
            truth: "Ignored when booted by systemd-boot; it belongs in the schematic.",
            answer: .rules(["TALOS-KERNEL-ARGS"])
        ),
    ]
}
