import Units
import Testing

@testable import Inspection

@Suite("Fixes") struct FixTests {
    private func fix(_ text: String) throws -> ProxmoxFix? {
        let given = Given.bareVM(text)
        let evidence = try given.evidence()
        return ProxmoxFix(evidence.machines[0], findings: Diagnosis(evidence).findings)
    }

    @Test("are a diff and the commands that make it")
    func commands() throws {
        let fix = try #require(
            try fix(
                "agent: 1\nballoon: 1024\ncores: 2\ncpu: host\nmemory: 4096\nnet0: virtio=BC:24:11:00:00:01,bridge=vmbr0\nostype: l26\nscsi0: local:101/a.qcow2,cache=unsafe,iothread=1,ssd=1,size=32G\nscsihw: virtio-scsi-single"
            )
        )
        #expect(
            fix.diff == [
                "--- 101.conf", "+++ 101.conf", "@@ -2 +2 @@", "-balloon: 1024", "+balloon: 0",
                "@@ -8 +8 @@",
                "-scsi0: local:101/a.qcow2,cache=unsafe,iothread=1,ssd=1,size=32G",
                "+scsi0: local:101/a.qcow2,cache=none,iothread=1,ssd=1,size=32G,discard=on",
            ]
        )
        #expect(
            fix.commands == [
                "qm set 101 --balloon 0 --scsi0 local:101/a.qcow2,cache=none,iothread=1,ssd=1,size=32G,discard=on"
            ]
        )
    }

    @Test("take lines away, add missing ones, and quote for a shell")
    func others() throws {
        let fix = try #require(
            try fix(
                "agent: 1\nballoon: 0\ncores: 2\nkvm: 0\nhotplug: disk,memory,network\nmemory: 4096\nname: a\nnet0: virtio=BC:24:11:00:00:01,bridge=vmbr0\nostype: l26"
            )
        )
        #expect(fix.diff.contains("-kvm: 0"))
        #expect(fix.diff.contains("+cpu: x86-64-v2-AES"))
        #expect(fix.commands.contains("qm set 101 --delete kvm"))
        #expect(fix.commands.first?.contains("--hotplug disk,network") == true)
        #expect(ShellQuoting.quoted("a b'c") == "'a b'\\''c'")
    }

    @Test("the corrected file has none of what they end")
    func ends() throws {
        let text =
            "agent: 0\nballoon: 512\ncores: 1\nmemory: 1024\nhotplug: memory\nkvm: 0\nostype: other\nscsi0: local:a,cache=unsafe,mbps=10,werror=ignore,size=32G\nnet0: virtio=BC:24:11:00:00:01,bridge=vmbr0,link_down=1,queues=70"
        var evidence = try Given.bareVM(text).roles(.controlPlane).evidence()
        let before = Diagnosis(evidence)
        let fix = try #require(ProxmoxFix(evidence.machines[0], findings: before.findings))
        var lines = text.split(separator: "\n").map(String.init)
        for change in fix.changes {
            lines.removeAll { $0.hasPrefix("\(change.key):") }
            if let after = change.after { lines.append("\(change.key): \(after)") }
        }
        evidence.machines = [
            try VirtualMachine(Array(lines.joined(separator: "\n").utf8), file: "101.conf")
        ]
        let after = Set(Diagnosis(evidence).findings.map(\.rule.id))
        let ended = before.findings.filter {
            !$0.observation.edits.isEmpty && $0.severity != .disputed
        }
        #expect(ended.count >= 8)
        #expect(ended.map(\.rule.id).filter(after.contains) == [])
    }

    @Test("a disputed finding changes nothing, and what no line ends has no fix")
    func none() throws {
        #expect(
            try fix(
                "agent: 1\nballoon: 0\ncores: 2\ncpu: host\nmemory: 4096\nnet0: virtio=BC:24:11:00:00:01,bridge=vmbr0\nostype: l26\nscsi0: local:a,cache=writethrough,iothread=1,ssd=1,discard=on\nscsihw: virtio-scsi-single"
            ) == nil
        )
    }

    @Test("a Talos patch merges what the findings ask for, and is itself a sound configuration")
    func patch() throws {
        var evidence = try Given.talos(
            "machine:\n  type: worker\n  install:\n    disk: /dev/sda\n    image: factory.talos.dev/i/aa:v1.14.0\n"
        ).roles(.workerV1, .workerV2).evidence()
        let findings = Diagnosis(evidence).findings
        let patch = try #require(TalosPatch.combined(findings, file: "talos-0.yaml"))
        let text = patch.rendered
        #expect(text.contains("- name: nvme_tcp"))
        #expect(text.contains("vm.nr_hugepages: \"1024\""))
        #expect(text.contains("rshared"))
        #expect(text.contains("name: EPHEMERAL"))
        // Read back with the original, nothing that it is meant to end is left.
        let original =
            "machine:\n    type: worker\n    install:\n        disk: /dev/sda\n        image: factory.talos.dev/i/aa:v1.14.0\n"
        let merged = text.replacing("machine:\n", with: original, maxReplacements: 1)
        evidence.talos = [try TalosConfig(Array(merged.utf8), file: "talos-0.yaml")]
        let left = Set(
            Diagnosis(evidence).findings.filter { $0.observation.patch != nil }.map(\.rule.id)
        )
        #expect(left == [])
    }
}
