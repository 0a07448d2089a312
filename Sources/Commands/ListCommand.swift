import Units
import Workloads

/// `tbench list`: the loads and what they ask of a disk.
enum ListCommand {
    static func run(console: Console) throws -> ExitCode {
        var text = "LOADS (tbench etcd --load NAME):\n"
        for (names, load) in EtcdLoad.named {
            let name = names.joined(separator: ", ")
            let padding = String(repeating: " ", count: max(1, 16 - name.count))
            text += "  \(name)\(padding)\(description(load))\n"
        }
        text += "\nPROFILES (tbench run NAME):\n"
        for name in Profile.embeddedNames {
            let profile = try Profile.embedded(name)
            let padding = String(repeating: " ", count: max(1, 18 - name.count))
            text += "  \(name)\(padding)\(profile.answers)\n"
        }
        return console.output(text) ? .success : .failure
    }

    private static func description(_ load: EtcdLoad) -> String {
        let rate =
            load.ratePerSecond.map { "\(QuantityText.count(UInt64($0))) puts/s offered" }
            ?? "as fast as the disk allows"
        let clients = load.clients == 1 ? "1 client" : "\(load.clients) clients"
        return "\(rate), \(clients), \(load.keyBytes)-byte keys, \(load.valueBytes)-byte values"
    }
}
