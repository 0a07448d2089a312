import ArgumentTable
import ResultStore
import VirtualDisks
import Workloads

/// The flags of `tbench matrix` and `tbench rate`.
enum MatrixTable {
    static let command = CommandSpec(
        name: "matrix",
        summary: "Measure and rate virtual disks: RAW or QCOW2, which cache mode, which aio.",
        discussion: """
            Makes a scratch image for each combination, exports it with qemu-storage-daemon and holds etcd's pattern \
            on it, all combinations in turns. Each is compared with raw/none round by round, graded for etcd, \
            Longhorn and general use, and told what it loses when something crashes. Needs qemu-img and \
            qemu-storage-daemon. Writes only to scratch of its own, which is gone afterwards. Combinations that \
            QEMU refuses are named and left out. The default takes some four minutes and 2 GiB.

            The times are those of QEMU's block layer on this host, without a guest: a guest adds its own. With \
            --vm all combinations are disks of one guest that boots tbench itself; where KVM does not work it is \
            emulated, and its times are marked as not representative. The host measures the same disks in turns with the \
            guest: what the guest's commits take longer is L_virt, and 'tbench model' reads it from the records.
            """,
        examples: [
            ExampleSpec(
                "tbench matrix /var/lib/vz",
                "raw and qcow2 with every cache mode, in turns"
            ),
            ExampleSpec(
                "tbench matrix --format raw,qcow2-sparse --cache none,writeback",
                "fewer combinations, more of each other"
            ),
            ExampleSpec("tbench matrix . --aio threads,native,io_uring --cache none", "which aio"),
            ExampleSpec(
                "tbench matrix . --format raw,raw --cache none",
                "the same disk twice: how much of a difference is none"
            ),
            ExampleSpec(
                "tbench matrix . --profile random-4k --size 1g",
                "I/Os a second and their times, instead of etcd's commits"
            ),
            ExampleSpec("tbench matrix . --output-format csv -o Results/", "for a spreadsheet"),
            ExampleSpec(
                "tbench matrix . --vm --cache none --controller virtio-scsi-single,virtio-blk",
                "as disks of a real guest"
            ),
            ExampleSpec(
                "tbench matrix --qmp /run/qemu-server/101.qmp",
                "what QEMU has counted for a guest that runs; reads only"
            ),
        ],
        positionals: [
            PositionalSpec(
                name: "directory",
                help: "Where the images are made: the storage to measure.",
                required: false,
                defaultText: "the current directory"
            )
        ],
        options: disks + guest + run + [rubric] + output,
        exclusive: [["quiet", "progress"], ["vm", "qmp"]]
    )

    static let rate = CommandSpec(
        name: "rate",
        summary: "Grade the results of disk combinations, with reasons.",
        discussion: """
            Reads results of 'tbench matrix', or of 'tbench etcd' on a device with --tag format=… --tag cache=…, \
            and grades each for every role of the rubric. What a power cut loses caps a grade, however fast it is. \
            Reads only.
            """,
        examples: [
            ExampleSpec("tbench rate Results/2026/*.json", "all of a matrix again"),
            ExampleSpec("tbench rate A.json --rubric mine.json5", "with limits of your own"),
        ],
        positionals: [
            PositionalSpec(name: "file", help: "Result files.", repeated: true)
        ],
        options: [rubric, format, EtcdTable.color]
    )

    private static let disks = [
        list(
            "format",
            "formats",
            "raw, qcow2 (both written before), qcow2-sparse (fresh), qcow2-overlay (fresh, over a full image).",
            "raw,qcow2"
        ),
        list(
            "cache",
            "modes",
            "none, writeback, writethrough, directsync, unsafe.",
            "none,writeback,writethrough,directsync,unsafe"
        ),
        OptionSpec(
            long: "aio",
            valueName: "kinds",
            help: "How QEMU talks to the kernel: threads, native, io_uring; several with commas.",
            defaultText: "io_uring, threads where that is forbidden",
            parse: .string,
            group: "DISK OPTIONS"
        ),
        OptionSpec(
            long: "size",
            valueName: "bytes",
            help: "The size of each disk.",
            defaultValue: "128m",
            parse: .bytes(MatrixSettings.imageBytesMin...(64 << 30)),
            group: "DISK OPTIONS"
        ),
        OptionSpec(
            long: "client",
            valueName: "client",
            help:
                "How the disk is reached: nbd over a socket, or fuse as a mounted file, which goes through the kernel.",
            defaultValue: DiskClient.nbd.rawValue,
            parse: .choice(DiskClient.allCases.map(\.rawValue)),
            group: "DISK OPTIONS"
        ),
        OptionSpec(
            long: "null",
            kind: .inversion,
            help: "Also measure QEMU's null device: what the way to the disk takes by itself.",
            defaultValue: "true",
            defaultText: "on",
            group: "DISK OPTIONS"
        ),
    ]

