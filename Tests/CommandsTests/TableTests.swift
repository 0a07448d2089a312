import ArgumentTable
import Foundation
import Inspection
import ResultStore
import Testing
import Units

@testable import Commands

@Suite("The table of commands") struct TableTests {
    private func parse(_ arguments: [String]) throws -> ParseOutcome {
        try ArgumentParser(table: TbenchTable.table).parse(arguments, terminalWidth: 80)
    }

    @Test("has no contradiction")
    func problems() {
        #expect(TbenchTable.table.problems() == [])
    }

    @Test(
        "bad input gets one sentence that says what is allowed",
        arguments: [
            (["etc"], "Unknown command 'etc'. Did you mean 'etcd'?"),
            (["etcd", "--runds", "3"], "Unknown option '--runds'. Did you mean '--rounds'?"),
            (["etcd", "--rounds"], "Missing value for '--rounds <rounds>'."),
            (["etcd", ".", ".."], "Unexpected argument '..'."),
            (
                ["etcd", "--load", "huge"],
                "The value 'huge' is invalid for '--load <load>'. Please provide one of 'small', "
                    + "'s', 'medium', 'm', 'large', 'l', 'xlarge', 'xl', 'fio-compat' or 'ocp'."
            ),
            (
                ["etcd", "--rate", "5", "--rate", "6"],
                "The option '--rate' was given more than once."
            ),
        ]
    )
    func badInput(arguments: [String], message: String) {
        let error = #expect(throws: UsageError.self) { try parse(arguments) }
        #expect(error?.message == message)
        #expect(error?.exitCode == .usage)
    }

    @Test(
        "impossible sizes and times are refused",
        arguments: [
            ["--rounds", "0"], ["--rounds", "-3"], ["--round-time", "1ns"], ["--round-time", "5"],
            ["--rate", "0"], ["--rate", "NaN"], ["--max-time", "9999999h"],
            ["--segment-size", "64GB"], ["--value-size", "1TB"], ["--clients", "1e99"],
            ["--seed", "x"], ["--tag", "novalue"], ["--rate", "5", "--closed"],
        ]
    )
    func impossible(arguments: [String]) {
        #expect(throws: UsageError.self) { try parse(["etcd"] + arguments) }
    }

    @Test(
        "help begins with what it is and examples, and fits 80 columns",
        arguments: ["etcd", "info", "longhorn", "doctor"]
    )
    func help(command: String) throws {
        let text = try #require(try parse([command, "--help"]).text)
        #expect(text.hasPrefix("OVERVIEW: "))
        let examples = try #require(text.range(of: "tbench \(command)"))
        let usage = try #require(text.range(of: "USAGE:"))
        #expect(examples.lowerBound < usage.lowerBound)
        for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }

    @Test("every example in the help parses")
    func examples() throws {
        for example in TbenchTable.table.examples + TbenchTable.table.commands.flatMap(\.examples) {
            let words = example.command.split(separator: " ").map(String.init)
            #expect(words.first == "tbench")
            guard case .run = try parse(Array(words.dropFirst())) else {
                Issue.record("\(example.command) does not run")
                continue
            }
        }
    }

    @Test("every command line quoted in the README parses")
    func readme() throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("README.md")
        let text = try String(contentsOf: path, encoding: .utf8)
        var found = 0
        for line in text.split(separator: "\n") where line.hasPrefix("scripts/tbench ") {
            let command = line.prefix { $0 != "#" }
            let words = command.split(separator: " ").map(String.init)
            guard case .run = try parse(Array(words.dropFirst())) else {
                Issue.record("\(line) does not run")
                continue
            }
            found += 1
        }
        #expect(found >= 5)
    }

    @Test("every command that would settle a dispute is one that there is")
    func settlements() throws {
        let known = Set(DiskCombination.Controller.allCases.map(\.rawValue))
        for rule in RuleBook.all {
            guard let command = rule.settle else { continue }
            let words = command.split(separator: " ").map(String.init)
            guard case .run(let parsed) = try parse(Array(words.dropFirst())) else {
                Issue.record("\(command) does not run")
                continue
            }
            guard parsed.command == "matrix", parsed.wasGiven("controller") else { continue }
            #expect(parsed.flag("vm"), "\(rule.id)")
            let controllers = parsed.string("controller")?.split(separator: ",").map(String.init)
            #expect(controllers?.allSatisfy(known.contains) == true, "\(rule.id)")
        }
    }

    @Test("completions, man page and version come from the same table")
    func generated() throws {
        for shell in ["bash", "zsh", "fish"] {
            let text = try parse(["--generate-completion-script", shell]).text
            #expect(text?.contains("compare-fio-recipe") == true)
        }
        #expect(try parse(["--generate-man-page"]).text?.contains("tbench") == true)
        #expect(try parse(["--version"]).text == "\(Version.number)\n")
    }
}
