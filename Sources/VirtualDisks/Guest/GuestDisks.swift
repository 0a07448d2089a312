import Glibc
import IOEngines

/// What the guest finds of its disks.
enum GuestDisks {
    /// The kernel's name of each cell's disk, found by its size; waits for those that are slow to appear.
    static func find(_ plan: GuestPlan) -> [Int: String] {
        let deadline = MonotonicClock.now() + UInt64(max(1, plan.diskSeconds)) * 1_000_000_000
        while true {
            let found = look(plan)
            if found.count == plan.disks.count || MonotonicClock.now() > deadline { return found }
            MonotonicClock.sleep(nanoseconds: 50_000_000)
        }
    }

    private static func look(_ plan: GuestPlan) -> [Int: String] {
        guard let stream = opendir("/sys/block") else { return [:] }
        defer { closedir(stream) }
        var found: [Int: String] = [:]
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let text = SmallFile.text("/sys/block/\(name)/size"),
                let sectors = UInt64(GuestInit.trimmed(text)),
                let disk = plan.disks.first(where: { $0.sectors == sectors })
            else { continue }
            found[disk.cell] = name
        }
        return found
    }

    /// What the guest sees of a disk, by the name it has in a record.
    static func facts(_ name: String) -> [String: String] {
        var facts: [String: String] = ["guest_device": name]
        for (key, file) in [
            ("guest_write_cache", "queue/write_cache"), ("guest_fua", "queue/fua"),
            ("guest_discard_max", "queue/discard_max_bytes"),
            ("guest_rotational", "queue/rotational"),
        ] {
            if let text = SmallFile.text("/sys/block/\(name)/\(file)") {
                facts[key] = GuestInit.trimmed(text)
            }
        }
        return facts
    }
}