    private static let guest = [
        OptionSpec(
            long: "vm",
            help: "Boot a guest in QEMU with the disks attached, and measure in it.",
            group: "GUEST OPTIONS"
        ),
        OptionSpec(
            long: "controller",
            valueName: "kinds",
            help:
                "virtio-scsi-single, virtio-scsi, virtio-blk, sata, ide; several with commas; only with --vm.",
            defaultValue: "virtio-scsi-single",
            parse: .string,
            group: "GUEST OPTIONS"
        ),
        OptionSpec(
            long: "iothread",
            valueName: "which",
            help: "A thread for each disk; both measures each way; only with --vm.",
            defaultValue: "on",
            parse: .choice(["on", "off", "both"]),
            group: "GUEST OPTIONS"
        ),
        OptionSpec(
            long: "kernel",
            valueName: "file",
            help: "The guest's kernel; its modules stand in lib/modules beside its directory.",
            defaultText: "one that is installed",
            parse: .path,
            group: "GUEST OPTIONS"
        ),
        OptionSpec(
            long: "accel",
            valueName: "kind",
            help: "How the guest runs; auto is KVM where a guest boots with it.",
            defaultValue: "auto",
            parse: .choice(GuestSettings.Accelerator.allCases.map(\.rawValue)),
            group: "GUEST OPTIONS"
        ),
        OptionSpec(
            long: "host-turns",
            kind: .inversion,
            help:
                "Measure the same disks from the host as well, in turns with the guest: guest less host is L_virt; only with --vm.",
            defaultValue: "true",
            defaultText: "on",
            group: "GUEST OPTIONS"
        ),
        OptionSpec(
            long: "qmp",
            valueName: "socket",
            help: "Only ask a QEMU that runs what its disks took, for --round-time.",
            parse: .path,
            group: "GUEST OPTIONS"
        ),
    ]

    private static func list(
        _ name: String,
        _ values: String,
        _ help: String,
        _ standard: String
    ) -> OptionSpec {
        OptionSpec(
            long: name,
            valueName: values,
            help: "\(help) Several with commas.",
            defaultValue: standard,
            parse: .string,
            group: "DISK OPTIONS"
        )
    }

    private static let run = [
        OptionSpec(
            long: "profile",
            valueName: "name",
            help:
                "What to do on each disk: etcd, or a profile of 'tbench list', a file of one, or a fio job file; each of its jobs lasts as long as a turn.",
            defaultValue: "etcd",
            parse: .string,
            group: "RUN OPTIONS"
        ),
        OptionSpec(
            long: "load",
            valueName: "load",
            help: "The load on each disk; see 'tbench list'.",
            defaultValue: "medium",
            parse: .choice(EtcdLoad.named.flatMap(\.names)),
            group: "RUN OPTIONS"
        ),
        OptionSpec(
            long: "rounds",
            valueName: "rounds",
            help: "Turns of each disk at most.",
            defaultValue: "15",
            parse: .integer(1...10_000),
            group: "RUN OPTIONS"
        ),
        OptionSpec(
            long: "round-time",
            valueName: "time",
            help: "Length of a turn.",
            defaultValue: "1s",
            parse: .duration(100_000_000...600_000_000_000),
            group: "RUN OPTIONS"
        ),
        OptionSpec(
            long: "early-stop",
            kind: .inversion,
            help:
                "Stop after ten turns or more when every difference is known within some percent.",
            defaultValue: "true",
            defaultText: "on",
            group: "RUN OPTIONS"
        ),
        OptionSpec(
            long: "seed",
            valueName: "number",
            help: "Seed of data and arrivals.",
            defaultValue: "7",
            parse: .integer(0...Int.max),
            group: "RUN OPTIONS"
        ),
        OptionSpec(
            long: "dry-run",
            help: "Say what would be measured, how much would be written and for how long.",
            group: "RUN OPTIONS"
        ),
    ]

    private static let rubric = OptionSpec(
        long: "rubric",
        valueName: "file",
        help: "Limits and caps of the grades, as in Profiles/rubrics/disk-combinations.json5.",
        defaultText: "the one that comes with tbench",
        parse: .path,
        group: "RATING OPTIONS"
    )

    static let format = OptionSpec(
        long: "output-format",
        valueName: "format",
        help: "What stdout gets.",
        defaultValue: "text",
        parse: .choice(["text", "json", "csv", "markdown"]),
        group: "OUTPUT OPTIONS"
    )

    private static let output =
        [format] + EtcdTable.keeping.filter { !["histograms", "strict"].contains($0.long) }
}
