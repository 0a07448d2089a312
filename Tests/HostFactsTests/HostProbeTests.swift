import ResultStore
import Testing

@testable import HostFacts

@Suite("Host facts")
struct HostProbeTests {
    @Test("a Talos guest on Proxmox is read whole")
    func talosGuest() throws {
        let tree = try FixtureTree([
            "etc/os-release": """
            NAME="Talos"
            ID=talos
            VERSION_ID=v1.11.3
            PRETTY_NAME="Talos (v1.11.3)"
            HOME_URL="https://www.talos.dev/"
            """,
            "proc/self/status": "Name:\ttbench\nSeccomp:\t0\nCapEff:\t000001ffffffffff\n",
            "proc/self/cgroup": "0::/\n",
            "proc/stat": "cpu  1 2 3 4 5 6 7 8 9 10\n",
            "proc/sys/kernel/osrelease": "6.12.48-talos\n",
            "proc/sys/kernel/arch": "x86_64\n",
            "proc/sys/kernel/hostname": "cp-1\n",
            "proc/sys/kernel/random/boot_id": "7b9a3f6e-8a15-4a51-9a13-0d5c3f0f4a11\n",
            "proc/uptime": "3621.55 7100.10\n",
            "proc/loadavg": "0.52 0.58 0.59 1/467 1234\n",
            "proc/meminfo": "MemTotal:        4026532 kB\nMemFree: 1 kB\n",
            "proc/cmdline": "talos.platform=nocloud talos.config=https://x/?token=s3cret "
                + "init_on_alloc=1 slab_nomerge pti=on\n",
            "proc/cpuinfo": """
            processor\t: 0
            model name\t: QEMU Virtual CPU version 2.5+
            microcode\t: 0x1
            flags\t\t: fpu sse2 hypervisor lahf_lm
            processor\t: 1
            model name\t: QEMU Virtual CPU version 2.5+
            """,
            "proc/sys/vm/swappiness": "60\n",
            "sys/devices/system/cpu/online": "0-1\n",
            "sys/devices/system/cpu/cpuidle/current_driver": "haltpoll\n",
            "sys/devices/system/clocksource/clocksource0/current_clocksource": "kvm-clock\n",
            "sys/devices/system/clocksource/clocksource0/available_clocksource":
                "kvm-clock tsc acpi_pm\n",
            "sys/class/dmi/id/sys_vendor": "QEMU\n",
            "sys/class/dmi/id/product_name": "Standard PC (Q35 + ICH9, 2009)\n",
            "sys/class/dmi/id/product_version": "pc-q35-9.2\n",
            "sys/class/dmi/id/bios_vendor": "Proxmox distribution of EDK II\n",
        ])
        let host = tree.probe().host()
        #expect(host.distribution == "Talos (v1.11.3)")
        #expect(host.kernel == "6.12.48-talos")
        #expect(host.architecture == "x86_64")
        #expect(host.node == "cp-1")
        #expect(host.bootId == "7b9a3f6e-8a15-4a51-9a13-0d5c3f0f4a11")
        #expect(host.uptimeSeconds == 3621.55)
        #expect(host.loadAverage == 0.52)
        #expect(host.memoryBytes == 4_123_168_768)
        #expect(host.cpuModel == "QEMU Virtual CPU version 2.5+")
        #expect(host.cpuCount == 2)
        #expect(host.governor == nil)
        #expect(host.idleDriver == "haltpoll")
        #expect(host.clocksource == "kvm-clock")
        #expect(host.hypervisor == "kvm")
        #expect(
            host.platform
                == "QEMU Standard PC (Q35 + ICH9, 2009) pc-q35-9.2 (Proxmox distribution of EDK II)"
        )
        #expect(host.container["seccomp"] == "disabled")
        #expect(host.container["privileged"] == "yes")
        #expect(host.container["container"] == nil)
        #expect(host.settings?["vm.swappiness"] == "60")
        #expect(host.settings?["cmdline.init_on_alloc"] == "1")
        #expect(host.settings?["cmdline.slab_nomerge"] == "set")
        #expect(host.settings?["microcode"] == "0x1")
        #expect(host.unknown == [])
    }

    @Test("a secret on the kernel's command line stays out of the record")
    func commandLineSecret() throws {
        let tree = try FixtureTree([
            "proc/cmdline": "talos.config=https://x/?token=s3cret mitigations=off\n"
        ])
        let settings = tree.probe().settings()
        #expect(settings == ["cmdline.mitigations": "off"])
    }

    @Test("in a pod the node's release is taken from /host, and the image's is marked")
    func distributionInPod() throws {
        let image = "PRETTY_NAME=\"Debian GNU/Linux 12\"\n"
        let pod = ["KUBERNETES_SERVICE_HOST": "10.96.0.1", "NODE_NAME": "worker-3"]
        let debug = try FixtureTree([
            "etc/os-release": image, "host/etc/os-release": "NAME=Talos\nVERSION_ID=v1.10.0\n",
        ]).probe(environment: pod).host()
        #expect(debug.distribution == "Talos v1.10.0")
        #expect(debug.node == "worker-3")
        #expect(debug.container["container"] == "kubernetes")
        let plain = try FixtureTree(["etc/os-release": image]).probe(environment: pod).host()
        #expect(plain.distribution == "Debian GNU/Linux 12 (the container image's)")
        let scratch = try FixtureTree(["proc/sys/kernel/osrelease": "6.12.1-talos\n"])
            .probe(environment: pod).host()
        #expect(scratch.distribution == "Talos (by the kernel's name)")
    }

    /// What the firmware, CPU and kernel show, and what may be concluded from it.
    struct Evidence: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var files: [String: String]
        var name: String?
        var platform: String?
    }

    private static let clocks =
        "sys/devices/system/clocksource/clocksource0/available_clocksource"
    private static let dmi = "sys/class/dmi/id"
    private static let virtualCPU = "flags\t: fpu hypervisor\n"

    @Test(
        "the hypervisor is named only as far as the evidence goes",
        arguments: [
            Evidence(testDescription: "nothing readable", files: [:], name: nil, platform: nil),
            Evidence(
                testDescription: "bare metal",
                files: [
                    "proc/cpuinfo": "flags\t: fpu\n", "\(dmi)/sys_vendor": "Supermicro\n",
                    "\(dmi)/product_name": "Default string\n",
                ],
                name: "none",
                platform: "Supermicro"
            ),
            Evidence(
                testDescription: "a flag and no name",
                files: ["proc/cpuinfo": virtualCPU],
                name: "unknown hypervisor",
                platform: nil
            ),
            Evidence(
                testDescription: "QEMU without KVM's clock",
                files: [
                    "proc/cpuinfo": virtualCPU, "\(dmi)/sys_vendor": "QEMU\n", clocks: "tsc hpet\n",
                ],
                name: "qemu",
                platform: "QEMU"
            ),
            Evidence(
                testDescription: "VMware",
                files: [
                    "proc/cpuinfo": virtualCPU, "\(dmi)/sys_vendor": "VMware, Inc.\n",
                    "\(dmi)/product_name": "VMware7,1\n",
                ],
                name: "vmware",
                platform: "VMware, Inc. VMware7,1"
            ),
            Evidence(
                testDescription: "Azure",
                files: [
                    "\(dmi)/sys_vendor": "Microsoft Corporation\n",
                    "\(dmi)/product_name": "Virtual Machine\n",
                    "\(dmi)/chassis_asset_tag": "7783-7084-3265-9085-8269-3286-77\n",
                ],
                name: "hyperv",
                platform: "Microsoft Corporation Virtual Machine (Azure)"
            ),
            Evidence(
                testDescription: "a Microsoft laptop",
                files: [
                    "proc/cpuinfo": "flags\t: fpu\n",
                    "\(dmi)/sys_vendor": "Microsoft Corporation\n",
                    "\(dmi)/product_name": "Surface Pro\n",
                ],
                name: "none",
                platform: "Microsoft Corporation Surface Pro"
            ),
            Evidence(
                testDescription: "EC2 guest",
                files: [
                    "proc/cpuinfo": virtualCPU, "\(dmi)/sys_vendor": "Amazon EC2\n",
                    "\(dmi)/product_name": "m7i.large\n", clocks: "kvm-clock tsc\n",
                ],
                name: "kvm",
                platform: "Amazon EC2 m7i.large"
            ),
            Evidence(
                testDescription: "EC2 bare metal",
                files: [
                    "proc/cpuinfo": "flags\t: fpu\n", "\(dmi)/sys_vendor": "Amazon EC2\n",
                    "\(dmi)/product_name": "m7i.metal-24xl\n",
                ],
                name: "none",
                platform: "Amazon EC2 m7i.metal-24xl"
            ),
            Evidence(
                testDescription: "Xen",
                files: ["sys/hypervisor/type": "xen\n", "proc/cpuinfo": virtualCPU],
                name: "xen",
                platform: nil
            ),
            Evidence(
                testDescription: "Firecracker by its ACPI tables",
                files: [
                    "proc/cpuinfo": virtualCPU, clocks: "tsc kvm-clock\n",
                    "sys/firmware/acpi/tables/DSDT": "DSDT\u{1}\u{2}\u{3}\u{4}\u{2}xFIRECKFCVMDSDT",
                ],
                name: "kvm",
                platform: "Firecracker"
            ),
            Evidence(
                testDescription: "a microVM by virtio-mmio",
                files: [
                    "proc/cpuinfo": virtualCPU, clocks: "kvm-clock\n",
                    "sys/bus/virtio/devices/virtio0":
                        "-> ../../../devices/platform/virtio-mmio.0/virtio0",
                ],
                name: "kvm",
                platform: "microVM (no DMI, virtio-mmio: Firecracker or QEMU microvm)"
            ),
            Evidence(
                testDescription: "an arm64 guest of KVM",
                files: [
                    "proc/cpuinfo": "processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n",
                    "proc/device-tree/hypervisor/compatible": "linux,kvm\u{0}",
                    "proc/device-tree/model": "linux,dummy-virt\u{0}",
                ],
                name: "kvm",
                platform: "linux,dummy-virt"
            ),
        ]
    )
    func hypervisor(evidence: Evidence) throws {
        let conclusion = HypervisorEvidence(root: try FixtureTree(evidence.files).root)
            .conclusion()
        #expect(conclusion.name == evidence.name)
        #expect(conclusion.platform == evidence.platform)
        #expect(conclusion.unknown.isEmpty == (evidence.name != nil))
    }

    @Test("all governors in use are named")
    func governors() throws {
        let cpu = "sys/devices/system/cpu"
        let tree = try FixtureTree([
            "\(cpu)/cpu0/cpufreq/scaling_governor": "performance\n",
            "\(cpu)/cpu1/cpufreq/scaling_governor": "schedutil\n",
            "\(cpu)/cpufreq/scaling_governor": "nonsense\n",
        ])
        #expect(tree.probe().host().governor == "performance, schedutil")
    }

    @Test(
        "a CPU list is counted, nonsense is not",
        arguments: [
            ("0", 1), ("0-3", 4), ("0-1,4,6-7", 5), ("", nil), ("a-b", nil), ("3-1", nil),
            ("0-99999999999999999999", nil), ("0-9223372036854775807", nil), ("1-2-3", nil),
        ]
    )
    func cpuList(text: String, count: Int?) {
        #expect(HostProbe.count(inList: text) == count)
    }
}
