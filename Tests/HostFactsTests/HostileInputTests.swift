import Foundation
import ResultStore
import Testing
import Units

@testable import HostFacts

@Suite("Hostile and missing /proc and /sys")
struct HostileInputTests {
    @Test("with neither /proc nor /sys the records say what is unknown and why")
    func nothing() throws {
        let tree = try FixtureTree(["etc/hostname": "x\n"])
        let probe = tree.probe(paths: ["/data": .directory(on: "8:1", at: "/data")])
        let host = probe.host()
        #expect(host.kernel == nil)
        #expect(host.cpuCount == nil)
        #expect(host.hypervisor == nil)
        #expect(host.unknown.contains { $0.hasPrefix("no /proc") })
        #expect(host.unknown.contains { $0.hasPrefix("no /sys") })
        #expect(host.unknown.contains { $0.hasPrefix("hypervisor unknown") })
        let target = probe.target(path: "/data")
        #expect(target.kind == "directory")
        #expect(target.stack == [])
        #expect(target.filesystem?.type == "unknown")
        #expect(
            target.unknown == [
                "/proc/self/mountinfo (open: ENOENT): mount options unknown",
                "no /sys/dev/block/8:1: device stack unknown from there on",
            ]
        )
        let sample = ConditionsSampler(root: tree.root, deviceNames: ["sda"]).sample()
        let conditions = ConditionsSampler.difference(sample, sample, ownDeviceWrites: 0)
        var expected = Conditions()
        expected.clockStepNs = 0
        #expect(conditions == expected)
    }

    @Test("a path that cannot be looked at is described by the reason")
    func unreadablePath() throws {
        let tree = try FixtureTree(["etc/hostname": "x\n"])
        let probe = HostProbe(
            root: tree.root,
            environment: { _ in nil },
            status: { _ in .failure(.init(call: "stat", errno: 13)) }
        )
        let target = probe.target(path: "/secret/x")
        #expect(target.kind == "missing")
        #expect(target.unknown == ["nothing is known about the path (stat: EACCES)"])
    }

    /// Contents that no kernel writes.
    static let garbage: [String] = [
        "", "\n", "\n\n\n\n", " ", "\u{0}", "\u{0}\u{0}\u{0}\u{1}\u{2}", "-1", "0", "1",
        "18446744073709551615", "18446744073709551616", "-9223372036854775808",
        "99999999999999999999999999999999999999999999999999", "1e309", "nan", "inf", "-inf",
        "0x", "0-", "-", "--", "0-18446744073709551615", ",,,,", ":", ":::", "::::::", "=", "===",
        "a=b=c", "some total=", "some total=-1", "some total=99999999999999999999999",
        "cpu ", "cpu  1 2 3", "cpu  a b c d e f g h",
        "cpu  18446744073709551615 18446744073709551615 1 1 1 1 1 18446744073709551615",
        "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20",
        "18446744073709551615 0 18446744073709551615 0 18446744073709551615 0 0 0 0 0 0",
        "27 1 254:0 / /", "27 1 254:0 / / rw - ", "27 1 254:0 / / rw -", "- - - - - - - - - -",
        "27 1 99999999999:0 / / rw - ext4 /dev/vda rw", "27 1 :: / / rw - ext4 /dev/vda rw",
        "27 1 254:0 \\ \\0 rw - ext4 \\999\\04 \\", "27 1 254:0 / /\\777 rw - ext4 /dev/vda \\40",
        "27 1 0:1 / / rw - btrfs /dev/../../etc rw", "27 1 0:1 / / rw - btrfs /dev/mapper/ rw",
        "27 1 0:1 / / rw - overlay o rw,upperdir=", "0::/../../../../../etc", "0::", "1:cpu:",
        "4:memory:/\u{0}", "[", "[]", "[[none]]", "] none [", "MemTotal: 18446744073709551615 kB",
        "MemTotal:", "flags", "flags:", "flags : hypervisor", "processor:\nprocessor:\nflags:",
        "PRETTY_NAME=\"", "PRETTY_NAME=\"\"", "PRETTY_NAME='", "Seccomp:\t99999999999999999999",
        "CapEff:\tzzzz", "VmHWM:\t18446744073709551615 kB", "throttled_usec 18446744073709551615",
        "\u{1B}[31mred\u{1B}[0m", "e\u{301}\u{301}\u{301}=\u{301}", "\r\n\r\n", "a\r\nb\r\n",
        "\u{202E}gnp", "../../../../../../etc/passwd", "/", "//", "..", ".",
        String(repeating: "9", count: 5000), String(repeating: "a ", count: 20_000),
        String(repeating: "x\n", count: 20_000),
    ]

    /// Every file this module reads.
    static let files: [String] = [
        "proc/self/mountinfo", "proc/self/cgroup", "proc/self/status", "proc/stat", "proc/cpuinfo",
        "proc/meminfo", "proc/uptime", "proc/loadavg", "proc/cmdline", "proc/pressure/cpu",
        "proc/pressure/io", "proc/sys/kernel/osrelease", "proc/sys/kernel/hostname",
        "proc/sys/vm/swappiness", "proc/self/task/1/schedstat", "proc/self/task/1/status",
        "proc/self/task/x/status", "proc/fs/ext4/vda/options", "proc/device-tree/model",
        "etc/os-release", "host/etc/os-release", "sys/class/dmi/id/sys_vendor",
        "sys/class/dmi/id/product_name", "sys/firmware/acpi/tables/DSDT", "sys/hypervisor/type",
        "sys/devices/system/cpu/online", "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor",
        "sys/devices/system/clocksource/clocksource0/available_clocksource",
        "sys/kernel/mm/transparent_hugepage/enabled", "sys/fs/cgroup/cpu.max",
        "sys/fs/cgroup/memory.max", "sys/fs/cgroup/io.max", "sys/fs/cgroup/cpu.stat",
        "sys/fs/cgroup/cpu/cpu.cfs_quota_us", "sys/fs/cgroup/blkio/blkio.throttle.read_bps_device",
        "sys/devices/a/vda/size", "sys/devices/a/vda/ro", "sys/devices/a/vda/stat",
        "sys/devices/a/vda/uevent", "sys/devices/a/vda/serial", "sys/devices/a/vda/device/model",
        "sys/devices/a/vda/device/vpd_pg80", "sys/devices/a/vda/queue/scheduler",
        "sys/devices/a/vda/queue/write_cache", "sys/devices/a/vda/queue/wbt_lat_usec",
        "sys/devices/a/vda/loop/backing_file", "sys/devices/a/vda/dm/uuid",
        "sys/devices/a/vda/md/level", "sys/devices/a/vda/slaves/vdb/dev",
        "sys/devices/a/vda/partition",
    ]

    @Test("garbage in any file neither traps nor reaches a record as control bytes")
    func garbageEverywhere() throws {
        var base: [String: String] = [
            "proc/self/mountinfo": "27 1 254:0 / / rw - ext4 /dev/vda rw\n",
            "proc/self/cgroup": "0::/\n4:cpu,memory,blkio:/\n",
        ]
        base.addBlockDevice("a/vda", number: "254:0", files: ["size": "8\n"])
        let tree = try FixtureTree(base)
        for content in Self.garbage {
            // All files hold the same nonsense, and then one at a time among sound ones.
            for file in Self.files { try write(content, to: file, in: tree) }
            try exercise(tree)
            for (file, sound) in base where !sound.hasPrefix("-> ") {
                try write(sound, to: file, in: tree)
            }
            try exercise(tree)
        }
    }

    @Test("bytes that are not text neither trap nor reach a record as control bytes")
    func binary() throws {
        var base: [String: String] = [:]
        base.addBlockDevice("a/vda", number: "254:0", files: ["size": "8\n"])
        let tree = try FixtureTree(base)
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        for _ in 0..<8 {
            for file in Self.files {
                let bytes = (0..<200).map { _ -> UInt8 in
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    return UInt8(truncatingIfNeeded: state >> 56)
                }
                try write(Data(bytes), to: file, in: tree)
            }
            try exercise(tree)
        }
    }

    @Test("a directory, a FIFO or a dead link in place of a file is an unknown fact")
    func notAFile() throws {
        let tree = try FixtureTree([
            "proc/stat/x": "", "proc/self/status": "-> nowhere", "proc/loadavg": "-> loadavg",
        ])
        #expect(mkfifo("\(tree.path)/proc/uptime", 0o600) == 0)
        let host = tree.probe().host()
        #expect(host.uptimeSeconds == nil)
        #expect(host.loadAverage == nil)
        #expect(host.unknown.contains("/proc/stat cannot be read (read: EISDIR)"))
    }

    private func write(_ content: String, to file: String, in tree: FixtureTree) throws {
        try write(Data(content.utf8), to: file, in: tree)
    }

    private func write(_ content: Data, to file: String, in tree: FixtureTree) throws {
        let path = "\(tree.path)/\(file)"
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent,
            withIntermediateDirectories: true
        )
        try content.write(to: URL(fileURLWithPath: path))
    }

    /// Calls everything that reads, and encodes the result as a record would be.
    private func exercise(_ tree: FixtureTree) throws {
        let probe = tree.probe(paths: [
            "/": .directory(on: "254:0", at: "/"), "/dev/vda": .blockDevice("254:0"),
            "/x": .directory(on: "0:99", at: "/x"),
        ])
        let host = probe.host()
        let targets = ["/", "/dev/vda", "/x", "/missing"].map { probe.target(path: $0) }
        let sampler = ConditionsSampler(root: tree.root, deviceNames: ["vda", "..", ""])
        let sample = sampler.sample()
        let conditions = ConditionsSampler.difference(sample, sample, ownDeviceWrites: .max)
        for target in targets {
            let hints = CacheModeHints.hints(target: target, host: host)
            let audit = HonestyAudit.warnings(
                host: host,
                target: target,
                noise: nil,
                conditions: conditions
            )
            for text in (hints + audit).map(\.text) { expectPrintable(text) }
            for device in target.stack { expectPrintable("\(device)") }
            for line in target.unknown { expectPrintable(line) }
            _ = try JSONEncoder().encode(target)
        }
        expectPrintable("\(host.container) \(host.platform ?? "") \(host.distribution ?? "")")
        expectPrintable("\(host.settings ?? [:]) \(host.cpuModel ?? "")")
        _ = try JSONEncoder().encode(host)
        _ = try JSONEncoder().encode(conditions)
        _ = ProcessFacts.peakMemoryBytes(root: tree.root)
    }

    private func expectPrintable(_ text: String) {
        #expect(
            !text.unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }
        )
    }
}
