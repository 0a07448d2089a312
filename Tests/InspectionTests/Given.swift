import Inspection
import ResultStore
import Testing

/// What a rule is shown: texts and facts, put together when the test runs.
struct Given: Sendable {
    var machines: [String] = []
    var machineFiles: [String] = []
    var storages: String?
    var talos: [String] = []
    var longhorn: String?
    var roles: Set<Role> = []
    var profile = "production"
    var node: NodeFacts?

    /// Settings of a VM that nothing is wrong with; what a case adds comes after and wins.
    private static let soundMachine = """
        agent: 1
        balloon: 0
        cores: 8
        cpu: x86-64-v2-AES
        memory: 16384
        name: node
        net0: virtio=BC:24:11:00:00:01,bridge=vmbr0
        onboot: 1
        ostype: l26
        scsihw: virtio-scsi-single

        """

    /// A VM with these lines besides sound ones.
    static func vm(_ lines: String, file: String = "101.conf") -> Given {
        Given().vm(lines, file: file)
    }

    /// A VM with these lines and no others.
    static func bareVM(_ lines: String, file: String = "101.conf") -> Given {
        var given = Given()
        given.machines = [lines]
        given.machineFiles = [file]
        return given
    }

    static func talos(_ text: String) -> Given { Given().talos(text) }
    static func longhorn(_ text: String) -> Given { Given().longhorn(text) }

    /// A node that nothing is wrong with, changed.
    static func node(_ change: (inout NodeFacts) -> Void = { _ in }) -> Given {
        Given().node(change)
    }

    func vm(_ lines: String, file: String = "101.conf") -> Given {
        var given = self
        given.machines.append(Self.soundMachine + lines + "\n")
        given.machineFiles.append(file)
        return given
    }

    func storages(_ text: String) -> Given {
        var given = self
        given.storages = text
        return given
    }

    func talos(_ text: String) -> Given {
        var given = self
        given.talos.append(text)
        return given
    }

    func longhorn(_ text: String) -> Given {
        var given = self
        given.longhorn = text
        return given
    }

    func roles(_ roles: Role...) -> Given {
        var given = self
        given.roles = Set(roles)
        return given
    }

    func homelab() -> Given {
        var given = self
        given.profile = "homelab"
        return given
    }

    func node(_ change: (inout NodeFacts) -> Void = { _ in }) -> Given {
        var given = self
        var facts = SoundNode.facts
        change(&facts)
        given.node = facts
        return given
    }

    struct NoProfile: Error {}

    func evidence() throws -> Evidence {
        guard let limits = Limits(named: profile) else { throw NoProfile() }
        var evidence = Evidence(limits: limits)
        evidence.roles = roles
        evidence.node = node
        evidence.machines = try zip(machines, machineFiles).map { text, file in
            try VirtualMachine(Array(text.utf8), file: file)
        }
        evidence.storages = try storages.map {
            try StorageConfig(Array($0.utf8), file: "storage.cfg")
        }
        evidence.talos = try talos.enumerated().map { index, text in
            try TalosConfig(Array(text.utf8), file: "talos-\(index).yaml")
        }
        evidence.longhorn = try longhorn.map {
            try LonghornValues(Array($0.utf8), file: "values.yaml")
        }
        return evidence
    }

    func diagnosis() throws -> Diagnosis { Diagnosis(try evidence()) }
}

/// A rule with something it is about and something it is not.
struct RuleCase: Sendable, CustomTestStringConvertible {
    var rule: String
    var fires: Given
    var silent: Given

    init(_ rule: String, fires: Given, silent: Given) {
        self.rule = rule
        self.fires = fires
        self.silent = silent
    }

    var testDescription: String { rule }
}
