import ResultStore
import Units

/// A record in which every optional value is present.
enum FullRecord {
    static func make() -> ResultRecord {
        var run = RunInfo(
            id: "5f3a9c21",
            started: "2026-08-03T10:15:22Z",
            durationNs: 61_204_551_002,
            timeToVerdictNs: 60_900_000_000,
            toolVersion: "tbench 0.1.0",
            toolCommit: "ab12cd3",
            toolBuild: "release-static-x86_64",
            arguments: ["etcd", "/var/lib/tbench"],
            peakMemoryBytes: 31 << 20
        )
        run.outcome = .partial
        run.outcomeReason = "interrupted by SIGINT"
        run.turns = "5f3a9c21"
        let benchmark = BenchmarkInfo(
            name: "etcd",
            workload: "sha256:00",
            spec: ["rate_per_second": "150", "compat": "3.6"],
            engine: "sync",
            engineRequested: "io_uring",
            engineFallbackReason: "kernel.io_uring_disabled is 2",
            engineFeatures: ["registered-buffers"]
        )
        var record = ResultRecord(
            method: 1,
            run: run,
            benchmark: benchmark,
            target: target(),
            tags: ["format": "qcow2", "cache": "none"],
            host: host()
        )
        record.noise = NoiseFloor(
            clockCostNs: 31.5,
            timerOvershootP50Ns: 52_000,
            timerOvershootP99Ns: 80_000,
            timerOvershootMaxNs: 210_000,
            spinGapMaxNs: 90_000,
            spinStolenRatio: 0.0002
        )
        record.conditions = conditions()
        record.phases = [phase()]
        record.network = [network()]
        record.metrics["wal_fsync_p99_ns"] = Metric(
            value: 1.84e6,
            ci95: [1.77e6, 1.92e6],
            ci99: [1.70e6, 2.01e6],
            count: 9000,
            tail: 90,
            flags: ["burst"]
        )
        record.verdict = VerdictRecord(
            grade: .pass,
            headline: "good enough",
            checks: [
                VerdictCheck(
                    name: "WAL fsync p99",
                    limit: "< 10 ms",
                    measured: "1.84 ms",
                    grade: .pass,
                    source: "etcd",
                    reason: "far below"
                )
            ],
            cause: "device flush",
            advice: "none needed"
        )
        record.warnings = [Warning(code: "steal", text: "2 % stolen", hint: "ask the host")]
        return record
    }

    static func phase() -> PhaseRecord {
        let histogram = SparseHistogram(
            buckets: [1000, 3, 1001, 40],
            minNs: 14_850,
            maxNs: 14_970,
            sumNs: 43 * 14_930
        )
        let round = RoundRecord(
            durationNs: 2_000_113_000,
            latency: [
                OperationClass.walSyncOverwrite.rawValue: histogram,
                OperationClass.walSyncMetadata.rawValue: histogram,
                OperationClass.backendCommit.rawValue: histogram,
            ],
            foreignIoRatio: 0.01
        )
        return PhaseRecord(
            name: "small",
            kind: "verdict",
            offeredPerSecond: 150,
            startSeconds: 2.5,
            rounds: [round, round, round],
            counters: ["puts": 300, "wal_syncs": 295],
            slow: [SlowOperation(operation: "wal_loop", atSeconds: 3.25, durationNs: 120_000_000)],
            ladder: LadderPoint(
                step: .fanOut,
                replicas: ["local", "10.0.0.2:9503"],
                operation: "write",
                pattern: "random",
                blockBytes: 4096,
                depth: 1,
                connections: 2
            ),
            stopReason: "interval tight"
        )
    }

