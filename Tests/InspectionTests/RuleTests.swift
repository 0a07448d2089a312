import ResultStore
import Testing

@testable import Inspection

@Suite("The rules") struct RuleTests {
    static let cases = NodeRuleCases.all + ProxmoxRuleCases.all + ClusterRuleCases.all

    private func outcome(_ id: String, _ given: Given) throws -> CheckOutcome {
        try #require(RuleBook.rule(id)).check(given.evidence())
    }

    @Test("each fires on what it is about", arguments: cases)
    func fires(_ item: RuleCase) throws {
        let outcome = try outcome(item.rule, item.fires)
        #expect(!outcome.observations.isEmpty, "\(item.rule) is silent")
        for observation in outcome.observations {
            #expect(!observation.seen.isEmpty)
            #expect(!observation.location.path.isEmpty)
        }
    }

    @Test("each looks and stays silent on what it is not about", arguments: cases)
    func silent(_ item: RuleCase) throws {
        let outcome = try outcome(item.rule, item.silent)
        #expect(outcome.observations.map(\.seen) == [])
        #expect(outcome.unknown == [])
        #expect(outcome.applied > 0, "\(item.rule) did not look")
    }

    @Test("there are at least 80, with names of their own, all tested")
    func complete() {
        let names = RuleBook.all.map(\.id)
        #expect(names.count >= 80)
        #expect(Set(names).count == names.count)
        let tested = Set(Self.cases.map(\.rule))
        #expect(names.filter { !tested.contains($0) } == [])
    }

    @Test("each says why, what to do and who says so", arguments: RuleBook.all.map(\.id))
    func words(id: String) throws {
        let rule = try #require(RuleBook.rule(id))
        #expect(rule.why.hasSuffix("."))
        #expect(rule.fix.hasSuffix("."))
        #expect(!rule.sources.isEmpty)
        #expect(rule.sources.allSatisfy { $0.count > 5 })
        #expect(
            rule.title.first?.isUppercase == false || rule.title.first?.isNumber == true
                || [
                    "Proxmox", "QEMU", "Talos", "UEFI", "I/O", "KVM", "Microsoft", "PCI",
                    "KubePrism", "Longhorn", "CD-ROM",
                ]
                .contains { rule.title.hasPrefix($0) }
        )
        #expect(
            id.utf8.allSatisfy {
                (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
            }
        )
    }

    @Test("a disputed one names both sides and what would settle it")
    func disputed() {
        let disputed = RuleBook.all.filter { $0.severity == .disputed }
        #expect(disputed.count >= 5)
        for rule in disputed {
            #expect(rule.positions.count == 2, "\(rule.id)")
            #expect(rule.settle?.hasPrefix("tbench ") == true, "\(rule.id)")
        }
    }

    @Test(
        "no rule fires on machines that nothing is wrong with",
        arguments: [Role.controlPlane, .workerV1, .workerV2]
    )
    func sound(role: Role) throws {
        let given = Given.vm(
            "scsi0: local:a,discard=on,iothread=1,ssd=1,size=120G\nscsi1: local:b,backup=0,discard=on,iothread=1,ssd=1,size=500G"
        )
        .storages("lvmthin: local\n\tthinpool data\n\tvgname pve\n\tcontent images\n")
        .roles(role)
        let diagnosis = try given.diagnosis()
        #expect(diagnosis.findings.filter { $0.severity < .disputed }.map(\.rule.id) == [])
        #expect(diagnosis.unknown == [])
    }

    @Test("every claim is answered by rules that exist, or by why it cannot be")
    func claims() {
        #expect(Claims.all.count == 21)
        for claim in Claims.all {
            switch claim.answer {
            case .rules(let rules):
                #expect(!rules.isEmpty)
                for rule in rules { #expect(RuleBook.rule(rule) != nil, "\(rule)") }
            case .notCheckable(let reason): #expect(!reason.isEmpty)
            }
        }
    }

    @Test("q35 with SeaBIOS is nothing to report")
    func q35() throws {
        let diagnosis = try Given.vm("machine: q35\nbios: seabios").diagnosis()
        #expect(!diagnosis.findings.contains { $0.observation.seen.contains("q35") })
    }

    @Test("what cannot be known is unknown, with what would help")
    func unknown() throws {
        let diagnosis = try Given.vm("scsi0: local:vm-1-disk-0").diagnosis()
        let gap = try #require(diagnosis.unknown.first)
        #expect(gap.rules.contains("PVE-DISCARD-MISSING"))
        #expect(gap.fact.help.contains("--storage-cfg"))
    }

    @Test("numbers that no machine has are survived", arguments: [UInt64.max, 0])
    func extremes(value: UInt64) throws {
        let given = Given.node { node in
            node.memory = .known(
                NodeFacts.Memory(
                    totalBytes: value,
                    hugePages: value,
                    hugePageBytes: value,
                    swapBytes: value
                )
            )
            node.disks = .known([
                SoundNode.disk("sda") { disk in
                    disk.sizeBytes = value
                    disk.requests = value
                    disk.discardMaxBytes = value
                    disk.writebackThrottleUsec = .max
                }
            ])
            node.interfaces = .known([
                SoundNode.card("eth0") { card in
                    card.mtuBytes = value
                    card.speedMbps = value
                },
                SoundNode.card("flannel.1") { $0.mtuBytes = value },
            ])
            node.paths = .known([
                SoundNode.path(.longhorn, "/var/lib/longhorn", "sda") { path in
                    path.facts.filesystem?.sizeBytes = value
                    path.facts.filesystem?.freeBytes = .max
                }
            ])
            node.sysctls["fs.aio-max-nr"] = .known("\(value)")
            node.sysctls["fs.aio-nr"] = .known("\(UInt64.max)")
            node.stealRatio = .known(.greatestFiniteMagnitude)
            node.pressure = .known(["io": .greatestFiniteMagnitude, "cpu": -1])
            node.host.kernel = "99999999999999999999.1"
            node.host.cpuCount = .max
            node.iommuGroups = .known(.max)
        }
        for roles in [[Role.controlPlane], [.workerV1, .workerV2]] {
            var evidence = try given.evidence()
            evidence.roles = Set(roles)
            #expect(!Diagnosis(evidence).findings.isEmpty)
        }
    }
}
