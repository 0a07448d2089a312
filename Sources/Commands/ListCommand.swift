import ArgumentTable
import Reporting
import Units
import Workloads

/// `tbench list`: the loads and what they ask of a disk.
enum ListCommand {
    static func run(_ command: ParsedCommand, console: Console) throws -> ExitCode {
        let what = command.positional("what")
        if what == "rules" {
            let style = console.textStyle(command)
            return console.output(DoctorPages.list(style: style)) ? .success : .failure
        }
        var text = what == "profiles" ? "" : loads()
        if what == nil { text += "\n" }
        if what != "loads" { text += try profiles() }
        if what == nil { text += "\nRULES of tbench doctor: tbench list rules\n" }
        return console.output(text) ? .success : .failure
    }

    private static func loads() -> String {
        var text = "LOADS (tbench etcd --load NAME):\n"
        for (names, load) in EtcdLoad.named {
            let name = names.joined(separator: ", ")
            let padding = String(repeating: " ", count: max(1, 16 - name.count))
            text += "  \(name)\(padding)\(description(load))\n"
        }
        return text
    }

    private static func profiles() throws -> String {
        var text = "PROFILES (tbench run NAME):\n"
        for name in Profile.embeddedNames {
            let profile = try Profile.embedded(name)
            let padding = String(repeating: " ", count: max(1, 18 - name.count))
            text += "  \(name)\(padding)\(profile.answers)\n"
        }
        return text
    }

    private static func description(_ load: EtcdLoad) -> String {
        let rate =
            load.ratePerSecond.map { "\(QuantityText.count(UInt64($0))) puts/s offered" }
            ?? "as fast as the disk allows"
        let clients = load.clients == 1 ? "1 client" : "\(load.clients) clients"
        return "\(rate), \(clients), \(load.keyBytes)-byte keys, \(load.valueBytes)-byte values"
    }
}
