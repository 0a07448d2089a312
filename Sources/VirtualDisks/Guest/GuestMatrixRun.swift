package import Benchmarking
import FoundationEssentials
import Glibc
import IOEngines
import ResultStore
import TargetSafety
import Units
import Workloads

/// `tbench matrix --vm`: every cell as a disk of one guest, in turns.
package struct GuestMatrixRun {
    private let settings: MatrixSettings
    private let guest: GuestSettings
    private let tools: QemuTools
    private let cancellation: Cancellation
    private let runStart: UInt64
    private let report: (MatrixEvent) -> Void

    /// How long a guest may take to say hello, and a turn beyond its own length.
    private static let bootSeconds: [VirtualMachineOptions.Accelerator: Double] = [
        .kvm: 25, .tcg: 150,
    ]
    private static let turnGraceSeconds = 60.0

    /// - Parameters: as those of `MatrixRun`; the client of the settings does not matter.
    package init(
        settings: MatrixSettings,
        guest: GuestSettings,
        tools: QemuTools,
        cancellation: Cancellation,
        runStart: UInt64,
        report: @escaping (MatrixEvent) -> Void
    ) {
        self.settings = settings
        self.guest = guest
        self.tools = tools
        self.cancellation = cancellation
        self.runStart = runStart
        self.report = report
    }

    /// Measures in a scratch directory of the caller's, who removes it.
    ///
    /// - Throws: `VirtualDiskError` when no guest could be started, or it ended before it said anything.
    package func run(in scratch: String) throws(VirtualDiskError) -> MatrixRun.Outcome {
        var state = GuestMatrixState(combinations: settings.combinations)
        state.hasHostSide = guest.measuresHost
        var disks: [VirtualMachineOptions.Disk] = []
        for index in settings.combinations.indices where !cancellation.isRequested {
            do throws(VirtualDiskError) {
                disks.append(try disk(index, disks, scratch))
            } catch {
                state.failures[index] = error.description
                report(.failed(index, error.description))
            }
        }
        guard !disks.isEmpty, !cancellation.isRequested else {
            return state.outcome(settings, runStart: runStart, reason: "nothing to measure")
        }
        let initramfs = "\(scratch)/initramfs"
        try pack(initramfs, disks)
        let reason: String
        do throws(VirtualDiskError) {
            reason = try boot(initramfs, disks, scratch, &state)
        } catch {
            // What was measured before a guest fell over is kept, and marked.
            guard state.hasBegun else { throw error }
            for disk in disks where state.failures[disk.cell] == nil {
                state.failures[disk.cell] = error.description
            }
            reason = "the guest failed"
        }
        report(.finishing)
        for disk in disks where disk.combination.format != .null && !cancellation.isRequested {
            // What reaches the file does not depend on the guest; an answer that is missing is missing.
            let audit = try? FlushAudit.run(
                disk.combination,
                tools: tools,
                stem: "\(scratch)/audit\(disk.cell)",
                seed: settings.seed
            )
            if let audit { state.add(audit.counters, to: disk.cell) }
        }
        var outcome = state.outcome(settings, runStart: runStart, reason: reason)
        outcome.notes = state.notes
        return outcome
    }

    /// Makes and fills one image.
    private func disk(
        _ index: Int,
        _ disks: [VirtualMachineOptions.Disk],
        _ scratch: String
    ) throws(VirtualDiskError) -> VirtualMachineOptions.Disk {
        let combination = settings.combinations[index]
        if let reason = combination.invalidReason { throw .refused(combination, reason) }
        let ides = disks.filter { $0.combination.controller == .ide }.count
        guard disks.count < VirtualMachineOptions.disksMax,
            combination.controller != .ide || ides < VirtualMachineOptions.ideDisksMax
        else { throw .refused(combination, "a guest has no room for so many disks") }
        _ = try guest.kernel.files(for: Self.modules(for: [combination]))
        report(.preparing(index))
        // Odd sizes tell the disks apart; see `GuestPlan.Disk`.
        let bytes = settings.imageBytes + UInt64(index + 1) * 4096
        let stem = "\(scratch)/cell\(index)"
        let fill: (DiskCombination, String) throws(VirtualDiskError) -> Void = {
            (plain, path) throws(VirtualDiskError) in
            var quick = plain
            quick.cache = .none
            let daemon = try StorageDaemon.start(
                tools,
                quick,
                image: path,
                byteCount: bytes,
                stem: "\(stem).fill",
                client: .nbd
            )
            try ScratchImage.fill(
                try daemon.open(),
                byteCount: bytes,
                seed: settings.seed,
                isCancelled: { cancellation.isRequested }
            )
            daemon.stop()
            unlink("\(stem).fill.sock")
        }
        let image = try ScratchImage.create(
            combination,
            stem: stem,
            byteCount: bytes,
            tools: tools,
            fill: fill
        )
        if image.isFilledBefore { try fill(combination, image.path) }
        return VirtualMachineOptions.Disk(
            cell: index,
            combination: combination,
            image: image.path,
            byteCount: bytes
        )
    }

    /// The kernel modules that these disks need.
    static func modules(for combinations: [DiskCombination]) -> [String] {
        var names = ["virtio_pci"]
        for combination in combinations {
            let needed: [String] =
                switch combination.controller ?? .virtioSCSISingle {
                case .virtioBlk: ["virtio_blk"]
                case .virtioSCSI, .virtioSCSISingle: ["sd_mod", "virtio_scsi"]
                case .sata, .ide: ["sd_mod", "ahci"]
                }
            for name in needed where !names.contains(name) { names.append(name) }
        }
        return names
    }

    private func pack(
        _ path: String,
        _ disks: [VirtualMachineOptions.Disk]
    ) throws(VirtualDiskError) {
        let modules = try guest.kernel.files(for: Self.modules(for: disks.map(\.combination)))
        let libraries = try ProgramFiles.libraries()
        let plan = GuestPlan(
            disks: disks.map { .init(cell: $0.cell, sectors: $0.byteCount / 512) },
            load: settings.load.name,
            rounds: settings.maximumRounds,
            roundNanoseconds: settings.roundNanoseconds,
            warmUpNanoseconds: settings.warmUpNanoseconds,
            seed: settings.seed,
            diskSeconds: 30
        )
        let text = (try? JSONEncoder().encode(plan)) ?? Data()
        do throws(EngineError) {
            var archive = try Initramfs(path: path)
            for directory in ["dev", "proc", "sys", "tmp", "modules"] {
                try archive.addDirectory(directory)
            }
            // The kernel opens it before anything is mounted; without it init has no stderr.
            try archive.addDevice("dev/console", major: 5, minor: 1)
            try archive.add("init", copyOf: ProgramFiles.executable)
            for library in libraries { try archive.add(library, copyOf: library) }
            for (number, module) in modules.enumerated() {
                let mark = module.hasSuffix(".ko") ? "" : ".z"
                try archive.add("\(GuestPlan.modules)/\(number)\(mark)", copyOf: module)
            }
            try archive.add(GuestPlan.path, bytes: [UInt8](text))
            try archive.finish()
        } catch {
            throw VirtualDiskError(error)
        }
    }

    /// Boots with the accelerator that was asked for; `auto` tries KVM first where this user may.
    private func boot(
        _ initramfs: String,
        _ disks: [VirtualMachineOptions.Disk],
        _ scratch: String,
        _ state: inout GuestMatrixState
    ) throws(VirtualDiskError) -> String {
        let mayUseKVM = access("/dev/kvm", R_OK | W_OK) == 0
        switch guest.accelerator {
        case .tcg: return try watch(.tcg, initramfs, disks, "\(scratch)/tcg", &state)
        case .kvm:
            guard mayUseKVM else { throw .noKVM }
            return try watch(.kvm, initramfs, disks, "\(scratch)/kvm", &state)
        case .auto:
            guard mayUseKVM else {
                return try watch(.tcg, initramfs, disks, "\(scratch)/tcg", &state)
            }
            do throws(VirtualDiskError) {
                return try watch(.kvm, initramfs, disks, "\(scratch)/kvm", &state)
            } catch {
                guard !state.hasBegun, !cancellation.isRequested else { throw error }
                return try watch(.tcg, initramfs, disks, "\(scratch)/tcg", &state)
            }
        }
    }

    private func watch(
        _ accelerator: VirtualMachineOptions.Accelerator,
        _ initramfs: String,
        _ disks: [VirtualMachineOptions.Disk],
        _ stem: String,
        _ state: inout GuestMatrixState
    ) throws(VirtualDiskError) -> String {
        let listener: OwnedSocket
        do throws(EngineError) {
            listener = try UnixSocket.listen(at: "\(stem).qmp")
        } catch {
            throw VirtualDiskError(error)
        }
        let options = VirtualMachineOptions(
            accelerator: accelerator,
            kernel: guest.kernel,
            initramfs: initramfs,
            disks: disks,
            console: "\(stem).console",
            results: "\(stem).results",
            memoryMiB: guest.memoryMiB,
            monitor: 3
        )
        var machine = try VirtualMachine.start(
            guest.program,
            options,
            stem: stem,
            listener: listener
        )
        state.tags["accelerator"] = accelerator.rawValue
        state.tags["qemu"] = guest.version
        state.tags["machine"] = guest.machine()
        let boot = Self.bootSeconds[accelerator] ?? 60
        var deadline = MonotonicClock.now() + UInt64(boot * 1e9)
        let turn = settings.turnNanoseconds + UInt64(Self.turnGraceSeconds * 1e9)
        var nextLook: UInt64 = 0
        var host = HostSide(
            guest.measuresHost ? disks : [],
            settings: settings,
            monitor: machine.monitor,
            socket: "\(stem).nbd",
            cancellation: cancellation
        )
        defer { host.stop() }
        while true {
            let isRunning = machine.isRunning
            let (messages, damaged) = machine.messages()
            state.damaged += damaged
            let hadBegun = state.hasBegun
            for message in messages {
                deadline = MonotonicClock.now() + turn
                for event in state.take(message, settings, disks.count) { report(event) }
            }
            if state.hasBegun, !hadBegun { machine.keepHistograms() }
            if state.hasBegun, !state.hasEnded, isRunning {
                let turns = host.catchUp(guestRounds: state.guestRounds)
                for turn in turns { state.take(turn) }
                if !turns.isEmpty { deadline = MonotonicClock.now() + turn }
                if let failure = host.failure, state.notes.isEmpty {
                    state.notes.append("The host's side was not measured to its end: \(failure).")
                }
            }
            if state.hasEnded { return "max rounds" }
            if cancellation.isRequested { return "interrupted" }
            guard isRunning else {
                throw .guestEnded(machine.lastWords, began: state.hasBegun)
            }
            guard MonotonicClock.now() < deadline else {
                throw .guestSilent(machine.lastWords, accelerator.rawValue)
            }
            if state.hasBegun, MonotonicClock.now() > nextLook {
                state.note(machine.statistics())
                nextLook = MonotonicClock.now() + 1_000_000_000
            }
            MonotonicClock.sleep(nanoseconds: 50_000_000)
        }
    }
}
