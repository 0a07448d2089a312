import ArgumentTable
import Foundation
import TestSupport
import Testing
import Units

@testable import Commands

@Suite("tbench model, its arguments") struct ModelCommandTests {
    private func run(_ arguments: [String]) -> ExitCode {
        Tool.run(["model"] + arguments, console: Console(environment: ["NO_COLOR": "1"]))
    }

    @Test(
        "bad arguments end with 64, missing files with 66, and what is no result with 1",
        arguments: [
            ([], 64), (["--file", "a.json"], 64), (["--host", "a.json"], 64),
            (["x.json", "--longhorn-version", "new"], 64), (["--replica", "a,b,c"], 64),
            (["--replica", ",b"], 64), (["x.json", "--set", "rtt"], 64),
            (["x.json", "--sett", "rtt=1ms"], 64), (["/nowhere/at/all.json"], 66),
            (["--replica", "/nowhere.json"], 66), (["/dev/null"], 66), (["/"], 66),
        ] as [([String], Int32)]
    )
    func codes(arguments: [String], code: Int32) {
        #expect(run(arguments).rawValue == code)
    }

    @Test(
        "files that are no result of this version are refused by name",
        arguments: [
            "", "{", "[]", "{\"schema\":\"tbench.result\"}",
            "{\"schema\":\"tbench.result\",\"v\":99}", "{\"schema\":\"tbench.model\",\"v\":1}",
            "\u{0}\u{1}\u{2}",
        ]
    )
    func garbage(text: String) throws {
        let directory = try TemporaryDirectory()
        let path = "\(directory.path)/result.json"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        #expect(run([path]) == .failure)
        #expect(run(["--replica", path]) == .failure)
    }

    @Test("a mistyped option is corrected")
    func suggestion() {
        let error = #expect(throws: UsageError.self) {
            try ArgumentParser(table: TbenchTable.table)
                .parse(["model", "--replcia", "x"], terminalWidth: 80)
        }
        #expect(error?.message == "Unknown option '--replcia'. Did you mean '--replica'?")
    }
}
