import ResultStore

/// Rules about one thing at a time: this machine, each VM, each of its disks, …
///
/// Each looks only at things whose roles the rule is about.
extension Rule {
    /// A rule about this machine.
    static func node(
        _ id: String,
        _ severity: Severity,
        _ topic: Topic,
        _ title: String,
        roles: Set<Role> = [],
        why: String,
        fix: String,
        sources: [String],
        positions: [String] = [],
        settle: String? = nil,
        check: @escaping @Sendable (NodeFacts, Evidence) throws(UnknownFact) -> [Observation]
    ) -> Rule {
        Rule(
            id,
            severity,
            topic,
            title,
            roles: roles,
            why: why,
            fix: fix,
            sources: sources,
            positions: positions,
            settle: settle
        ) { evidence in
            var outcome = CheckOutcome()
            if let node = evidence.node, concerns(roles, evidence.roles(of: node)) {
                outcome.look { () throws(UnknownFact) in try check(node, evidence) }
            }
            return outcome
        }
    }

    /// A rule about a VM.
    static func machine(
        _ id: String,
        _ severity: Severity,
        _ title: String,
        topic: Topic = .proxmox,
        roles: Set<Role> = [],
        alsoWindows: Bool = false,
        why: String,
        fix: String,
        sources: [String],
        positions: [String] = [],
        settle: String? = nil,
        check: @escaping @Sendable (VirtualMachine, Evidence) throws(UnknownFact) -> [Observation]
    ) -> Rule {
        Rule(
            id,
            severity,
            topic,
            title,
            roles: roles,
            why: why,
            fix: fix,
            sources: sources,
            positions: positions,
            settle: settle
        ) { evidence in
            var outcome = CheckOutcome()
            for machine in evidence.machines
            where (alsoWindows || !machine.isWindows)
                && concerns(roles, evidence.roles(of: machine))
            {
                outcome.look { () throws(UnknownFact) in try check(machine, evidence) }
            }
            return outcome
        }
    }

    /// A rule about each disk of a VM; CD-ROMs, EFI variables and TPM state are not disks.
    static func drive(
        _ id: String,
        _ severity: Severity,
        _ title: String,
        topic: Topic = .proxmoxDisk,
        roles: Set<Role> = [],
        why: String,
        fix: String,
        sources: [String],
        positions: [String] = [],
        settle: String? = nil,
        check:
            @escaping @Sendable (Drive, VirtualMachine, Evidence) throws(UnknownFact) ->
            Observation?
    ) -> Rule {
        Rule(
            id,
            severity,
            topic,
            title,
            roles: roles,
            why: why,
            fix: fix,
            sources: sources,
            positions: positions,
            settle: settle
        ) { evidence in
            var outcome = CheckOutcome()
            for machine in evidence.machines
            where !machine.isWindows && concerns(roles, evidence.roles(of: machine)) {
                outcome.look(atEach: machine.disks) { drive throws(UnknownFact) in
                    try check(drive, machine, evidence)
                }
            }
            return outcome
        }
    }

    /// A rule about each network card of a VM.
    static func card(
        _ id: String,
        _ severity: Severity,
        _ title: String,
        why: String,
        fix: String,
        sources: [String],
        positions: [String] = [],
        settle: String? = nil,
        check:
            @escaping @Sendable (NetworkCard, VirtualMachine, Evidence) throws(UnknownFact) ->
            Observation?
    ) -> Rule {
        Rule(
            id,
            severity,
            .proxmoxNic,
            title,
            why: why,
            fix: fix,
            sources: sources,
            positions: positions,
            settle: settle
        ) { evidence in
            var outcome = CheckOutcome()
            for machine in evidence.machines
            where !machine.isWindows {
                outcome.look(atEach: machine.cards) { card throws(UnknownFact) in
                    try check(card, machine, evidence)
                }
            }
            return outcome
        }
    }

    /// A rule about a Talos machine configuration.
    static func talos(
        _ id: String,
        _ severity: Severity,
        _ title: String,
        topic: Topic = .talos,
        roles: Set<Role> = [],
        why: String,
        fix: String,
        sources: [String],
        positions: [String] = [],
        settle: String? = nil,
        check: @escaping @Sendable (TalosConfig, Evidence) throws(UnknownFact) -> [Observation]
    ) -> Rule {
        Rule(
            id,
            severity,
            topic,
            title,
            roles: roles,
            why: why,
            fix: fix,
            sources: sources,
            positions: positions,
            settle: settle
        ) { evidence in
            var outcome = CheckOutcome()
            for config in evidence.talos where concerns(roles, evidence.roles(of: config)) {
                outcome.look { () throws(UnknownFact) in try check(config, evidence) }
            }
            return outcome
        }
    }

    /// A rule about Longhorn's values.
    static func longhorn(
        _ id: String,
        _ severity: Severity,
        _ title: String,
        topic: Topic = .longhorn,
        why: String,
        fix: String,
        sources: [String],
        positions: [String] = [],
        settle: String? = nil,
        check: @escaping @Sendable (LonghornValues, Evidence) throws(UnknownFact) -> [Observation]
    ) -> Rule {
        Rule(
            id,
            severity,
            topic,
            title,
            why: why,
            fix: fix,
            sources: sources,
            positions: positions,
            settle: settle
        ) { evidence in
            var outcome = CheckOutcome()
            if let values = evidence.longhorn {
                outcome.look { () throws(UnknownFact) in try check(values, evidence) }
            }
            return outcome
        }
    }

    /// A rule about several inputs together; nil from the check means that an input is missing.
    static func cross(
        _ id: String,
        _ severity: Severity,
        _ title: String,
        roles: Set<Role> = [],
        why: String,
        fix: String,
        sources: [String],
        check: @escaping @Sendable (Evidence) throws(UnknownFact) -> [Observation]?
    ) -> Rule {
        Rule(
            id,
            severity,
            .cross,
            title,
            roles: roles,
            why: why,
            fix: fix,
            sources: sources
        ) { evidence in
            var outcome = CheckOutcome()
            do throws(UnknownFact) {
                if let found = try check(evidence) {
                    outcome.applied = 1
                    outcome.observations = found
                }
            } catch {
                outcome.applied = 1
                outcome.unknown = [error]
            }
            return outcome
        }
    }

    /// Whether a rule about `roles` is about a machine with `actual` ones.
    private static func concerns(_ roles: Set<Role>, _ actual: Set<Role>) -> Bool {
        roles.isEmpty || !roles.isDisjoint(with: actual)
    }
}
