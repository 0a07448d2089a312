import Foundation
import TestSupport
import Testing

/// `tbench doctor` through the real binary: files, this machine, and machines made of files.
@Suite("tbench doctor") struct DoctorTests {
    private static let conf = """
        balloon: 1024
        cipassword: SECRET-password
        cores: 2
        cpu: host
        memory: 4096
        net0: virtio=BC:24:11:00:00:01,bridge=vmbr0
        ostype: l26
        scsi0: local-lvm:vm-101-disk-0,cache=unsafe,iothread=1,size=32G
        scsihw: virtio-scsi-single
        sshkeys: SECRET-key
        """

    private static let talos = """
        version: v1alpha1
        machine:
          type: controlplane
          token: SECRET-token
          ca: {crt: SECRET-crt, key: SECRET-ca}
          install:
            disk: /dev/vda
            image: ghcr.io/siderolabs/installer:v1.14.0
        cluster:
          secret: SECRET-cluster
        """

    private static let longhorn = """
        defaultSettings:
          v2DataEngine: true
          backupTarget: http://user:SECRET-url@nas/
        privateRegistry: {registryUser: SECRET-user, registryPasswd: SECRET-registry}
        """

    private func files() throws -> (TemporaryDirectory, [String]) {
        let directory = try TemporaryDirectory()
        let conf = try directory.write("101.conf", Self.conf)
        let storages = try directory.write(
            "storage.cfg",
            "lvmthin: local-lvm\n\tthinpool data\n\tvgname pve\n\tusername SECRET-name\n"
        )
        let talos = try directory.write("cp.yaml", Self.talos)
        let longhorn = try directory.write("values.yaml", Self.longhorn)
        return (
            directory,
            [
                "--proxmox", conf, "--storage-cfg", storages, "--talos", talos, "--longhorn",
                longhorn,
            ]
        )
    }

