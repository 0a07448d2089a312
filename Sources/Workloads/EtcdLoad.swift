/// What is asked of etcd: how many puts a second, from how many clients, how large.
package struct EtcdLoad: Sendable, Equatable {
    /// The name users type and see: "small".
    package var name: String
    /// Offered puts a second from intended start times; nil for a closed loop of `clients`.
    package var ratePerSecond: Double?
    /// Puts outstanding at once at most.
    package var clients: Int
    /// Bytes of a key, from 1 to 1 MiB.
    package var keyBytes: Int
    /// Bytes of a value, from 0 to 1.5 MiB.
    package var valueBytes: Int

    package init(
        name: String,
        ratePerSecond: Double?,
        clients: Int,
        keyBytes: Int,
        valueBytes: Int
    ) {
        self.name = name
        self.ratePerSecond = ratePerSecond
        self.clients = clients
        self.keyBytes = keyBytes
        self.valueBytes = valueBytes
    }

    /// The loads of `etcdctl check perf`: 276-byte keys and 1024-byte values.
    ///
    /// - Source: etcdctl/ctlv3/command/check.go, `checkPerfCfgMap`.
    package static let small = checkPerf("small", 150, 50)
    package static let medium = checkPerf("medium", 1000, 200)
    package static let large = checkPerf("large", 8000, 500)
    package static let xlarge = checkPerf("xlarge", 15000, 1000)
    /// One client at full speed with the 2300-byte records of the well-known fio recipe.
    package static let fioCompatible = EtcdLoad(
        name: "fio-compat",
        ratePerSecond: nil,
        clients: 1,
        keyBytes: 8,
        valueBytes: 2208
    )
    /// One client at full speed with the 8000-byte records that OpenShift's guidance names.
    package static let openShift = EtcdLoad(
        name: "ocp",
        ratePerSecond: nil,
        clients: 1,
        keyBytes: 8,
        valueBytes: 7904
    )

    /// Every name that `--load` takes, with its load; the first of two names is the one shown.
    package static let named: [(names: [String], load: EtcdLoad)] = [
        (["small", "s"], small), (["medium", "m"], medium), (["large", "l"], large),
        (["xlarge", "xl"], xlarge), (["fio-compat"], fioCompatible), (["ocp"], openShift),
    ]

    /// The load that has this name; nil for a name not in `named`.
    package static func named(_ name: String) -> EtcdLoad? {
        named.first { $0.names.contains(name) }?.load
    }

    /// The same load at another rate, named after it.
    package func at(rate: Double) -> EtcdLoad {
        var load = self
        load.ratePerSecond = rate
        load.name = "\(Int(rate.rounded()))/s"
        return load
    }

    private static func checkPerf(_ name: String, _ rate: Double, _ clients: Int) -> EtcdLoad {
        EtcdLoad(
            name: name,
            ratePerSecond: rate,
            clients: clients,
            keyBytes: 276,
            valueBytes: 1024
        )
    }
}

/// The etcd release whose disk behaviour is reproduced, where releases differ on disk.
package enum EtcdCompatibility: String, Sendable, CaseIterable {
    /// Debian 12's etcd with bbolt 1.3.6: the database grows by writing past its end.
    case v3_4_23 = "3.4.23"
    /// bbolt 1.3.7 and later: grows by ftruncate in steps of 16 MiB and an fsync.
    case v3_5 = "3.5"
    /// As 3.5; a snapshot every 10,000 entries instead of 100,000, and the commit index of a
    /// single member is saved by a Ready of its own, buffered until the next batch.
    case v3_6 = "3.6"

    /// True if the database is extended with ftruncate and fsync before it is written.
    package var truncatesToGrow: Bool { self != .v3_4_23 }
    /// Applied entries between two snapshots.
    package var snapshotCount: UInt64 { self == .v3_6 ? 10_000 : 100_000 }
}