    private static func network() -> NetworkPath {
        var path = NetworkPath(peer: "node2:9650", peerKind: "tbench agent", isLoopback: false)
        path.peerAddress = "10.0.0.2"
        path.localAddress = "10.0.0.1"
        var interface = InterfaceFacts(name: "eth0")
        interface.kind = "ethernet"
        interface.driver = "ixgbe"
        interface.mtuBytes = 9000
        interface.speedMbps = 10_000
        interface.duplex = "full"
        interface.carrier = true
        interface.rxQueues = 8
        interface.txQueues = 8
        interface.offloads = ["tso": true]
        interface.counted = ["rx_dropped": 0]
        path.interface = interface
        var transport = TransportFacts(connections: 2)
        transport.retransmits = 3
        transport.segmentsSent = 100_000
        transport.rttNs = 120_000
        transport.rttVariationNs = 20_000
        transport.rttMinNs = 60_000
        transport.sendMssBytes = 8948
        transport.receiveMssBytes = 8948
        transport.pathMtuBytes = 9000
        transport.congestionWindow = 10
        transport.lost = 0
        path.transport = transport
        var mtu = PathMTU(method: "datagrams", state: .told)
        mtu.interfaceBytes = 9000
        mtu.forwardBytes = 1500
        mtu.reverseBytes = 1500
        mtu.toldBytes = 1500
        mtu.diagnosis = "NIC 9000, path 1500"
        mtu.probes = [PathProbeRecord(bytes: 9000, direction: "forward", answer: "told")]
        path.mtu = mtu
        var slope = NetworkSlope(operation: "write", nsPerKib: 900, interceptNs: 60_000)
        slope.nsPerKibCi95 = [890, 910]
        slope.bytesPerSecond = 1.1e9
        slope.rSquared = 0.99
        path.slopes = [slope]
        var stream = NetworkStream(operation: "write", streams: 4, bytesPerSecond: 1.1e9)
        stream.bytesPerSecondCi95 = [1.0e9, 1.2e9]
        stream.retransmits = 1
        path.streams = [stream]
        path.unknown = ["speed"]
        return path
    }

    private static func target() -> TargetFacts {
        var device = DeviceFacts(name: "sdb")
        device.byId = "/dev/disk/by-id/x"
        device.model = "QEMU HARDDISK"
        device.serialHash = "0123456789abcdef"
        device.firmware = "2.5+"
        device.transport = "scsi"
        device.driver = "sd"
        device.sizeBytes = 107_374_182_400
        device.logicalBlockBytes = 512
        device.physicalBlockBytes = 4096
        device.rotational = false
        device.readOnly = false
        device.scheduler = "none"
        device.requests = 256
        device.writeCache = "write back"
        device.fua = false
        device.discardMaxBytes = 2_147_450_880
        device.maxSectorsKib = 1280
        device.writebackThrottleUsec = -1
        device.backing = "/var/img (direct I/O off)"
        return TargetFacts(
            path: "/var/lib/tbench",
            kind: "directory",
            filesystem: FilesystemFacts(
                type: "ext4",
                mountPoint: "/var",
                source: "/dev/sdb1",
                mountOptions: ["rw", "relatime"],
                sizeBytes: 100 << 30,
                freeBytes: 50 << 30,
                blockSizeBytes: 4096,
                device: "8:17",
                journal: "data=ordered"
            ),
            stack: [device],
            unknown: ["no /sys: queue unknown"]
        )
    }

    private static func host() -> HostRecord {
        var host = HostRecord()
        host.node = "talos-cp1"
        host.bootId = "a-b"
        host.uptimeSeconds = 4711.5
        host.kernel = "6.12.8-talos"
        host.architecture = "x86_64"
        host.distribution = "Talos 1.9"
        host.cpuModel = "EPYC"
        host.cpuCount = 4
        host.governor = "schedutil"
        host.idleDriver = "acpi_idle"
        host.clocksource = "kvm-clock"
        host.memoryBytes = 8 << 30
        host.hypervisor = "kvm"
        host.platform = "QEMU Standard PC"
        host.loadAverage = 0.42
        host.container = ["seccomp": "0"]
        host.settings = ["vm.swappiness": "60"]
        host.unknown = ["governor"]
        return host
    }

    private static func conditions() -> Conditions {
        var conditions = Conditions()
        conditions.stealRatio = 0.001
        conditions.cpuBusyRatio = 0.1
        conditions.ownCpuRatio = 0.08
        conditions.throttledRatio = 0
        conditions.pressureCpuRatio = 0.01
        conditions.pressureIoRatio = 0.2
        conditions.pressureMemoryRatio = 0
        conditions.runDelayRatio = 0.003
        conditions.involuntarySwitches = 12
        conditions.foreignIoRatio = 0.02
        conditions.deviceWrites = 1000
        conditions.deviceWriteSectors = 9000
        conditions.deviceFlushes = 800
        conditions.deviceReads = 3
        conditions.clockStepNs = -5
        return conditions
    }
}