    @Test("finds what is wrong in each file and between them, and exits with 2")
    func findings() throws {
        let (directory, arguments) = try files()
        let outcome = try Tool.run(["doctor"] + arguments, environment: ["COLUMNS": "300"])
        #expect(outcome.status == 2)
        #expect(outcome.stderr == "")
        for rule in ["PVE-CACHE-UNSAFE", "PVE-MEM-BALLOON", "LH-BACKUP-SCHEME", "X-DISK-MISSING"] {
            #expect(outcome.stdout.contains("ERROR     \(rule)"), "\(rule)")
        }
        #expect(
            outcome.stdout.contains("101.conf:8: scsi0 (local-lvm:vm-101-disk-0): cache=unsafe")
        )
        #expect(outcome.stdout.contains("thin storage 'local-lvm' (lvmthin) without discard=on"))
        #expect(directory.path.isEmpty == false)
    }

    @Test(
        "no secret reaches any output",
        arguments: [
            [], ["--output-format", "json"], ["--output-format", "markdown"],
            ["--output-format", "junit"], ["--fix"], ["--all"],
        ]
    )
    func secrets(format: [String]) throws {
        let (directory, arguments) = try files()
        let outcome = try Tool.run(["doctor"] + arguments + format)
        #expect(outcome.status == 2)
        #expect(!outcome.stdout.contains("SECRET"))
        #expect(!outcome.stderr.contains("SECRET"))
        #expect(directory.path.isEmpty == false)
    }

    @Test("JSON and JUnit are read by others, and files stay as they are")
    func formats() throws {
        let (directory, arguments) = try files()
        let before = try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
        let json = try Tool.run(["doctor"] + arguments + ["--output-format", "json"])
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(json.stdout.utf8)) as? [String: Any]
        )
        #expect(object["schema"] as? String == "tbench.doctor")
        #expect((object["findings"] as? [[String: Any]])?.isEmpty == false)
        let junit = try Tool.run(["doctor"] + arguments + ["--output-format", "junit"])
        let file = try directory.write("junit.xml", junit.stdout)
        let counted = try Shell.require([
            "python3", "-c",
            "import sys, xml.etree.ElementTree as e\nr = e.parse(sys.argv[1]).getroot()\nprint(r.tag, int(r.get('failures')) == len(list(r.iter('failure'))) > 3)",
            file,
        ])
        #expect(counted == "testsuites True")
        try FileManager.default.removeItem(atPath: file)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted() == before
        )
        #expect(
            try String(contentsOfFile: "\(directory.path)/101.conf", encoding: .utf8) == Self.conf
        )
    }

    @Test("the diff of --fix can be applied, and the errors that it is for are gone")
    func fix() throws {
        let directory = try TemporaryDirectory()
        let conf = try directory.write("101.conf", Self.conf + "\n")
        let fix = try Tool.run(["doctor", "--proxmox", conf, "--fix"])
        #expect(fix.stdout.contains("\nqm set 101 --balloon 0 "))
        let diff = try directory.write("fix.diff", fix.stdout)
        try Shell.require(["patch", "--quiet", "--forward", conf, diff])
        let again = try Tool.run(["doctor", "--proxmox", conf])
        #expect(again.status == 0, "\(again.stdout)")
    }

    @Test(
        "bad input gets one sentence and its exit code",
        arguments: [
            (["--proxmox", "/nowhere/1.conf"], 66, "does not exist"),
            (["--talos", "/"], 66, "is a directory"),
            (["--proxmox", "/bin/sh"], 64, "is not a text file"),
            (["--talos", "/etc/passwd"], 64, "/etc/passwd"),
            (["--longhorn", "/etc/hostname"], 64, "does not hold Longhorn's values"),
            (["--explain", "PVE-CACHE-UNSAVE"], 64, "did you mean PVE-CACHE-UNSAFE?"),
            (["--plan", "nodes=0"], 64, "nodes=0"),
            (["nodes=3"], 64, "--plan"),
            (["--role", "king"], 64, "'control-plane'"),
        ]
    )
    func badInput(arguments: [String], status: Int32, text: String) throws {
        let outcome = try Tool.run(["doctor"] + arguments)
        #expect(outcome.status == status)
        #expect(outcome.stderr.contains(text), "\(outcome.stderr)")
        #expect(outcome.stdout == "")
    }

    @Test("a file without permission is refused as such", .requiresRoot)
    func permission() throws {
        let directory = try TemporaryDirectory()
        let conf = try directory.write("1.conf", Self.conf)
        try Shell.require(["chmod", "755", directory.path])
        try Shell.require(["chmod", "600", conf])
        let outcome = try Shell.run([
            "setpriv", "--reuid", "65534", "--clear-groups", Tool.path, "doctor", "--proxmox", conf,
        ])
        #expect(outcome.status == 77, "\(outcome.stderr)")
        #expect(outcome.stderr.contains("no permission to read"))
    }

    @Test(
        "this machine is looked at with and without privileges, and nothing crashes",
        .requiresRoot
    )
    func live() throws {
        let privileged = try Tool.run(["doctor", "--all"])
        #expect([0, 2].contains(privileged.status), "\(privileged.stderr)")
        #expect(privileged.stdout.contains("NODE-"))
        let nobody = try Shell.run([
            "setpriv", "--reuid", "65534", "--clear-groups", "--inh-caps=-all", "--no-new-privs",
            Tool.path, "doctor", "--role", "worker-v2",
        ])
        #expect([0, 2].contains(nobody.status), "\(nobody.stderr)")
        let bare = try Shell.run(
            [
                "unshare", "--mount", "sh", "-c", "mount -t tmpfs none /sys && exec \"$0\" doctor",
                Tool.path,
            ]
        )
        #expect([0, 2].contains(bare.status), "\(bare.stderr)")
        #expect(bare.stdout.contains("mount /sys"))
    }

    @Test("a machine of which nothing can be read is unknown, with what would help")
    func empty() throws {
        let directory = try TemporaryDirectory()
        let outcome = try Tool.run(["doctor", "--system-root", directory.path])
        #expect(outcome.status == 0)
        #expect(outcome.stdout.contains("UNKNOWN"))
        #expect(outcome.stdout.contains("to know it: mount /sys"))
        let strict = try Tool.run(["doctor", "--system-root", directory.path, "--strict"])
        #expect(strict.status == 3)
    }

    @Test("a debug pod sees the node below /host")
    func host() throws {
        let directory = try TemporaryDirectory()
        let files = [
            "proc/meminfo": "MemTotal: 8388608 kB\n", "proc/sys/kernel/osrelease": "6.12.0-talos\n",
            "proc/1/comm": "systemd\n", "proc/cpuinfo": "flags : fpu aes\n",
            "host/var/lib/longhorn/x": "", "host/var/lib/etcd/x": "",
            "host/proc/1/mountinfo": "20 1 8:1 / / rw,noexec - ext4 /dev/sda1 rw\n",
            "sys/block/sda/queue/scheduler": "mq-deadline [bfq] none\n",
        ]
        for (name, content) in files {
            let path = "\(directory.path)/\(name)"
            try FileManager.default.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent,
                withIntermediateDirectories: true
            )
            try Data(content.utf8).write(to: URL(fileURLWithPath: path))
        }
        let outcome = try Tool.run(["doctor", "--system-root", directory.path])
        #expect(outcome.status == 2, "\(outcome.stderr)")
        for rule in [
            "NODE-MOUNT-PRIVATE", "NODE-DISK-SCHEDULER", "NODE-CPU-LEVEL", "NODE-V1-ISCSID",
        ] {
            #expect(outcome.stdout.contains(rule), "\(rule)")
        }
    }

    @Test("rules are listed and explained, and a plan is made")
    func pages() throws {
        let list = try Tool.run(["list", "rules"])
        #expect(list.stdout.split(separator: "\n").count > 90)
        let page = try Tool.run(["doctor", "--explain", "pve-cache-writethrough"])
        #expect(page.stdout.contains("tbench matrix --format raw --cache none,writethrough"))
        let plan = try Tool.run(["doctor", "--plan", "nodes=3", "network=1gbe", "disks=nvme"])
        #expect(plan.status == 0)
        #expect(plan.stdout.contains("Longhorn, 2 replicas"))
        #expect(plan.stdout.contains("opinion"))
    }
}
