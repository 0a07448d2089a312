import ResultStore
import Units

/// One `--set`: a term that is not what was measured.
package struct Setting: Sendable {
    /// As typed: "rtt=0.2ms".
    package var text: String
    var action: Action

    /// What it changes.
    enum Action: Sendable {
        /// The median of RTT, of one replica or of all remote ones.
        case roundTrip(Double, replica: String?)
        /// The median of L_io.
        case disk(Double, replica: String?)
        /// L_io as another run measured it, and what that is called.
        case diskOf(SourceRecord, label: String, replica: String?)
        case engine(Double)
        case filesystem(Double)
        /// Bits a second.
        case link(Double)
        case replicas(Int)
        case dependentWrites(Double)
    }

    /// The keys, for help and suggestions.
    package static let keys = [
        "rtt", "disk", "cache", "aio", "format", "lvirt", "lfs", "link", "replicas", "nseq",
    ]

    /// Reads a setting.
    ///
    /// - Parameters:
    ///   - key: one of `keys`; "rtt", "disk" and those like it take a replica behind an "@".
    ///   - value: a time, a speed, a number, or a file; "writeback=RESULT.json" for a cache mode.
    ///   - load: reads a result file.
    /// - Throws: `ModelError` for what is none of these, and what `load` throws.
    package init(
        key: String,
        value: String,
        load: (String) throws -> SourceRecord
    ) throws {
        text = "\(key)=\(value)"
        let parts = key.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        let replica = parts.count > 1 ? String(parts[1]) : nil
        guard Self.keys.contains(name) else {
            let near = Suggestion.nearest(to: name, among: Self.keys)
            throw ModelError.setting(
                text,
                "there is no '\(name)'" + (near.map { "; did you mean '\($0)'?" } ?? ""),
                "one of \(Self.keys.joined(separator: ", "))"
            )
        }
        let takesReplica = ["rtt", "disk", "cache", "aio", "format"].contains(name)
        guard takesReplica || replica == nil else {
            throw ModelError.setting(text, "'\(name)' is not of one replica", "leave '@…' out")
        }
        switch name {
        case "rtt":
            action = .roundTrip(try Self.time(value, text), replica: replica)
        case "lvirt": action = .engine(try Self.time(value, text))
        case "lfs": action = .filesystem(try Self.time(value, text))
        case "link": action = .link(try Self.speed(value, text))
        case "replicas":
            guard let count = Int(value), (1...20).contains(count) else {
                throw ModelError.setting(text, "is no number of replicas", "1 to 20")
            }
            action = .replicas(count)
        case "nseq":
            guard let count = Double(value), count >= 1, count <= 100 else {
                throw ModelError.setting(text, "is no number of dependent writes", "1 to 100")
            }
            action = .dependentWrites(count)
        case "disk":
            if let time = try? QuantityParsing.nanoseconds(value), time > 0 {
                action = .disk(Double(time), replica: replica)
            } else {
                action = .diskOf(try load(value), label: value, replica: replica)
            }
        default:
            let halves = value.split(separator: "=", maxSplits: 1).map(String.init)
            guard halves.count == 2 else {
                throw ModelError.setting(
                    text,
                    "names no result file",
                    "give one that was measured so: --set \(key)=\(value)=RESULT.json"
                )
            }
            action = .diskOf(
                try load(halves[1]),
                label: "\(name)=\(halves[0]) (\(halves[1]))",
                replica: replica
            )
        }
    }

    private static func time(_ value: String, _ text: String) throws(ModelError) -> Double {
        do {
            return Double(try QuantityParsing.nanoseconds(value))
        } catch {
            throw .setting(text, "'\(value)' \(error.reason)", error.allowed)
        }
    }

    /// "10gbps", "2.5 Gbit/s" without the blank, "100M": bits a second.
    static func speed(_ value: String, _ text: String) throws(ModelError) -> Double {
        let lower = value.lowercased()
        let digits = lower.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        var unit = String(lower.dropFirst(digits.count))
        for ending in ["bit/s", "bps", "bit", "b/s", "b"] where unit.hasSuffix(ending) {
            unit.removeLast(ending.count)
            break
        }
        let factors = ["k": 1e3, "m": 1e6, "g": 1e9]
        guard let number = Double(digits), let factor = factors[unit], number > 0,
            (1e3...1e13).contains(number * factor)
        else {
            throw .setting(
                text,
                "'\(value)' is no speed",
                "bits a second, such as 10gbps or 100mbps"
            )
        }
        return number * factor
    }
}

/// The model as it is and as it would be.
package struct WhatIf: Sendable {
    /// As typed, in order.
    package var settings: [String]
    package var before: ReplicationModel
    package var after: ReplicationModel
    /// What a setting could not take into account, in sentences.
    package var notes: [String]

    /// Carries out the settings in the order they were given.
    ///
    /// - Throws: `ModelError` for a replica that is not there, or a file without a disk.
    package init(
        _ model: ReplicationModel,
        _ settings: [Setting],
        _ options: ModelOptions = ModelOptions()
    ) throws(ModelError) {
        before = model
        self.settings = settings.map(\.text)
        var changed = WhatIfInput(input: model.input, options: options)
        for setting in settings { try changed.apply(setting) }
        // What was measured was measured without the changes.
        changed.input.totals = []
        after = ReplicationModel(changed.input)
        notes = changed.notes
    }
}
