package import ResultStore
package import Units

/// What is underneath a target, for `tbench info`.
package enum InfoReport {
    /// Target, filesystem, every device of the stack, host, warnings and what is not known.
    ///
    /// - Returns: text for a terminal with a final newline.
    package static func render(
        host: HostRecord,
        target: TargetFacts,
        warnings: [Warning],
        style: TextStyle
    ) -> String {
        let groups = groups(host: host, target: target)
        var sections = groups.map { group in
            [style.paint(style.clean(group.title), [.strong])]
                + TextReport.facts(group.facts, style, column: 15)
        }
        sections.append(TextReport.warnings(warnings, style))
        let unknown = target.unknown + host.unknown
        if !unknown.isEmpty {
            sections.append(
                [style.paint("Not known", [.strong])]
                    + unknown.flatMap { style.wrap(style.clean($0), lead: "  - ") }
            )
        }
        return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }
            .joined(separator: "\n")
    }

    /// The same as Markdown.
    package static func markdown(
        host: HostRecord,
        target: TargetFacts,
        warnings: [Warning]
    ) -> String {
        var lines: [String] = []
        for group in groups(host: host, target: target) {
            lines += ["## \(MarkdownReport.escape(group.title))", ""]
            lines += MarkdownReport.table(
                ["", ""],
                group.facts.map { [$0.label, $0.phrases.joined(separator: " · ")] }
            )
            lines.append("")
        }
        func list(_ title: String, _ items: [String]) {
            guard !items.isEmpty else { return }
            lines += ["## \(title)", ""] + items.map { "- \(MarkdownReport.escape($0))" } + [""]
        }
        list(
            "Warnings",
            warnings.map { [$0.text, $0.hint].compactMap(\.self).joined(separator: " ") }
        )
        list("Not known", target.unknown + host.unknown)
        return lines.dropLast().joined(separator: "\n") + "\n"
    }

    private struct Group {
        var title: String
        var facts: [ReportContent.Fact]
    }

    private static func groups(host: HostRecord, target: TargetFacts) -> [Group] {
        var groups = [
            Group(
                title: "\(target.path) (\(target.kind))",
                facts: target.filesystem.map(filesystem) ?? []
            )
        ]
        for (depth, device) in target.stack.enumerated() {
            let place = depth == 0 ? "" : ", under \(target.stack[depth - 1].name)"
            groups.append(Group(title: "\(device.name)\(place)", facts: facts(device)))
        }
        groups.append(Group(title: host.node ?? "host", facts: facts(host)))
        return groups
    }

    private static func filesystem(_ filesystem: FilesystemFacts) -> [ReportContent.Fact] {
        facts([
            ("type", filesystem.type),
            ("source", filesystem.source),
            ("mounted on", filesystem.mountPoint),
            ("options", filesystem.mountOptions.joined(separator: ", ")),
            ("journal", filesystem.journal),
            ("size", filesystem.sizeBytes.map(QuantityText.bytes)),
            ("free", filesystem.freeBytes.map(QuantityText.bytes)),
            ("block size", filesystem.blockSizeBytes.map(QuantityText.bytes)),
            ("device", filesystem.device),
        ])
    }

    private static func facts(_ device: DeviceFacts) -> [ReportContent.Fact] {
        let blocks = [
            device.logicalBlockBytes.map { "\($0) B logical" },
            device.physicalBlockBytes.map { "\($0) B physical" },
        ].compactMap(\.self)
        let throttle = device.writebackThrottleUsec.map { value -> String in
            switch value {
            case 0: "off"
            case ..<0: "default"
            default: "\(value) µs"
            }
        }
        return facts([
            ("model", device.model),
            ("by id", device.byId),
            ("firmware", device.firmware),
            ("transport", device.transport),
            ("driver", device.driver),
            ("backed by", device.backing),
            ("size", device.sizeBytes.map(QuantityText.bytes)),
            ("blocks", blocks.joined(separator: ", ")),
            ("rotational", device.rotational.map(yes)),
            ("read-only", device.readOnly.map(yes)),
            ("write cache", device.writeCache),
            ("FUA", device.fua.map(yes)),
            (
                "discard",
                device.discardMaxBytes.map { $0 == 0 ? "no" : "up to \(QuantityText.bytes($0))" }
            ),
            ("scheduler", device.scheduler),
            ("requests", device.requests.map { "\($0)" }),
            ("max request", device.maxSectorsKib.map { "\($0) KiB" }),
            ("throttling", throttle),
        ])
    }

    private static func facts(_ host: HostRecord) -> [ReportContent.Fact] {
        facts([
            ("kernel", host.kernel),
            ("system", host.distribution),
            ("platform", host.platform),
            ("hypervisor", host.hypervisor),
            (
                "CPU",
                [host.cpuCount.map { "\($0) ×" }, host.cpuModel, host.architecture]
                    .compactMap(\.self).joined(separator: " ")
            ),
            ("governor", host.governor),
            ("idle driver", host.idleDriver),
            ("clock", host.clocksource),
            ("memory", host.memoryBytes.map(QuantityText.bytes)),
            ("load", host.loadAverage.map { QuantityText.fixed($0, decimals: 2) }),
            ("container", pairs(host.container)),
            ("settings", pairs(host.settings ?? [:])),
        ])
    }

    private static func pairs(_ values: [String: String]) -> String {
        values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
    }

    private static func yes(_ value: Bool) -> String { value ? "yes" : "no" }

    private static func facts(_ pairs: [(String, String?)]) -> [ReportContent.Fact] {
        pairs.compactMap { label, value in
            guard let value, !value.isEmpty else { return nil }
            return ReportContent.Fact(label: label, phrases: [value])
        }
    }
}
