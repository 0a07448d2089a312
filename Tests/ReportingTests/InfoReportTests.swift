import Reporting
import ResultStore
import Testing
import Units

@Suite struct InfoReportTests {
    private let style = TextStyle(color: false, unicode: true, width: 80)

    private func stacked() -> TargetFacts {
        var target = SampleMachine.target()
        var loop = DeviceFacts(name: "loop3")
        loop.backing = "/var/images/a.img (direct I/O off)"
        loop.writeCache = "write back"
        target.stack.insert(loop, at: 0)
        return target
    }

    private let warnings = [
        Warning(code: "a", text: "The loop device is buffered.", hint: "losetup --direct-io=on")
    ]

    @Test("information reads as the golden files do")
    func golden() throws {
        let host = SampleMachine.host()
        try Golden.expect(
            InfoReport.render(host: host, target: stacked(), warnings: warnings, style: style),
            matches: "info.txt"
        )
        try Golden.expect(
            InfoReport.markdown(host: host, target: stacked(), warnings: warnings),
            matches: "info.md"
        )
    }

    @Test("nothing known is still a report that says so")
    func nothing() {
        let target = TargetFacts(path: "/x", kind: "directory", unknown: ["no /sys"])
        let text = InfoReport.render(host: HostRecord(), target: target, warnings: [], style: style)
        #expect(text == "/x (directory)\n\nhost\n\nNot known\n  - no /sys\n")
    }
}
