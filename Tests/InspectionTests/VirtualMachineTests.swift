import Glibc
import Testing

@testable import Inspection

@Suite("A VM's configuration") struct VirtualMachineTests {
    private static let text = """
        # Debian 12, see%3A notes
        agent: enabled=1,fstrim_cloned_disks=1
        args: -cpu host,+aes -device foo
        balloon: 0
        boot: order=scsi0;ide2;net0
        cores: 4
        cpu: cputype=host,flags=+aes;-pcid
        efidisk0: local-zfs:vm-101-disk-1,efitype=4m,pre-enrolled-keys=1,size=1M
        ide2: none,media=cdrom
        memory: current=8192
        net0: virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1,tag=30
        numa: 0
        ostype: l26
        parent: before
        scsi0: local-zfs:vm-101-disk-0,cache=none,discard=on,iothread=1,size=32G,ssd=1
        scsi1: file=/dev/disk/by-id/ata-X_1,size=931513M
        scsihw: virtio-scsi-single

        [PENDING]
        memory: 16384
        delete: balloon

        [before]
        #the one before
        memory: 4096
        scsi0: local-zfs:vm-101-disk-0,cache=unsafe,size=32G
        snaptime: 1700000000

        [special:cloudinit]
        ciuser: root

        """

    private func read(_ text: String) throws -> VirtualMachine {
        try VirtualMachine(Array(text.utf8), file: "/etc/pve/nodes/pve1/qemu-server/101.conf")
    }

    @Test("is written back byte by byte")
    func roundTrip() throws {
        let machine = try read(Self.text)
        #expect(machine.rendered == Self.text)
        #expect(!machine.lines.contains { $0.kind == .unreadable })
    }

    @Test(
        "every published configuration is written back byte by byte",
        arguments: PublishedConfigurations.all.flatMap(\.given.machines)
    )
    func published(text: String) throws {
        let machine = try read(text)
        #expect(machine.rendered.split(separator: "\n") == text.split(separator: "\n"))
    }

    @Test("only what stands before the first section is in force")
    func sections() throws {
        let machine = try read(Self.text)
        #expect(machine.memoryMebibytes == 8192)
        #expect(machine.disks.map(\.cache) == ["none", "none"])
        #expect(machine.snapshots.map(\.name) == ["before"])
        #expect(machine.pending.map(\.key) == ["memory", "delete"])
        #expect(machine.proxmoxNode == "pve1")
        #expect(machine.identifier == "101")
    }

    @Test("property strings have a part that needs no key")
    func properties() throws {
        let machine = try read(Self.text)
        #expect(machine.cpuType == "host")
        #expect(machine.cpuFlags == ["+aes", "-pcid"])
        #expect(machine.disks[0].storage == "local-zfs")
        #expect(machine.disks[1].storage == nil)
        #expect(machine.disks[1].volume == "/dev/disk/by-id/ata-X_1")
        #expect(machine.cards[0].model == "virtio")
        #expect(machine.cards[0].address == "BC:24:11:00:00:01")
    }

    @Test("an absent setting has the file's default, which is not the GUI's")
    func defaults() throws {
        let machine = try read("scsi0: local:a\n")
        #expect(machine.cpuType == "kvm64")
        #expect(machine.memoryMebibytes == 512)
        #expect(machine.controller == "lsi")
        #expect(machine.processors == 1)
        #expect(machine.disks[0].cache == "none")
    }

    @Test("Windows line ends change nothing")
    func carriageReturns() throws {
        let unix = try read(Self.text)
        let dos = try read(
            Self.text.split(separator: "\n", omittingEmptySubsequences: false).joined(
                separator: "\r\n"
            )
        )
        #expect(dos.disks.map(\.volume) == unix.disks.map(\.volume))
        #expect(dos.disks.map { $0.option("ssd") } == unix.disks.map { $0.option("ssd") })
        #expect(dos.snapshots.map(\.name) == unix.snapshots.map(\.name))
        #expect(dos.memoryMebibytes == 8192)
    }

    @Test(
        "what is no VM's configuration is refused",
        arguments: [
            "", "\n\n", "hello\n", "arch: amd64\nrootfs: local:1\nmemory: 512\n",
            "a\0b\nmemory: 1\n",
        ]
    )
    func refused(text: String) {
        #expect(throws: InspectionError.self) { try read(text) }
    }

    @Test("numbers that do not fit are survived")
    func overflow() throws {
        let diagnosis = try Given.bareVM(
            "memory: 9223372036854775807\ncores: 9223372036854775807\nsockets: 9\nballoon: -5\ncpulimit: 1e400\nscsi0: a:b,size=99999999999999999T\nnet0: virtio=x,mtu=99999999999999999999,queues=-9"
        ).roles(.controlPlane).diagnosis()
        #expect(!diagnosis.findings.isEmpty)
    }

    @Test("survives anything")
    func fuzz() throws {
        var seed: UInt64 = 0x9E37_79B9_7F4A_7C15
        func next(_ bound: Int) -> Int {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((seed >> 33) % UInt64(bound))
        }
        let base = Array(Self.text.utf8)
        let spice = Array(":,=[]#;-+0123456789\n\r\t \u{1}\u{FF}aZ".utf8)
        var read = 0
        for _ in 0..<300 {
            var bytes = base
            for _ in 0...next(12) {
                guard !bytes.isEmpty else { break }
                let at = next(bytes.count)
                switch next(4) {
                case 0: bytes[at] = spice[next(spice.count)]
                case 1: bytes.insert(spice[next(spice.count)], at: at)
                case 2: bytes.remove(at: at)
                default: bytes = Array(bytes[..<max(1, at)])
                }
            }
            guard let machine = try? VirtualMachine(bytes, file: "1.conf") else { continue }
            read += 1
            for line in machine.lines { #expect(line.rendered == line.text) }
            var evidence = try Given().evidence()
            evidence.machines = [machine]
            evidence.roles = [.controlPlane]
            let diagnosis = Diagnosis(evidence)
            _ = ProxmoxFix(machine, findings: diagnosis.findings)?.diff
        }
        #expect(read > 150)
    }

    @Test("a thousand are read within a second of processor time")
    func speed() throws {
        let bytes = Array(Self.text.utf8)
        // Of this thread, because the machine may be busy with something else.
        func now() -> Double {
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        }
        let best = try (0..<3).map { _ in
            let start = now()
            for _ in 0..<1000 { _ = try VirtualMachine(bytes, file: "1.conf") }
            return now() - start
        }.min()
        #expect(try #require(best) < 1)
    }
}
