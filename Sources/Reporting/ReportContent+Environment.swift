import ResultStore
import Units

extension ReportContent {
    /// Target, disks, host and engine: what the numbers belong to.
    static func environment(of record: ResultRecord) -> [Fact] {
        var facts = [Fact(label: "target", phrases: MachineText.target(record.target))]
        // The device written to and the disk at the bottom say most of what there is to say.
        let stack = record.target.stack
        let shown = stack.count > 2 ? [stack[0], stack[stack.count - 1]] : stack
        facts += shown.map { Fact(label: "device", phrases: MachineText.device($0)) }
        facts.append(Fact(label: "host", phrases: MachineText.host(record.host)))
        facts.append(Fact(label: "engine", phrases: engine(record)))
        facts += jobFacts(record)
        return facts.filter { !$0.phrases.isEmpty }
    }

    private static func engine(_ record: ResultRecord) -> [String] {
        let info = record.benchmark
        var first = info.engine
        if let reason = info.engineFallbackReason {
            first += " instead of \(info.engineRequested): \(reason)"
        } else if info.engineRequested != info.engine {
            first += " (\(info.engineRequested))"
        }
        var phrases = [first]
        if let noise = record.noise {
            let p99 = QuantityText.duration(nanoseconds: noise.timerOvershootP99Ns)
            phrases.append("noise floor +\(p99) (timer p99)")
        }
        if let steal = record.conditions?.stealRatio {
            phrases.append("steal \(QuantityText.percent(steal))")
        }
        if let foreign = record.conditions?.foreignIoRatio {
            phrases.append("foreign I/O \(QuantityText.percent(foreign))")
        }
        return phrases
    }
}

/// Facts about machines in phrases; what is unknown is left out.
enum MachineText {
    static func target(_ target: TargetFacts) -> [String] {
        var phrases = [target.path]
        if target.kind == "block device" { phrases.append("raw block device") }
        if let filesystem = target.filesystem { phrases += self.filesystem(filesystem) }
        return phrases
    }

    static func filesystem(_ filesystem: FilesystemFacts) -> [String] {
        var phrases = [filesystem.type + (filesystem.source.map { " on \($0)" } ?? "")]
        if !filesystem.mountOptions.isEmpty {
            phrases.append(filesystem.mountOptions.joined(separator: ","))
        }
        if let journal = filesystem.journal {
            phrases.append(journal == "none" ? "no journal" : journal)
        }
        if let free = filesystem.freeBytes {
            phrases.append("\(QuantityText.bytes(free)) free")
        }
        return phrases
    }

    static func device(_ device: DeviceFacts) -> [String] {
        var phrases = [[device.name, device.model].compactMap(\.self).joined(separator: " ")]
        if let size = device.sizeBytes { phrases.append(QuantityText.bytes(size)) }
        if let transport = device.transport ?? device.driver { phrases.append(transport) }
        if let rotational = device.rotational, rotational { phrases.append("rotational") }
        if let cache = device.writeCache { phrases.append("\(cache) cache") }
        if let fua = device.fua { phrases.append(fua ? "FUA" : "no FUA") }
        let queue = [device.scheduler, device.requests.map { "\($0)" }].compactMap(\.self)
        if !queue.isEmpty { phrases.append("queue \(queue.joined(separator: ", "))") }
        if let backing = device.backing { phrases.append("backed by \(backing)") }
        return phrases
    }

    static func host(_ host: HostRecord) -> [String] {
        var phrases: [String] = []
        if let node = host.node { phrases.append(node) }
        if let kernel = host.kernel { phrases.append("Linux \(kernel)") }
        if let model = host.cpuModel {
            phrases.append(host.cpuCount.map { "\($0) × \(model)" } ?? model)
        } else if let count = host.cpuCount {
            phrases.append("\(count) CPUs")
        }
        if let hypervisor = host.hypervisor {
            phrases.append(hypervisor == "none" ? "bare metal" : hypervisor)
        }
        if let governor = host.governor { phrases.append("\(governor) governor") }
        return phrases
    }
}
